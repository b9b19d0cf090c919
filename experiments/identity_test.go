package experiments_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/registry"
)

// last returns the only trial of a spec that is no baseline.
func last(t *testing.T, text string) experiments.Trial {
	t.Helper()
	trials := read(t, text).Trials
	return trials[len(trials)-1]
}

// TestGoldenID holds the canonical form of an identity, and its hash: stores
// in the world are keyed by them.
func TestGoldenID(t *testing.T) {
	trial := last(t, short)
	want := `{"data":{"kind":"mnist","split":"last","split_seed":1,"validation":0},` +
		`"loss":{"kind":"mse","reduce":"mean"},` +
		`"model":{"bottleneck":{"kind":"plain"},"code":8,"code_activation":{"kind":"linear"},"decoder":"mirror",` +
		`"encoder":[{"activation":{"kind":"relu"},"kind":"dense","nodes":64},{"activation":{"kind":"relu"},"kind":"dense","nodes":32}],` +
		`"initialiser":{"kind":"glorot-uniform"},"kind":"autoencoder","output":{"kind":"linear"},"tied":false},` +
		`"train":{"batch":128,"epochs":20,"keep":"best","optimiser":{"beta1":0.9,"kind":"adam","rate":0.001}}}`
	if got := string(registry.Canonical(trial.Setting)); got != want {
		t.Errorf("setting\n%s, want\n%s", got, want)
	}
	// echo -n '{"data":"fingerprint of mnist ","numerics":1,"seed":1,"setting":…}' | sha256sum, without train.keep
	if want := "635b51a588ba9f5e74d5bb05d051aaf7831645756e530a9e6dbe2d5f92ee5796"; trial.ID != want {
		t.Errorf("id %s, want %s", trial.ID, want)
	}
}

func TestSameMeaningSameID(t *testing.T) {
	want := last(t, short).ID
	same := map[string]string{
		"key order":            header + "model: {code: 8, encoder: [64, 32]}\ndata: mnist\n",
		"comments and layout":  header + "data:   # digits\n  kind: 'mnist'\nmodel:\n  encoder:\n  - 64\n  - 32\n  code: 8\n",
		"1 or 1.0":             header + "data: mnist\nmodel: {encoder: [64.0, 3.2e1], code: 8.0}\n",
		"defaults written out": short + "loss: {kind: mse, reduce: mean}\ntrain: {epochs: 20, optimiser: {kind: adam, rate: 0.001}}\nregularisers: {}\n",
		"a rate as a schedule": short + "train: {optimiser: {kind: adam, rate: {kind: constant, value: 1e-3}}}\n",
		"null":                 short + "loss: null\nregularisers: {l2: null}\n",
		"another name":         strings.Replace(short, "name: test", "name: other\ntags: [x]\nquestion: why?", 1),
		"bookkeeping":          short + "train: {keep: none}\n",
		"report layout":        short + "compare: {metric: test.l1, rows: loss}\n",
		"more seeds":           short + "seeds: [1]\n",
		"no baselines":         short + "baselines: []\n",
		"a sweep":              short + "sweep: {grid: {model.code: [8]}}\n",
		"depth and nodes":      header + "data: mnist\nmodel: {encoder: [64, {kind: dense, nodes: 32, activation: relu}], code: 8}\n",
		"a byte order mark":    "\ufeff" + short,
		"carriage returns":     strings.ReplaceAll(short, "\n", "\r\n"),
	}
	for name, text := range same {
		if got := last(t, text).ID; got != want {
			t.Errorf("%s: id %.10s, want %.10s", name, got, want)
		}
	}
}

func TestOtherMeaningOtherID(t *testing.T) {
	seen := map[string]string{last(t, short).ID: "short"}
	for _, more := range []string{
		"seeds: [2]", "loss: l1", "loss: {kind: mse, reduce: sum}", "train: {epochs: 21}", "regularisers: {l2: 1}", "regularisers: {l2: 2}",
		"regularisers: {l2: [1, 2]}", "train: {stop: {}}", "sweep: {grid: {model.code: [9]}}", "sweep: {grid: {data.validation: [9]}}",
	} {
		id := last(t, short+more+"\n").ID
		if other, same := seen[id]; same {
			t.Errorf("%s has the id of %s", more, other)
		}
		seen[id] = more
	}
	e, err := experiments.Read("spec.yaml", []byte(short), experiments.Edits{}, world{2})
	if err != nil {
		t.Fatal(err)
	}
	if _, same := seen[e.Trials[2].ID]; same {
		t.Error("another version of the numerics has the same id")
	}
}

func TestPathsStayOutsideFingerprintsInside(t *testing.T) {
	spec := func(path string) experiments.Trial {
		return last(t, header+"data: {kind: csv, path: "+path+"}\nmodel: {encoder: [4], code: 2}\n")
	}
	if spec("a.csv").ID != spec("elsewhere/a.csv").ID {
		t.Error("the path is part of the id")
	}
	if spec("a.csv").ID == spec("b.csv").ID {
		t.Error("the content is no part of the id")
	}
	e := read(t, header+"data: {kind: csv, path: a.csv}\nmodel: {encoder: [4], code: 2}\nsweep: {grid: {data.path: [a.csv, b.csv, elsewhere/a.csv]}}\n")
	if len(e.Trials) != 6 || len(e.Trials[4].Places) != 2 {
		t.Errorf("two data sets make 2 trials and 4 baselines, got %d", len(e.Trials))
	}
}

// TestIDFromRecord names trials anew from what a store keeps of them.
func TestIDFromRecord(t *testing.T) {
	e := read(t, short+"seeds: 2\nregularisers: {sparse-kl: 1, l2: [1, 2]}\nsweep: {grid: {model.code: [2, 8], train.keep: [all, none]}}\n")
	for _, trial := range e.Trials {
		setting, err := registry.ParseTree(registry.Canonical(trial.Setting))
		if err != nil {
			t.Fatal(err)
		}
		seed := &trial.Seed
		if trial.Baseline {
			seed = nil
		}
		if got := experiments.ID(setting, trial.Data, seed, 1); got != trial.ID {
			t.Errorf("%s: id %.10s, want %.10s", trial.Family, got, trial.ID)
		}
	}
}

func TestTrialByPrefix(t *testing.T) {
	e := read(t, short+"seeds: 40\n")
	first := e.Trials[0]
	if got, err := e.Trial(first.ID[:10]); err != nil || got.ID != first.ID {
		t.Errorf("%v %v", got.ID, err)
	}
	if _, err := e.Trial("xyz"); err == nil || !strings.Contains(err.Error(), `no trial of test has an id that begins with "xyz"`) {
		t.Errorf("unknown: %v", err)
	}
	if _, err := e.Trial(""); err == nil || !strings.Contains(err.Error(), "42 trials of test") {
		t.Errorf("ambiguous: %v", err)
	}
}

// TestOrderOfAxesIsOfNoConsequence draws grids, and permutes their axes and
// the values in them: the trials stay the same.
func TestOrderOfAxesIsOfNoConsequence(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	axes := map[string][]string{
		"model.code": {"2", "4", "8"}, "loss": {"mse", "l1", "{kind: huber, delta: 2}"}, "train.epochs": {"1", "2"},
		"model.encoder": {"[8]", "[8, 4]"}, "regularisers.l2": {"null", "1e-3"}, "data.validation": {"0", "100"},
	}
	spec := func(keep map[string]bool) string {
		var text strings.Builder
		text.WriteString(short + "sweep:\n  grid:\n    train.batch: [16]\n")
		names := registry.Tree{}
		for name := range axes {
			names[name] = nil
		}
		for _, i := range random.Perm(len(axes)) {
			name := names.Keys()[i]
			if !keep[name] {
				continue
			}
			values := make([]string, len(axes[name]))
			for to, from := range random.Perm(len(values)) {
				values[to] = axes[name][from]
			}
			fmt.Fprintf(&text, "    %s: [%s]\n", name, strings.Join(values, ", "))
		}
		return text.String()
	}
	for range 30 {
		keep, product := map[string]bool{}, 1
		for name, values := range axes {
			if keep[name] = random.IntN(2) == 0; keep[name] {
				product *= len(values)
			}
		}
		a, b := read(t, spec(keep)), read(t, spec(keep))
		ids := map[string]bool{}
		for _, trial := range a.Trials {
			ids[trial.ID] = !trial.Baseline
		}
		for _, trial := range b.Trials {
			if _, known := ids[trial.ID]; !known {
				t.Fatalf("%v: a trial of one order alone: %v", keep, trial.Setting)
			}
		}
		trained := len(rows(a))
		if len(a.Trials) != len(b.Trials) || trained != product {
			t.Errorf("%v: %d and %d trials, %d trained, want %d", keep, len(a.Trials), len(b.Trials), trained, product)
		}
	}
}

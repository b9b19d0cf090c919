package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCondition(t *testing.T) {
	for text, want := range map[string]Condition{
		"model.code=8":                  {"model.code", "=", "8"},
		"model.code==8":                 {"model.code", "=", "8"},
		" test.mse < 0.02 ":             {"test.mse", "<", "0.02"},
		"test.mse>=1e-3":                {"test.mse", ">=", "1e-3"},
		"state!=failed":                 {"state", "!=", "failed"},
		"test.knn(k=5).accuracy>0.9":    {"test.knn(k=5).accuracy", ">", "0.9"},
		"model.encoder=[512, 256]":      {"model.encoder", "=", "[512, 256]"},
		"regularisers.kl.weight<=-1":    {"regularisers.kl.weight", "<=", "-1"},
		"experiment=code-size":          {"experiment", "=", "code-size"},
		"data.file=a=b.csv":             {"data.file", "=", "a=b.csv"},
		"train.optimiser.rate = 0.0010": {"train.optimiser.rate", "=", "0.0010"},
	} {
		got, err := ParseCondition(text)
		must(t, err)
		if got != want {
			t.Errorf("%s: want %+v, got %+v", text, want, got)
		}
	}
}

func TestMistakesInConditions(t *testing.T) {
	for text, want := range map[string]string{
		"model.code":       `a condition needs a name, one of = != < <= > >= and a value, got "model.code"`,
		"":                 `a condition needs a name, one of = != < <= > >= and a value, got ""`,
		"=8":               `a condition needs a name such as model.code or test.mse, got "=8"`,
		"model.code=":      `a condition needs a value, got "model.code="`,
		"model.code!8":     `a condition needs one of = != < <= > >=, got ! in "model.code!8"`,
		"loss<mse":         `< needs a number, got "mse"`,
		"test.mse=small":   `test.mse is a number, got "small"`,
		"test.mse<NaN":     `< needs a number, got "NaN"`,
		"state=finished":   `state must be waiting, running, done, diverged, failed, got "finished"`,
		`model."code"=8`:   `a condition needs a name such as model.code or test.mse, got "model.\"code\"=8"`,
		"test.mse=<0.1":    `a condition needs one of = != < <= > >=, got =< in "test.mse=<0.1"`,
		"validation.mse<x": `< needs a number, got "x"`,
	} {
		_, err := ParseCondition(text)
		if err == nil || err.Error() != want {
			t.Errorf("%s: want %s, got %v", text, want, err)
		}
	}
}

func FuzzParseCondition(f *testing.F) {
	for _, seed := range []string{"model.code=8", "test.mse<0.02", "a(b=c)!=d", "state=done", "x)=1"} {
		f.Add(seed)
	}
	s := newStore(f)
	must(f, s.Register(experiment("code-size", 2), 1))
	f.Fuzz(func(t *testing.T, text string) {
		condition, err := ParseCondition(text)
		if err != nil {
			return
		}
		again, err := ParseCondition(condition.String())
		if err != nil || again != condition {
			t.Errorf("%q reads as %+v, written and read again %+v, %v", text, condition, again, err)
		}
		if _, err := s.Trials(Filter{Where: []Condition{condition}}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// varied returns a store with a few trials that differ in all that a filter
// can ask for: autoencoders with codes 2, 8 and 32, seeds 1 and 2, and PCA.
func varied(t *testing.T) *Store {
	s := newStore(t)
	e := experiment("code-size", 2, 8, 32)
	e.Trials[1].Setting = e.Trials[1].Setting.With("model.corruption", tree{"kind": "gaussian", "sigma": 0.5}).
		With("train.optimiser.rate", 3e-4).With("model.tied", true)
	e.Trials[1].Family = "denoising"
	e.Trials[1].Places[0].Case = "noisy"
	must(t, s.Register(e, 1))
	other := experiment("second", 2)
	other.Trials = other.Trials[:1]
	must(t, s.Register(other, 1))
	for i, trial := range e.Trials[:4] {
		must(t, s.Start(trial.ID, machine))
		result := resultOf(Done)
		result.Metrics = map[string]float64{"test.mse": 0.01 * float64(i+1), "train.loss": 0.5, "test.psnr": -1}
		if i == 3 {
			result = Result{State: Failed, Failure: "an accident", Epochs: 7}
		}
		must(t, s.Finish(trial.ID, result))
	}
	return s
}

// names returns the trials as family, code and seed, such as pca/8/none.
func names(records []Record) string {
	var out []string
	for _, r := range records {
		seed := "none"
		if r.Seed != nil {
			seed = fmt.Sprint(*r.Seed)
		}
		code, _ := r.Setting.At("model.code")
		out = append(out, fmt.Sprintf("%s/%v/%s", r.Family, code, seed))
	}
	return strings.Join(out, " ")
}

func TestConditionsChooseTrials(t *testing.T) {
	const (
		first  = "undercomplete/2/1 denoising/8/1 undercomplete/32/1"
		second = "undercomplete/2/2 undercomplete/8/2 undercomplete/32/2"
		pca    = "pca/2/none pca/8/none pca/32/none"
		all    = first + " " + second + " " + pca
	)
	s := varied(t)
	for conditions, want := range map[string]string{
		"model.code=8":                      "denoising/8/1 undercomplete/8/2 pca/8/none",
		"model.code=8.0,seed=2":             "undercomplete/8/2",
		"model.code>2,model.code<9":         "denoising/8/1 undercomplete/8/2 pca/8/none",
		"model.code!=8,seed=1":              "undercomplete/2/1 undercomplete/32/1",
		"model=pca":                         pca,
		"model.depth=2":                     first + " " + second,
		"model.nodes=64,seed=1":             first,
		"model.activation=relu":             first + " " + second,
		"model.corruption=gaussian":         "denoising/8/1",
		"model.corruption.sigma=.5":         "denoising/8/1",
		"model.corruption!=gaussian,seed=1": "undercomplete/2/1 undercomplete/32/1",
		"model.corruption=none,seed=1":      "undercomplete/2/1 undercomplete/32/1",
		"model.tied=true":                   "denoising/8/1",
		"train.optimiser.rate=3e-4":         "denoising/8/1",
		"train.optimiser.rate=0.001":        "undercomplete/2/1 undercomplete/32/1 " + second,
		"train.optimiser=adam":              first + " " + second,
		"train.loss=0.5":                    first, // a metric, not a path
		"loss=mse":                          first + " " + second,
		"loss.reduce=mean":                  first + " " + second,
		"data=mnist":                        all,
		"test.mse<0.02":                     "undercomplete/2/1",
		"test.mse<=0.02":                    "undercomplete/2/1 denoising/8/1",
		"test.mse!=0.02":                    "undercomplete/2/1 undercomplete/32/1", // and not those without
		"test.psnr<0":                       first,
		"test.absent!=1":                    "",
		"state=done":                        first,
		"state=failed":                      "undercomplete/2/2",
		"state!=waiting":                    first + " undercomplete/2/2",
		"epochs=7":                          "undercomplete/2/2",
		"family=denoising":                  "denoising/8/1",
		"seed=none":                         pca,
		"seed>1":                            second,
		"case=noisy":                        "denoising/8/1",
		"experiment=second":                 "undercomplete/2/1",
		"experiment!=second,seed=1":         "denoising/8/1 undercomplete/32/1",
		"id=" + id("pca 8")[:8]:             "pca/8/none",
	} {
		filter := Filter{}
		for _, text := range strings.Split(conditions, ",") {
			condition, err := ParseCondition(text)
			must(t, err)
			filter.Where = append(filter.Where, condition)
		}
		records, err := s.Trials(filter)
		must(t, err)
		if diff := cmp.Diff(want, names(records)); diff != "" {
			t.Errorf("%s:\n%s", conditions, diff)
		}
	}
}

func TestFilters(t *testing.T) {
	s := varied(t)
	for want, filter := range map[string]Filter{
		"undercomplete/2/1":                    {Experiment: "second"},
		"pca/2/none pca/8/none pca/32/none":    {Family: "pca"},
		"denoising/8/1":                        {Prefix: id("code 8 seed 1")[:6]},
		"undercomplete/2/2":                    {States: []State{Failed}},
		"undercomplete/2/2 pca/2/none":         {IDs: []string{id("pca 2"), id("code 2 seed 2"), "unknown"}},
		"pca/32/none pca/8/none":               {Newest: true, Limit: 2},
		"undercomplete/2/1 denoising/8/1":      {Limit: 2},
		"undercomplete/32/2 undercomplete/8/2": {Experiment: "code-size", Family: "undercomplete", States: []State{Waiting}, Newest: true},
		"":                                     {IDs: []string{}},
	} {
		records, err := s.Trials(filter)
		must(t, err)
		if got := names(records); got != want {
			t.Errorf("%+v: want %s, got %s", filter, want, got)
		}
	}
}

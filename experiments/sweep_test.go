package experiments_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
)

// rows returns the trials that are no baselines, in their order, each as the
// values of paths, a case and a seed.
func rows(e *experiments.Experiment, paths ...string) []string {
	var out []string
	for _, trial := range e.Trials {
		if trial.Baseline {
			continue
		}
		words := []string{}
		for _, path := range paths {
			value, _ := experiments.Lookup(trial.Setting, path)
			if path == "case" {
				value = trial.Places[0].Case
			}
			words = append(words, value)
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func TestSweeps(t *testing.T) {
	tests := []struct {
		name, sweep string
		paths       []string
		want        []string
	}{
		{"grid, the last axis fastest", `grid: {model.code: [2, 8], loss: [mse, l1]}`,
			[]string{"model.code", "loss"}, []string{"2 mse", "2 l1", "8 mse", "8 l1"}},
		{"range with its end", `grid: {model.code: {range: [2, 8], step: 3}}`, []string{"model.code"}, []string{"2", "5", "8"}},
		{"range of fractions", `grid: {train.optimiser.rate: {range: [0.1, 0.3], step: 0.1}}`,
			[]string{"train.optimiser.rate"}, []string{"0.1", "0.2", "0.3"}},
		{"log", `grid: {train.optimiser.rate: {log: [1e-4, 1e-1], n: 4}}`,
			[]string{"train.optimiser.rate"}, []string{"0.0001", "0.001", "0.01", "0.1"}},
		{"log of six digits", `grid: {train.optimiser.rate: {log: [1, 10], n: 3}}`,
			[]string{"train.optimiser.rate"}, []string{"1", "3.16228", "10"}},
		{"lists in an axis", `grid: {model.encoder: [[16], [32, 16], []]}`, []string{"model.depth", "model.nodes"}, []string{"1 16", "2 32", "0 "}},
		{"cases before axes", `{cases: {plain: , noisy: {model.corruption: {kind: gaussian, sigma: 0.3}}}, grid: {model.code: [2, 8]}}`,
			[]string{"case", "model.code", "model.corruption.sigma"}, []string{"plain 2 ", "plain 8 ", "noisy 2 0.3", "noisy 8 0.3"}},
		{"a parameter of a part that an axis chose", `grid: {loss.reduce: [sum, mean], loss: [mse, l1]}`,
			[]string{"loss", "loss.reduce"}, []string{"mse sum", "l1 sum", "mse mean", "l1 mean"}},
		{"null removes", `grid: {loss: [null, l1]}`, []string{"loss"}, []string{"mse", "l1"}},
		{"zip", `zip: {model.code: [2, 8], train.epochs: [1, 3]}`, []string{"model.code", "train.epochs"}, []string{"2 1", "8 3"}},
		{"two zips", `zip: [{model.code: [2, 8], train.epochs: [1, 3]}, {loss: [mse, l1], train.batch: [1, 2]}]`,
			[]string{"model.code", "train.batch"}, []string{"2 1", "2 2", "8 1", "8 2"}},
		{"when", `{grid: {model.bottleneck: [plain, gaussian]}, when: {if: {model.bottleneck: gaussian}, grid: {regularisers.kl.weight: [1, 4]}}}`,
			[]string{"model.bottleneck", "regularisers.kl.weight"}, []string{"plain ", "gaussian 1", "gaussian 4"}},
		{"when a default holds", `{grid: {model.code: [2, 8]}, when: {if: {train.optimiser: adam, model.code: 8}, grid: {train.optimiser.beta1: [0.5, 0.8]}}}`,
			[]string{"model.code", "train.optimiser.beta1"}, []string{"2 0.9", "8 0.5", "8 0.8"}},
		{"exclude", `{grid: {model.code: [2, 8, 16], loss: [mse, l1]}, exclude: [{model.code: [8, 16], loss: l1}]}`,
			[]string{"model.code", "loss"}, []string{"2 mse", "2 l1", "8 mse", "16 mse"}},
		{"exclude by case", `{cases: {a: {loss: l1}, b: }, grid: {model.code: [2, 8]}, exclude: {case: a, model.code: 2}}`,
			[]string{"case", "model.code"}, []string{"a 8", "b 2", "b 8"}},
		{"exclude by a part", `{grid: {loss: [{kind: huber, delta: 2}, huber, l1]}, exclude: {loss: {kind: huber, delta: 1}}}`,
			[]string{"loss", "loss.delta"}, []string{"huber 2", "l1 "}},
		{"exclude what is absent", `{cases: {a: , b: {model.corruption: masking}}, exclude: {model.corruption: null}}`,
			[]string{"case", "model.corruption"}, []string{"b masking"}},
		{"a branch replaces what grid set", `{grid: {train.epochs: [1, 2], loss: [mse, l1]}, when: {if: {loss: l1}, grid: {train.epochs: [9]}}}`,
			[]string{"loss", "train.epochs"}, []string{"mse 1", "l1 9", "mse 2"}},
		{"include", `{grid: {model.code: [2, 8]}, include: [{model.code: 32, train.epochs: 3}]}`,
			[]string{"model.code", "train.epochs"}, []string{"2 20", "8 20", "32 3"}},
		{"equal settings are one", `grid: {loss: [mse, {kind: mse, reduce: mean}, l1]}`, []string{"loss"}, []string{"mse", "l1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sweep := test.sweep
			if !strings.HasPrefix(sweep, "{") {
				sweep = "{" + sweep + "}"
			}
			got := rows(read(t, short+"sweep: "+sweep+"\n"), test.paths...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrderOfWork(t *testing.T) {
	e := read(t, short+"seeds: [3, 1]\nsweep: {grid: {model.code: [2, 8]}}\n")
	var got []string
	for _, trial := range e.Trials {
		code, _ := experiments.Lookup(trial.Setting, "model.code")
		got = append(got, strings.TrimSpace(trial.Family+" "+code)+" "+string(rune('0'+trial.Seed)))
	}
	want := []string{"pca 2 0", "pca 8 0", "mean 0", "undercomplete 2 3", "undercomplete 8 3", "undercomplete 2 1", "undercomplete 8 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBaselines(t *testing.T) {
	tests := []struct{ name, spec, want string }{
		{"one for each data and code size", "sweep: {grid: {data.validation: [0, 10], model.code: [2, 4], loss: [mse, l1]}}",
			"pca 0 2, pca 0 4, pca 10 2, pca 10 4, mean 0 , mean 10 "},
		{"none", "baselines: []", ""},
		{"some", "baselines: [mean]", "mean 0 "},
		{"of a size of their own", "baselines: [{kind: pca, code: 3}, pca]", "pca 0 3, pca 0 8"},
		{"once where they are equal", "baselines: [{kind: pca, code: 8}, pca]", "pca 0 8"},
		{"as wide as the shapes make the code", "sweep: {grid: {model.code: [null]}}", "pca 0 49, mean 0 "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, trial := range read(t, short+test.spec+"\n").Trials {
				if trial.Baseline {
					validation, _ := experiments.Lookup(trial.Setting, "data.validation")
					code, _ := experiments.Lookup(trial.Setting, "model.code")
					got = append(got, trial.Family+" "+validation+" "+code)
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBaselinesStandAtWhatTheyDependOn(t *testing.T) {
	e := read(t, short+"sweep: {cases: {a: , b: {train.epochs: 3}}, grid: {data.validation: [0, 10], model.code: [2, 4], loss: [mse, l1]}}\n")
	want := []experiments.Place{{Values: map[string]string{"data.validation": "0", "model.code": "2"}}}
	if diff := cmp.Diff(want, e.Trials[0].Places); diff != "" {
		t.Errorf("pca: %s", diff)
	}
	mean := slices.IndexFunc(e.Trials, func(trial experiments.Trial) bool { return trial.Family == "mean" })
	if diff := cmp.Diff([]experiments.Place{{Values: map[string]string{"data.validation": "0"}}}, e.Trials[mean].Places); diff != "" {
		t.Errorf("mean: %s", diff)
	}
}

func TestPlaces(t *testing.T) {
	e := read(t, short+"baselines: []\nsweep: {cases: {a: , b: {loss: mse}}, grid: {train.optimiser: [adam, {kind: sgd, rate: 1}, {kind: sgd, rate: 2}]}}\n")
	if len(e.Trials) != 3 {
		t.Fatalf("3 trials, got %d", len(e.Trials))
	}
	for i, label := range []string{"adam", "{kind: sgd, rate: 1}", "{kind: sgd, rate: 2}"} {
		values := map[string]string{"train.optimiser": label}
		want := []experiments.Place{{Case: "a", Values: values}, {Case: "b", Values: values}}
		if diff := cmp.Diff(want, e.Trials[i].Places); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSteps(t *testing.T) {
	e := read(t, short+`sweep:
  cases: {a: , b: {train.epochs: 3}}
  grid: {model.code: [2, 4, 8]}
  zip: {loss: [mse, l1], train.batch: [1, 2]}
  when: {if: {case: b}, grid: {train.keep: [all, none]}}
  exclude: {loss: l1, model.code: 2}
  include: {model.code: 99}
  sample: {n: 5}
`)
	want := []experiments.Step{{"cases", 2}, {"grid", 6}, {"zip", 12}, {"when", 18}, {"exclude", 15}, {"include", 16}, {"sample", 5}}
	if diff := cmp.Diff(want, e.Steps); diff != "" {
		t.Error(diff)
	}
}

func TestSamplesGrow(t *testing.T) {
	draw := func(sample string) []string {
		return rows(read(t, short+"sweep: {grid: {model.code: {range: [1, 10]}, train.epochs: {range: [1, 10]}}, sample: "+sample+"}\n"), "model.code", "train.epochs")
	}
	small, large, other, all := draw("{n: 7}"), draw("{n: 30}"), draw("{n: 7, seed: 2}"), draw("{n: 1000}")
	if len(small) != 7 || len(large) != 30 || len(all) != 100 {
		t.Fatalf("%d of 7, %d of 30, %d of 100", len(small), len(large), len(all))
	}
	for _, row := range small {
		if !slices.Contains(large, row) {
			t.Errorf("%s is in the smaller sample alone", row)
		}
	}
	if cmp.Equal(small, other) {
		t.Error("another seed draws the same")
	}
}

func TestCompareDefaults(t *testing.T) {
	tests := []struct {
		spec string
		want experiments.Compare
	}{
		{"", experiments.Compare{Rows: []string{"family"}}},
		{"sweep: {grid: {model.code: [2, 4]}}", experiments.Compare{Rows: []string{"model.code"}}},
		{"sweep: {grid: {model.code: [2, 4], loss: [mse, l1]}}", experiments.Compare{Rows: []string{"model.code"}, Columns: []string{"loss"}}},
		{"sweep: {cases: {a: }, zip: {model.code: [2, 4], train.epochs: [1, 2]}}", experiments.Compare{Rows: []string{"case"}, Columns: []string{"model.code"}}},
		{"compare: {rows: loss}\nsweep: {grid: {model.code: [2, 4], loss: [mse, l1]}}", experiments.Compare{Rows: []string{"loss"}, Columns: []string{"model.code"}}},
		{"compare: {columns: [loss, family], metric: [test.l1, test.sse]}\nsweep: {grid: {model.code: [2, 4], loss: [mse, l1]}}",
			experiments.Compare{Metrics: []string{"test.l1", "test.sse"}, Rows: []string{"model.code"}, Columns: []string{"loss", "family"}}},
	}
	for _, test := range tests {
		if test.want.Metrics == nil {
			test.want.Metrics = []string{"test.mse"}
		}
		if diff := cmp.Diff(test.want, read(t, short+test.spec+"\n").Compare); diff != "" {
			t.Errorf("%s: %s", test.spec, diff)
		}
	}
}

func TestEdits(t *testing.T) {
	spec := short + "seeds: 2\nsweep: {grid: {model.code: [2, 8]}}\n"
	e := read(t, spec, experiments.Edits{
		Set:  []string{"train.epochs=2", "seeds=1", "train.optimiser.rate=1e-2"},
		Grid: []string{"loss=mse,l1", "model.code=4", "train.batch={range: [1, 2]}", "model.encoder=[16],[8, 4]"},
	})
	got := rows(e, "train.epochs", "train.optimiser.rate", "model.code", "loss", "train.batch", "model.depth")
	want := []string{
		"2 0.01 4 mse 1 1", "2 0.01 4 mse 1 2", "2 0.01 4 mse 2 1", "2 0.01 4 mse 2 2",
		"2 0.01 4 l1 1 1", "2 0.01 4 l1 1 2", "2 0.01 4 l1 2 1", "2 0.01 4 l1 2 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(e.Edits) != 7 || e.Edits[0] != "--set train.epochs=2" {
		t.Errorf("edits: %q", e.Edits)
	}
}

func TestFamilies(t *testing.T) {
	tests := map[string]string{
		"":                                "undercomplete",
		"regularisers: {l2: 1}":           "undercomplete",
		"regularisers: {sparse-l1: 0}":    "undercomplete",
		"regularisers: {sparse-l1: 1e-4}": "sparse",
		"regularisers: {sparse-kl: [{rho: 0.1}, {rho: 0.2}]}": "sparse",
		"regularisers: {contractive: {kind: linear, to: 1}}":  "contractive",
		"sweep: {cases: {a: {model.corruption: masking}}}":    "denoising",
		"sweep: {cases: {a: {model.bottleneck: gaussian}}}":   "variational",
		"regularisers: {sparse-kl: 1, contractive: 1, kl: 1}\nsweep: {cases: {a: {model.bottleneck: gaussian, model.corruption: masking}}}": "sparse+contractive+denoising+variational",
	}
	for spec, want := range tests {
		trials := read(t, short+spec+"\n").Trials
		if got := trials[len(trials)-1].Family; got != want {
			t.Errorf("%s: %s, want %s", spec, got, want)
		}
	}
}

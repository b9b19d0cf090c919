package runner

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

const twinSpec = `
version: 1
name: twins
data: {kind: digits, validation: 200}
model: {encoder: [16], code: 4, output: sigmoid}
train: {epochs: 2, batch: 32, keep: none}
evaluate:
  anomaly: {normal: [3]}
  code: {}
`

// The 200 examples that PCA with 4 components was not fitted to, of which the
// threes are normal: figures of scikit-learn 1.2.1.
func TestTwinsAgreeWithScikitLearn(t *testing.T) {
	e, s, record := evaluatedPCA(t, twinSpec)
	for name, want := range map[string]float64{
		"validation.anomaly.normal=3.auroc":                0.76,
		"validation.anomaly.normal=3.average_precision":    0.9690635559946261,
		"validation.anomaly.normal=3.quantile=0.95.f1":     0.6691176470588235,
		"validation.anomaly.normal=3.quantile=0.95.recall": 0.5055555555555555,
		"validation.reconstruction.label=3.mse":            0.028972425357773952,
		"validation.code.knn_probe":                        0.845,
		"test.anomaly.normal=3.auroc":                      0.620199146514936,
		"test.anomaly.normal=3.quantile=0.95.threshold":    0.03816241499649832,
	} {
		if got, ok := record.Metrics[name]; !ok || math.Abs(got-want) > 1e-6 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for name := range record.Metrics {
		if !slices.Contains(e.Evaluated, name) && (strings.Contains(name, "anomaly") || strings.Contains(name, "code.")) {
			t.Errorf("%s was not announced", name)
		}
	}
	artefacts, err := s.Artefacts(record.ID)
	if err != nil || len(artefacts) == 0 {
		t.Error("the test split has pictures and charts", err)
	}
}

// Where the best repeats alone have their weights, a run adds no twins: their mean
// would be that of the best.
func TestTwinsOfTheBestAloneAreNotAdded(t *testing.T) {
	for keep, want := range map[string]int{"best": 3, "all": 6} {
		e := read(t, strings.Replace(twinSpec, "keep: none}", "keep: "+keep+"}\nseeds: 2", 1))
		former := slices.DeleteFunc(slices.Clone(e.Evaluate), func(s experiments.Setting) bool { return s["split"] != nil })
		s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
		for _, evaluate := range [][]experiments.Setting{former, e.Evaluate} {
			if err := New(s, store.Machine{}, Options{Evaluate: evaluate}).Run(context.Background(), e.Dir, e.Trials); err != nil {
				t.Fatal(err)
			}
		}
		known, err := s.Evaluations(e.IDs())
		if err != nil {
			t.Fatal(err)
		}
		for _, trial := range e.Trials {
			if got := len(known[trial.ID]); !trial.Baseline && got != want {
				t.Errorf("train.keep: %s; seed %d has %d evaluations, want %d", keep, trial.Seed, got, want)
			}
		}
	}
}

// A store from before there were twins: a run adds them where that takes no
// training, and evaluate everywhere, the same as if they had come at once.
func TestTwinsAreAddedToOlderStores(t *testing.T) {
	e := read(t, twinSpec)
	dir := t.TempDir()
	var again []string
	do := func(s *store.Store, evaluate []experiments.Setting, added bool) map[string][]store.Evaluation {
		t.Helper()
		again = nil
		r := New(s, store.Machine{}, Options{Evaluate: evaluate, Notify: func(event Event) {
			if event.Kind == Started && !event.Trial.Baseline {
				again = append(again, event.Trial.ID)
			}
		}})
		work := r.Run
		if added {
			work = r.Evaluate
		}
		if err := work(context.Background(), e.Dir, e.Trials); err != nil {
			t.Fatal(err)
		}
		known, err := s.Evaluations(e.IDs())
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	former := slices.DeleteFunc(slices.Clone(e.Evaluate), func(s experiments.Setting) bool { return s["split"] != nil })
	old, whole := open(t, filepath.Join(dir, "old.db"), e), open(t, filepath.Join(dir, "whole.db"), e)
	do(whole, e.Evaluate, false)
	do(old, former, false)
	known := do(old, e.Evaluate, false)
	for _, trial := range e.Trials {
		want := len(e.Evaluate)
		if !trial.Baseline {
			want = len(former)
		}
		if got := len(known[trial.ID]); got != want {
			t.Errorf("%s has %d evaluations after a run, want %d", trial.Family, got, want)
		}
	}
	if len(again) > 0 {
		t.Error("a run trains nothing again for twins alone")
	}
	do(old, e.Evaluate, true)
	if len(again) != 1 {
		t.Errorf("evaluate trains again what has no weights on disk, once: %v", again)
	}
	records, err := old.Trials(store.Filter{IDs: e.IDs()})
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		want, err := whole.Trial(record.ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range want.Metrics {
			if record.Metrics[name] != value {
				t.Errorf("%s of %s is %v, want %v", name, record.Family, record.Metrics[name], value)
			}
		}
	}
}

package runner

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

const evaluatedSpec = `
version: 1
name: evaluated
data: {kind: digits, normal: [3], validation: 30}
model: {encoder: [16], code: 4, output: sigmoid}
train: {epochs: 3, batch: 16}
sweep:
  cases:
    plain: {}
    variational: {model.bottleneck: gaussian, regularisers.kl: 1, loss: {kind: bce, reduce: sum}}
    stopped: {train.stop: {patience: 1}, train.epochs: 20, train.optimiser.rate: 0.05}
evaluate:
  anomaly: {}
`

// What is evaluated later, on models that are found and trained again, is what
// is evaluated at the end of a training.
func TestEvaluationsAddedLaterAreTheSame(t *testing.T) {
	e := read(t, evaluatedSpec)
	var told []string
	run := func(s *store.Store, evaluate []experiments.Setting, now bool) {
		t.Helper()
		r := New(s, store.Machine{}, Options{Workers: 2, Threads: 2, Evaluate: evaluate, Notify: func(event Event) {
			if event.Kind == Evaluated {
				told = append(told, event.Evaluation.Setting.Kind())
			}
		}})
		do := r.Run
		if !now {
			do = r.Evaluate
		}
		if err := do(context.Background(), e.Dir, e.Trials); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	at, later := open(t, filepath.Join(dir, "at.db"), e), open(t, filepath.Join(dir, "later.db"), e)
	run(at, e.Evaluate, true)
	run(later, nil, true)
	if strings.Contains(canonical(t, later), `"evaluations"`) {
		t.Error("nothing was asked for yet")
	}
	told = nil
	run(later, e.Evaluate, false)
	if want := len(e.Trials) * len(e.Evaluate); len(told) != want {
		t.Errorf("want %d evaluations, got %v", want, told)
	}
	if diff := cmp.Diff(canonical(t, at), canonical(t, later)); diff != "" {
		t.Errorf("evaluations that came later differ:\n%s", diff)
	}
	told = nil
	run(later, e.Evaluate, true)
	if len(told) > 0 {
		t.Errorf("nothing is evaluated twice, got %v", told)
	}
	if problems, err := later.Check(); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
}

func TestEvaluateLeavesUntrainedTrialsAlone(t *testing.T) {
	e := read(t, evaluatedSpec)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	r := New(s, store.Machine{}, Options{Evaluate: e.Evaluate})
	if err := r.Evaluate(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	states, err := s.States(e.IDs())
	if err != nil {
		t.Fatal(err)
	}
	for id, state := range states {
		if state != store.Waiting {
			t.Errorf("trial %.10s is %s", id, state)
		}
	}
}

// The residual of PCA with 4 components, fitted to the threes of scikit-learn's
// digits but the last 30, which set the threshold: figures of scikit-learn 1.2.1.
func TestAnomaliesByPCAAgreeWithScikitLearn(t *testing.T) {
	_, _, record := evaluatedPCA(t, evaluatedSpec)
	for name, want := range map[string]float64{
		"test.anomaly.auroc":                   0.9630993222324491,
		"test.anomaly.average_precision":       0.9953231784310405,
		"test.anomaly.quantile=0.95.f1":        0.9691358024691359,
		"test.anomaly.quantile=0.95.threshold": 0.0363295617043401,
	} {
		if got := record.Metrics[name]; math.Abs(got-want) > 1e-6 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

// evaluatedPCA runs a spec with its evaluations, and returns it, the store and its one trial of PCA.
func evaluatedPCA(t *testing.T, text string) (*experiments.Experiment, *store.Store, store.Record) {
	t.Helper()
	e := read(t, text)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Evaluate: e.Evaluate}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	records, err := s.Trials(store.Filter{Family: "pca"})
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	return e, s, records[0]
}

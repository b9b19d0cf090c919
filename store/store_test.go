package store

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
)

var machine = Machine{Version: "v1.2.3", Commit: "abc", Kernel: "avx2", Processor: "a processor", OS: "linux", Arch: "amd64", PeakMemory: 12345}

func TestRegisterKeepsEverything(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2, 8)
	must(t, s.Register(e, 3))
	records, err := s.Trials(Filter{Experiment: "code-size"})
	must(t, err)
	if len(records) != len(e.Trials) {
		t.Fatalf("want %d trials, got %d", len(e.Trials), len(records))
	}
	for i, trial := range e.Trials {
		r := records[i]
		if r.ID != trial.ID || r.State != Waiting || r.Data != "data" || r.Dir != "specs" || r.Numerics != 3 || r.Family != trial.Family {
			t.Errorf("trial %d: want %+v, got %+v", i, trial, r)
		}
		if trial.Baseline != (r.Seed == nil) || !trial.Baseline && *r.Seed != trial.Seed {
			t.Errorf("trial %d: want seed %d, got %v", i, trial.Seed, r.Seed)
		}
		if !reflect.DeepEqual(r.Setting, trial.Setting) {
			t.Errorf("trial %d: %s", i, cmp.Diff(trial.Setting, r.Setting))
		}
	}
}

func TestExperimentComesBackAsItWas(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2, 8)
	e.Edits, e.Tags, e.Cases = []string{"--set train.epochs=2"}, []string{"paper"}, []string{"plain"}
	e.Steps = []experiments.Step{{Word: "grid", Combinations: 2}}
	e.Trials[0].Places = []experiments.Place{{Case: "plain"}, {Case: "other", Values: map[string]string{"model.code": "2"}}}
	must(t, s.Register(e, 1))
	back, err := s.Experiment("code-size")
	must(t, err)
	if diff := cmp.Diff(e, back); diff != "" {
		t.Error(diff)
	}
}

func TestRegisterIsIdempotent(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	first := dump(t, s)
	must(t, s.Register(e, 1))
	if diff := cmp.Diff(first, dump(t, s)); diff != "" {
		t.Errorf("registering again changed the store:\n%s", diff)
	}
}

func TestHistoryKeepsEverySpec(t *testing.T) {
	s := newStore(t)
	old, changed := experiment("code-size", 2), experiment("code-size", 2, 8)
	changed.Text = []byte("name: code-size # now with 8")
	must(t, s.Register(old, 1))
	must(t, s.Register(changed, 1))
	must(t, s.Register(old, 1)) // back to the old spec, which is then current again
	history, err := s.History("code-size")
	must(t, err)
	if len(history) != 2 || !history[0].Current || history[1].Current || string(history[1].Text) != string(changed.Text) {
		t.Errorf("want the old revision to be current among two, got %+v", history)
	}
	if history[0].Trials != 3 || history[1].Trials != 6 {
		t.Errorf("want 3 and 6 trials, got %d and %d", history[0].Trials, history[1].Trials)
	}
	places, err := s.Places([]string{changed.Trials[1].ID, old.Trials[0].ID})
	must(t, err)
	if len(places) != 1 || places[old.Trials[0].ID][0].Values["model.code"] != "2" {
		t.Errorf("want a place for what the current revision asks for alone, got %v", places)
	}
	if _, err := s.History("nothing"); !errors.Is(err, ErrUnknown) {
		t.Errorf("want ErrUnknown, got %v", err)
	}
}

func TestLifeOfATrial(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	id := e.Trials[0].ID
	must(t, s.Start(id, machine))
	rows := []Epoch{{Epoch: 1, Metrics: map[string]float64{"train.loss": 0.1}, Digest: id, Seconds: 0.5}}
	must(t, s.Checkpoint(id, rows, []byte("state"), Progress{Epochs: 1, Seconds: 0.5}))
	must(t, s.Interrupt(id))
	if r := get(t, s, id); r.State != Waiting || r.Epochs != 1 {
		t.Errorf("want a waiting trial with an epoch, got %s with %d", r.State, r.Epochs)
	}
	state, found, err := s.LoadCheckpoint(id)
	if string(state) != "state" || !found || err != nil {
		t.Errorf("want the checkpoint, got %q, %v, %v", state, found, err)
	}
	must(t, s.Start(id, machine))
	result := Result{
		State: Done, Epochs: 2, Seconds: 1.25, ExamplesPerSecond: new(1e5), Parameters: 99, WeightsSHA256: id,
		Notes: []string{"one", "two"}, Metrics: map[string]float64{"test.mse": 0.1 + 0.2, "test.psnr": -1e-300},
		Series: map[string][]float64{"errors": {1, 0.1, math.SmallestNonzeroFloat64}}, Machine: machine,
	}
	must(t, s.Finish(id, result))
	r := get(t, s, id[:10])
	got := Result{r.State, r.Epochs, r.Seconds, r.ExamplesPerSecond, r.Parameters, r.WeightsSHA256, r.DivergedStep,
		r.Failure, r.Notes, r.Metrics, nil, r.Machine}
	elements, err := s.Series(id, "errors")
	must(t, err)
	got.Series = map[string][]float64{"errors": elements}
	if diff := cmp.Diff(result, got); diff != "" {
		t.Errorf("the record differs from the result:\n%s", diff)
	}
	if _, found, _ := s.LoadCheckpoint(id); found {
		t.Error("the checkpoint of a trial that is done is still there")
	}
	epochs, err := s.Epochs(id)
	must(t, err)
	if diff := cmp.Diff(rows, epochs); diff != "" {
		t.Errorf("the curve differs:\n%s", diff)
	}
}

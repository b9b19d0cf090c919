package store

import (
	"database/sql"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// begun returns a store with trials, and the id of one that is running.
func begun(t testing.TB) (*Store, string) {
	t.Helper()
	s := newStore(t)
	e := experiment("code-size", 2, 8)
	must(t, s.Register(e, 1))
	must(t, s.Start(e.Trials[0].ID, machine))
	must(t, s.Checkpoint(e.Trials[0].ID, []Epoch{epochRow(1), epochRow(2)}, []byte("state"), Progress{Epochs: 2}))
	return s, e.Trials[0].ID
}

func resultOf(state State) Result {
	return Result{State: state, Epochs: 2, Metrics: map[string]float64{"test.mse": 0.5}, Notes: []string{"a note"},
		Series: map[string][]float64{"errors": {1, 2}}, Failure: "an accident"}
}

func TestFinalTrialsNeverChange(t *testing.T) {
	for _, state := range []State{Done, Diverged, Failed} {
		t.Run(string(state), func(t *testing.T) {
			s, id := begun(t)
			must(t, s.Finish(id, resultOf(state)))
			before := dump(t, s)
			calls := map[string]error{
				"Start":         s.Start(id, machine),
				"Interrupt":     s.Interrupt(id),
				"Checkpoint":    s.Checkpoint(id, []Epoch{epochRow(3)}, []byte("x"), Progress{Epochs: 3}),
				"Finish":        s.Finish(id, resultOf(Done)),
				"AddEvaluation": s.AddEvaluation(id, Evaluation{Metrics: map[string]float64{"test.mse": 0.25}}),
			}
			if state != Failed {
				calls["Reset"] = s.Reset(id)
			}
			if state != Done {
				delete(calls, "AddEvaluation") // adds to what is done alone; see TestEvaluations
			}
			for name, err := range calls {
				if !errors.Is(err, ErrFinal) || errors.Is(err, ErrStore) {
					t.Errorf("%s: want ErrFinal, got %v", name, err)
				}
			}
			if ok, err := s.Claim(id); ok || err != nil {
				t.Errorf("want no claim on a final trial, got %v, %v", ok, err)
			}
			must(t, s.Register(experiment("code-size", 2, 8), 1))
			if diff := cmp.Diff(before, dump(t, s)); diff != "" {
				t.Errorf("a final trial changed:\n%s", diff)
			}
		})
	}
}

func TestDatabaseItselfRefusesToChangeFinalTrials(t *testing.T) {
	s, id := begun(t)
	must(t, s.Finish(id, resultOf(Done)))
	err := s.write("change", func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE trials SET seconds = 7 WHERE id = ?", id)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "a final trial never changes") {
		t.Errorf("want the trigger to refuse, got %v", err)
	}
}

func TestResetForgetsAFailedTrial(t *testing.T) {
	s, id := begun(t)
	must(t, s.Finish(id, resultOf(Failed)))
	must(t, s.Reset(id))
	r := get(t, s, id)
	epochs, err := s.Epochs(id)
	must(t, err)
	if r.State != Waiting || r.Failure != "" || r.Epochs != 0 || len(r.Metrics)+len(r.Notes)+len(epochs) > 0 || !r.Finished.IsZero() {
		t.Errorf("want a trial like new, got %+v with %d epochs", r, len(epochs))
	}
	must(t, s.Start(id, machine))
	must(t, s.Finish(id, resultOf(Done)))
	sound(t, s)
}

func TestResetLeavesWhatIsNotFinal(t *testing.T) {
	s, id := begun(t)
	before := dump(t, s)
	must(t, s.Reset(id))
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("Reset changed a running trial:\n%s", diff)
	}
}

func TestOnlyWhatRunsHereIsRecorded(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	id := e.Trials[0].ID
	for name, err := range map[string]error{
		"Checkpoint": s.Checkpoint(id, nil, []byte("x"), Progress{}),
		"Finish":     s.Finish(id, resultOf(Done)),
		"Interrupt":  s.Interrupt(id),
	} {
		if !errors.Is(err, ErrNotRunning) {
			t.Errorf("%s of a waiting trial: want ErrNotRunning, got %v", name, err)
		}
	}
	if err := s.Start("0000", machine); !errors.Is(err, ErrUnknown) {
		t.Errorf("want ErrUnknown, got %v", err)
	}
}

func TestNumbersThatAreNotFiniteAreRefused(t *testing.T) {
	s, id := begun(t)
	before := dump(t, s)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		results := make([]Result, 4)
		for i := range results {
			results[i] = resultOf(Done)
		}
		results[0].Metrics["test.sse"] = bad
		results[1].Series["errors"][1] = bad
		results[2].Seconds = bad
		results[3].ExamplesPerSecond = &bad
		for i, result := range results {
			if err := s.Finish(id, result); !errors.Is(err, ErrNotFinite) {
				t.Errorf("%v in place %d: want ErrNotFinite, got %v", bad, i, err)
			}
		}
	}
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("something was recorded:\n%s", diff)
	}
	must(t, s.Finish(id, resultOf(Done)))
}

func TestDivergingEpochsSayWhatIsMissing(t *testing.T) {
	s, id := begun(t)
	row := Epoch{Epoch: 3, Metrics: map[string]float64{"train.loss": math.NaN(), "train.kl": math.Inf(1), "train.rate": 0.5}}
	must(t, s.Checkpoint(id, []Epoch{row}, nil, Progress{Epochs: 3}))
	epochs, err := s.Epochs(id)
	must(t, err)
	want := Epoch{Epoch: 3, Metrics: map[string]float64{"train.rate": 0.5}, NotFinite: []string{"train.kl", "train.loss"}}
	if diff := cmp.Diff(want, epochs[2]); diff != "" {
		t.Error(diff)
	}
	if len(row.Metrics) != 3 {
		t.Error("the caller's row was changed")
	}
}

func TestCheckpointReplacesRowsAndState(t *testing.T) {
	s, id := begun(t)
	again := epochRow(2)
	again.Seconds = 99
	must(t, s.Checkpoint(id, []Epoch{again, epochRow(3)}, []byte("new"), Progress{Epochs: 3, Seconds: 3}))
	must(t, s.Checkpoint(id, []Epoch{epochRow(4)}, nil, Progress{Epochs: 4, Seconds: 4})) // keeps the state
	state, found, err := s.LoadCheckpoint(id)
	must(t, err)
	if string(state) != "new" || !found {
		t.Errorf("want the new state, got %q", state)
	}
	epochs, err := s.Epochs(id)
	must(t, err)
	if len(epochs) != 4 || epochs[1].Seconds != 99 {
		t.Errorf("want four rows, the second replaced, got %+v", epochs)
	}
}

// sound fails the test where the store contradicts its contract.
func sound(t testing.TB, s *Store) {
	t.Helper()
	problems, err := s.Check()
	must(t, err)
	if len(problems) > 0 {
		t.Errorf("the store is not sound: %s", strings.Join(problems, "; "))
	}
}

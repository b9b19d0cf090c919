package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// halves returns stores that have each run one half of an experiment, and one
// that has run all of it.
func halves(t *testing.T) (odd, even, whole string) {
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "odd.db"), filepath.Join(dir, "even.db"), filepath.Join(dir, "whole.db")}
	for i, path := range paths {
		s, err := Open(path)
		must(t, err)
		e := experiment("code-size", 2, 8, 32)
		must(t, s.Register(e, 1))
		for j, trial := range e.Trials {
			if i == 2 || j%2 == i {
				must(t, runTrial(s, trial.ID))
			}
		}
		must(t, s.Close())
	}
	return paths[0], paths[1], paths[2]
}

func TestMergeIsIdempotentAndCommutative(t *testing.T) {
	odd, even, whole := halves(t)
	want := string(export(t, reopen(t, whole), true))
	for _, order := range [][]string{{odd, even}, {even, odd}, {odd, even, odd, even, whole}} {
		s := newStore(t)
		for _, path := range order {
			_, err := s.Merge(path)
			must(t, err)
		}
		sound(t, s)
		if diff := cmp.Diff(want, string(export(t, s, true))); diff != "" {
			t.Errorf("merged %v:\n%s", order, diff)
		}
		before := string(export(t, s, false))
		merged, err := s.Merge(whole)
		must(t, err)
		if merged.Added != 0 || merged.Ended != 0 || merged.Reproduced != 9 || merged.Conflicts != nil {
			t.Errorf("merging what is there: %+v", merged)
		}
		if diff := cmp.Diff(before, string(export(t, s, false))); diff != "" {
			t.Errorf("merging what is there changes:\n%s", diff)
		}
	}
}

func TestMergeEndsWhatWaits(t *testing.T) {
	odd, even, _ := halves(t)
	s := reopen(t, odd)
	merged, err := s.Merge(even)
	must(t, err)
	if merged.Added != 0 || merged.Ended != 4 || merged.Reproduced != 0 {
		t.Errorf("4 trials waited, got %+v", merged)
	}
}

func TestMergeReportsConflicts(t *testing.T) {
	_, _, whole := halves(t)
	s := newStore(t)
	e := experiment("code-size", 2)
	must(t, s.Register(e, 1))
	other := e.Trials[0].ID
	must(t, s.Start(other, machine))
	row := epochRow(1)
	row.Digest = id("other weights")
	must(t, s.Checkpoint(other, []Epoch{row}, nil, Progress{Epochs: 1}))
	result := resultOf(Done)
	result.WeightsSHA256 = id("other weights")
	must(t, s.Finish(other, result))
	merged, err := s.Merge(whole)
	must(t, err)
	if len(merged.Conflicts) != 1 || merged.Conflicts[0] != (Conflict{other, "epoch 1"}) {
		t.Errorf("the weights of one trial differ, got %+v", merged)
	}
	if r := get(t, s, other); r.WeightsSHA256 != id("other weights") {
		t.Error("a trial in conflict must stay as it is")
	}
	sound(t, s)
}

func TestMergeLeavesRunningTrialsAlone(t *testing.T) {
	_, _, whole := halves(t)
	s := newStore(t)
	e := experiment("code-size", 2, 8, 32)
	must(t, s.Register(e, 1))
	running := e.Trials[0].ID
	must(t, s.Start(running, machine))
	merged, err := s.Merge(whole)
	must(t, err)
	if merged.Ended != 8 || get(t, s, running).State != Running {
		t.Errorf("a running trial was ended: %+v", merged)
	}
	must(t, s.Finish(running, resultOf(Done)))
}

func TestMergeTakesOldSchemas(t *testing.T) {
	s := newStore(t)
	database, _ := kept(1)
	before, err := os.ReadFile(database)
	must(t, err)
	path := filepath.Join(t.TempDir(), "old.db")
	must(t, os.WriteFile(path, before, 0o644))
	merged, err := s.Merge(path)
	must(t, err)
	after, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the file that was merged has changed")
	}
	if merged.Added == 0 {
		t.Errorf("the kept store has trials, got %+v", merged)
	}
	sound(t, s)
	if _, err := s.Merge(filepath.Join(t.TempDir(), "absent.db")); err == nil {
		t.Error("a store that is not there cannot be merged")
	}
}

func TestCollectRemovesOrphansOnly(t *testing.T) {
	s := newStore(t)
	must(t, s.Register(experiment("code-size", 2, 8), 1))
	must(t, s.Register(experiment("other", 8), 1))
	must(t, s.Register(experiment("code-size", 2), 1)) // 8 is still asked for by other
	orphans, err := s.Orphans()
	must(t, err)
	if len(orphans) != 0 {
		t.Errorf("no orphans yet, got %d", len(orphans))
	}
	must(t, s.Register(experiment("other", 32), 1))
	orphans, err = s.Orphans()
	must(t, err)
	if len(orphans) != 3 {
		t.Fatalf("two seeds and a PCA with code 8 are orphans, got %d", len(orphans))
	}
	must(t, s.Start(orphans[0].ID, machine)) // and one of them is being worked on
	removed, err := s.Collect()
	must(t, err)
	if removed != 2 {
		t.Errorf("2 trials removed, got %d", removed)
	}
	must(t, s.Finish(orphans[0].ID, resultOf(Done)))
	sound(t, s)
	history, err := s.History("code-size")
	must(t, err)
	if len(history) != 1 {
		t.Errorf("earlier revisions go, got %d", len(history))
	}
}

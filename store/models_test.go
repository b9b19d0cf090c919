package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestModelsAreKeptBesideTheStore(t *testing.T) {
	s := newStore(t)
	a, b := id("a"), id("b")
	if _, err := s.Model(a); !errors.Is(err, ErrNoModel) || errors.Is(err, ErrStore) {
		t.Errorf("a model that is not there: %v", err)
	}
	must(t, s.DropModel(a))
	must(t, s.PutModel(a, []byte("one")))
	must(t, s.PutModel(b, []byte("two")))
	content, err := s.Model(a)
	if err != nil || string(content) != "one" || !s.HasModel(a) || s.HasModel(id("c")) {
		t.Errorf("got %q, %v", content, err)
	}
	if on, err := os.ReadFile(s.Path() + ".models/" + b + ".safetensors"); err != nil || string(on) != "two" || s.ModelFile(b) != s.Path()+".models/"+b+".safetensors" {
		t.Errorf("got %q, %v, the file is %s", on, err, s.ModelFile(b))
	}
	must(t, s.DropModel(a))
	if ids, err := s.Models(); err != nil || !slices.Equal(ids, []string{b}) {
		t.Errorf("got %v, %v", ids, err)
	}
	reading, err := OpenReadOnly(s.Path())
	must(t, err)
	defer reading.Close()
	if err := errors.Join(reading.PutModel(a, nil), reading.DropModel(b)); !errors.Is(err, ErrReadOnly) || !reading.HasModel(b) {
		t.Errorf("a store open for reading writes: %v", err)
	}
}

func TestCollectRemovesModelsOfTrialsThatAreGone(t *testing.T) {
	s := newStore(t)
	first := experiment("code-size", 2, 8)
	must(t, s.Register(first, 1))
	kept, gone := first.Trials[0].ID, first.Trials[1].ID
	must(t, runTrial(s, kept))
	must(t, runTrial(s, gone))
	for _, id := range []string{kept, gone, id("stray")} {
		must(t, s.PutModel(id, []byte("weights")))
	}
	must(t, s.Register(experiment("code-size", 2), 1))
	_, err := s.Collect()
	must(t, err)
	if ids, err := s.Models(); err != nil || !slices.Equal(ids, []string{kept}) {
		t.Errorf("left are %v, want %s: %v", ids, kept, err)
	}
	must(t, s.DropModel(kept))
	must(t, s.PutModel(gone, []byte("weights")))
	_, err = s.Collect()
	must(t, err)
	if _, err := os.Stat(s.Path() + modelsSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder is left: %v", err)
	}
}

func TestMergeCopiesModelsThatAreMissing(t *testing.T) {
	dir := t.TempDir()
	e := experiment("code-size", 2, 8)
	same, other, here := e.Trials[0].ID, e.Trials[1].ID, e.Trials[2].ID
	var stores []*Store
	for _, name := range []string{"here.db", "there.db"} {
		s := reopen(t, filepath.Join(dir, name))
		must(t, s.Register(e, 1))
		// Another machine came to other weights in one of them.
		for trial, weights := range map[string]string{same: "a", here: "b", other: name} {
			must(t, s.Start(trial, machine))
			result := resultOf(Done)
			result.WeightsSHA256 = id(weights)
			must(t, s.Finish(trial, result))
		}
		stores = append(stores, s)
	}
	to, from := stores[0], stores[1]
	must(t, to.PutModel(here, []byte("mine")))
	for _, id := range []string{same, other, here, id("stray")} {
		must(t, from.PutModel(id, []byte("theirs")))
	}
	merged, err := to.Merge(from.Path())
	must(t, err)
	if merged.Models != 1 || len(merged.Conflicts) != 1 {
		t.Errorf("merged %+v, want 1 model and 1 conflict", merged)
	}
	if content, err := to.Model(same); err != nil || string(content) != "theirs" {
		t.Errorf("a missing model is %q, %v", content, err)
	}
	if content, err := to.Model(here); err != nil || string(content) != "mine" {
		t.Errorf("a model that was here is %q, %v", content, err)
	}
	if ids, err := to.Models(); err != nil || len(ids) != 2 {
		t.Errorf("here are now %v, %v", ids, err)
	}
	if again, err := to.Merge(from.Path()); err != nil || again.Models != 0 {
		t.Errorf("merging again copies %d, %v", again.Models, err)
	}
}

// The numbers of baselines have no digest in the store: one that is done in both
// is the same.
func TestMergeCopiesModelsOfBaselines(t *testing.T) {
	dir := t.TempDir()
	e := experiment("code-size", 2, 8)
	e.Trials[0].Baseline, e.Trials[1].Baseline = true, true
	var stores []*Store
	for _, name := range []string{"here.db", "there.db"} {
		s := reopen(t, filepath.Join(dir, name))
		must(t, s.Register(e, 1))
		must(t, s.Start(e.Trials[0].ID, machine))
		result := resultOf(Done)
		result.WeightsSHA256 = ""
		must(t, s.Finish(e.Trials[0].ID, result))
		stores = append(stores, s)
	}
	for _, trial := range e.Trials[:2] {
		must(t, stores[1].PutModel(trial.ID, []byte("theirs")))
	}
	merged, err := stores[0].Merge(stores[1].Path())
	must(t, err)
	if merged.Models != 1 || !stores[0].HasModel(e.Trials[0].ID) {
		t.Errorf("merged %+v, want the model of the baseline that is done", merged)
	}
}

func TestRepeatsDifferInTheirSeedAlone(t *testing.T) {
	s := newStore(t)
	e := experiment("code-size", 2, 8)
	must(t, s.Register(e, 1))
	repeats, err := s.Repeats(e.Trials[3].ID) // code 8, seed 2
	must(t, err)
	if len(repeats) != 2 || repeats[0].ID != e.Trials[1].ID || repeats[1].ID != e.Trials[3].ID {
		t.Errorf("got %d repeats: %+v", len(repeats), repeats)
	}
}

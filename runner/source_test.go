package runner

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

const continuing = `
version: 1
name: continuing
data: {kind: digits, validation: 100, train_limit: 600, test_limit: 100}
model: {encoder: [32], code: 4, output: sigmoid}
train: {epochs: 3, batch: 32}
seeds: 2
baselines: []
sweep:
  cases:
    tuned: {train.from: base, model.corruption: {kind: gaussian, sigma: 0.3}}
    base: {}
    still: {train.from: tuned, train.epochs: 0}
`

// caseOf returns the record of a case with a seed.
func caseOf(t *testing.T, s *store.Store, e *experiments.Experiment, name string, seed int) store.Record {
	t.Helper()
	for _, trial := range e.Trials {
		if trial.Places[0].Case == name && trial.Seed == seed {
			record, err := s.Trial(trial.ID)
			if err != nil {
				t.Fatal(err)
			}
			return record
		}
	}
	t.Fatalf("no trial of the case %s with seed %d", name, seed)
	return store.Record{}
}

// A training of no epochs ends in the weights that it began with: those of its
// source with the same seed, whose other weights are gone from disk.
func TestTrialsContinueFromTheWeightsOfOthers(t *testing.T) {
	e := read(t, continuing)
	want := uninterrupted(t, e)
	for _, options := range []Options{{Workers: 1, Threads: 1}, {Workers: 6, Threads: 6}} {
		s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
		if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, e.Trials); err != nil {
			t.Fatal(err)
		}
		if canonical(t, s) != want {
			t.Errorf("%+v gives other results", options)
		}
		for _, seed := range e.Seeds {
			tuned, still := caseOf(t, s, e, "tuned", seed), caseOf(t, s, e, "still", seed)
			if still.State != store.Done || still.WeightsSHA256 != tuned.WeightsSHA256 {
				t.Errorf("seed %d: weights %.10s, those of the source are %.10s", seed, still.WeightsSHA256, tuned.WeightsSHA256)
			}
			if base := caseOf(t, s, e, "base", seed); base.WeightsSHA256 == tuned.WeightsSHA256 {
				t.Errorf("seed %d: nothing was tuned", seed)
			}
		}
	}
}

// What a trial needs is run with it, and trained again where only its record is left.
func TestSourcesAreRunWhereTheyAreMissing(t *testing.T) {
	e := read(t, continuing)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	tuned := caseOf(t, s, e, "tuned", 2)
	only := e.Trials[:0:0]
	for _, trial := range e.Trials {
		if trial.ID == tuned.ID {
			only = append(only, trial)
		}
	}
	run := func() (messages int32) {
		var heard atomic.Int32
		options := Options{Workers: 2, Threads: 2, Notify: func(event Event) {
			if event.Kind == Message && strings.Contains(event.Message, "whose weights are not on disk") {
				heard.Add(1)
			}
		}}
		if err := New(s, store.Machine{}, options).Run(context.Background(), e.Dir, only); err != nil {
			t.Fatal(err)
		}
		return heard.Load()
	}
	if run() != 0 || caseOf(t, s, e, "base", 2).State != store.Done || caseOf(t, s, e, "base", 1).State != store.Waiting {
		t.Error("the source is not run, or more than it")
	}
	first := caseOf(t, s, e, "tuned", 2)
	if err := s.DropModel(caseOf(t, s, e, "base", 2).ID); err != nil {
		t.Fatal(err)
	}
	still := caseOf(t, s, e, "still", 2)
	only = only[:0]
	for _, trial := range e.Trials {
		if trial.ID == still.ID {
			only = append(only, trial)
		}
	}
	if err := s.DropModel(first.ID); err != nil {
		t.Fatal(err)
	}
	if run() != 1 {
		t.Error("the source, whose weights are gone, is not trained again")
	}
	if got := caseOf(t, s, e, "still", 2).WeightsSHA256; got != first.WeightsSHA256 {
		t.Errorf("weights %.10s, those of the source are %.10s", got, first.WeightsSHA256)
	}
	again, err := Reproduce(context.Background(), caseOf(t, s, e, "still", 2), store.Machine{}, Options{Workers: 1, Threads: 1})
	if err != nil || again.Record.WeightsSHA256 != first.WeightsSHA256 {
		t.Errorf("not reproduced from its record: %v", err)
	}
}

// A source that diverges fails those that need it, and nobody else.
func TestASourceThatDivergesFailsWhatNeedsIt(t *testing.T) {
	e := read(t, strings.Replace(continuing, "base: {}", "base: {train.optimiser: {kind: sgd, rate: 1e9}, model.output: linear}\n    other: {}", 1))
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 2, Threads: 2}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]store.State{"base": store.Diverged, "tuned": store.Failed, "still": store.Failed, "other": store.Done} {
		record := caseOf(t, s, e, name, 1)
		if record.State != want {
			t.Errorf("%s is %s, want %s", name, record.State, want)
		}
		if name == "tuned" && !strings.Contains(record.Failure, "whose weights it continues from, has diverged") {
			t.Errorf("it failed of %q", record.Failure)
		}
	}
}

func TestInterruptedContinuationsEndInTheSameBits(t *testing.T) {
	e := read(t, strings.Replace(continuing, "epochs: 3,", "epochs: 30, pretrain: {epochs: 4},", 1))
	want := uninterrupted(t, e)
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	for limit := 5 * time.Millisecond; ; limit += 4 * time.Millisecond {
		ctx, stop := context.WithTimeout(context.Background(), limit)
		err := New(s, store.Machine{}, Options{Workers: 2, Threads: 2, Every: time.Millisecond}).Run(ctx, e.Dir, e.Trials)
		stop()
		if err == nil {
			break
		}
	}
	if canonical(t, s) != want {
		t.Error("interrupted, the results are others")
	}
}

func TestSourcesWithOtherParameters(t *testing.T) {
	for want, set := range map[string]string{
		"the case has encoder[0].w of the shape 64×32 where this net has encoder[0].w, 64×16": "model.encoder: [16]",
		"the case has code.w of the shape 32×4 where this net has encoder[1].w, 32×8":         "model.encoder: [32, 8]",
		"the case has decoder[0].w of the shape 4×32 where this net has decoder[0].b, 32":     "model.tied: true",
	} {
		text := strings.Replace(continuing, "train.from: base", "train.from: base, "+set, 1)
		_, err := experiments.Read("spec.yaml", []byte(text), experiments.Edits{}, NewWorld())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %q", set, err, want)
		}
	}
}

// Layers may go on with another loss: a variance that it learns begins anew, and
// one that the source has learned is left behind.
func TestContinuationsWithAnotherLoss(t *testing.T) {
	learned := "loss: {kind: gaussian-nll, variance: {kind: learned, start: 0.5}}"
	text := strings.Replace(continuing, "train.from: base", "train.from: base, train.epochs: 0, "+learned, 1)
	e := read(t, strings.Replace(text, "seeds: 2", "seeds: 1", 1))
	s := open(t, filepath.Join(t.TempDir(), "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 1, Threads: 1}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	base, tuned, still := caseOf(t, s, e, "base", 1), caseOf(t, s, e, "tuned", 1), caseOf(t, s, e, "still", 1)
	if base.WeightsSHA256 == "" || still.WeightsSHA256 != base.WeightsSHA256 {
		t.Errorf("by way of another loss, %s came to be %s", base.WeightsSHA256, still.WeightsSHA256)
	}
	mse := base.Metrics["test.mse"]
	if want := 0.5 * (mse/0.5 + math.Log(2*math.Pi*0.5)); math.Abs(tuned.Metrics["test.loss"]-want) > 1e-6 {
		t.Errorf("with the variance 0.5, the loss is %g, want %g", tuned.Metrics["test.loss"], want)
	}
}

package runner

import (
	"context"
	"os"
	"path/filepath"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Reproduction is what came of a trial that was run again.
type Reproduction struct {
	Record store.Record
	Curve  []store.Epoch
	Model  []byte // the file of its model; nil for a baseline that keeps none, and where the trial did not end well
}

// Reproduce runs a recorded trial again, from its record alone, and returns
// what comes of it. Nothing of the trial's store is read or written.
func Reproduce(ctx context.Context, record store.Record, program store.Machine, options Options) (*Reproduction, error) {
	dir, err := os.MkdirTemp("", "hourglass-repro-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(filepath.Join(dir, "hourglass.db"))
	if err != nil {
		return nil, err
	}
	defer s.Close()
	trial := experiments.Trial{ID: record.ID, Setting: record.Setting, Data: record.Data, Baseline: record.Seed == nil, Family: record.Family}
	if record.Seed != nil {
		trial.Seed = *record.Seed
	}
	options.keepAll = true
	e := &experiments.Experiment{Name: "repro", Dir: record.Dir, Trials: experiments.WithSources([]experiments.Trial{trial}, nil, record.Numerics)}
	if err := s.Register(e, record.Numerics); err != nil {
		return nil, err
	}
	if err := New(s, program, options).Run(ctx, e.Dir, e.Trials); err != nil {
		return nil, err
	}
	again := &Reproduction{}
	if again.Record, err = s.Trial(record.ID); err != nil {
		return nil, err
	}
	if s.HasModel(record.ID) {
		if again.Model, err = s.Model(record.ID); err != nil {
			return nil, err
		}
	}
	again.Curve, err = s.Epochs(record.ID)
	return again, err
}

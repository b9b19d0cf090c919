package runner

import (
	"context"
	"os"
	"path/filepath"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Reproduce runs a recorded trial again, from its record alone, and returns
// what comes of it. Nothing of the trial's store is read or written.
func Reproduce(ctx context.Context, record store.Record, program store.Machine, options Options) (again store.Record, curve []store.Epoch, err error) {
	dir, err := os.MkdirTemp("", "hourglass-repro-")
	if err != nil {
		return again, nil, err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(filepath.Join(dir, "hourglass.db"))
	if err != nil {
		return again, nil, err
	}
	defer s.Close()
	trial := experiments.Trial{ID: record.ID, Setting: record.Setting, Data: record.Data, Baseline: record.Seed == nil, Family: record.Family}
	if record.Seed != nil {
		trial.Seed = *record.Seed
	}
	e := &experiments.Experiment{Name: "repro", Dir: record.Dir, Trials: []experiments.Trial{trial}}
	if err := s.Register(e, record.Numerics); err != nil {
		return again, nil, err
	}
	if err := New(s, program, options).Run(ctx, e.Dir, e.Trials); err != nil {
		return again, nil, err
	}
	if again, err = s.Trial(record.ID); err != nil {
		return again, nil, err
	}
	curve, err = s.Epochs(record.ID)
	return again, curve, err
}

package main

import (
	"context"
	"fmt"
	"path/filepath"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/runner"
)

// factors writes the test examples of a spec's data, and the factors that they
// follow from, to test.npy and factors.npy in a folder, one example a row.
func factors(file, folder string) error {
	e, err := experiments.Load(file, experiments.Edits{}, runner.NewWorld())
	if err != nil {
		return err
	}
	set, err := dataOf(e)
	if err != nil {
		return err
	}
	if set.TestFactors == nil {
		return fmt.Errorf("%s: wanted data with known factors, found %s", file, set.Name)
	}
	if err := writeRows(filepath.Join(folder, "test.npy"), set.Test); err != nil {
		return err
	}
	return writeRows(filepath.Join(folder, "factors.npy"), set.TestFactors)
}

func writeRows(path string, x *nn.Matrix) error {
	sink, err := data.NewSink(path, data.Table{Shape: []int{x.Cols}})
	if err != nil {
		return err
	}
	row := make([]float64, x.Cols)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			row[j] = float64(v)
		}
		if err := sink.Write("", row); err != nil {
			sink.Abandon()
			return err
		}
	}
	return sink.Close()
}

// dataOf loads the data of an experiment's first trial.
func dataOf(e *experiments.Experiment) (*data.Set, error) {
	source, err := registry.Decode[data.Source](e.Trials[0].Setting["data"])
	if err != nil {
		return nil, fmt.Errorf("%s: data: %w", e.File, err)
	}
	return source.Load(context.Background(), e.Dir, nil)
}

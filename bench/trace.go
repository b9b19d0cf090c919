package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/runner"
)

// traced describes the files CASE.before.f32 and CASE.after.f32 of a trace:
// the parameters one behind the other, as little-endian float32.
type traced struct {
	Case    string        `json:"case"`
	Setting registry.Tree `json:"setting"`
	Params  []tracedParam `json:"params"`
}

type tracedParam struct {
	Name  string   `json:"name"`
	Shape nn.Shape `json:"shape"`
}

// trace trains each case of a spec, with its first seed, for so many steps on
// one batch: the first examples of the training split, which is written to
// x.f32. It prints a line for each case.
func trace(file, count, folder string, out io.Writer) error {
	steps, err := strconv.Atoi(count)
	if err != nil {
		return fmt.Errorf("steps: %w", err)
	}
	e, err := experiments.Load(file, experiments.Edits{Set: []string{"train.epochs=" + count}}, runner.NewWorld())
	if err != nil {
		return err
	}
	set, err := dataOf(e)
	if err != nil {
		return err
	}
	print := json.NewEncoder(out)
	for _, trial := range e.Trials {
		if trial.Baseline || trial.Seed != e.Seeds[0] {
			continue
		}
		t, err := traceTrial(trial, set, steps, folder)
		if err == nil {
			err = print.Encode(t)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", file, trial.Places[0].Case, err)
		}
	}
	return nil
}

func traceTrial(trial experiments.Trial, set *data.Set, steps int, folder string) (*traced, error) {
	design, err := nn.NewDesign(trial.Setting)
	if err != nil {
		return nil, err
	}
	batch := set.Train.Slice(0, design.Train.Batch)
	about := nn.Traits{Shape: set.Shape, Low: float64(set.Low), High: float64(set.High)}
	trainer, err := nn.NewTrainer(design, about, batch.Rows, uint64(trial.Seed))
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	t := &traced{Case: trial.Places[0].Case, Setting: trial.Setting}
	before := writeFloats(folder, t.Case+".before.f32", trainer.Net().Values)
	for range steps { // each is an epoch
		trainer.Step(batch)
	}
	after := writeFloats(folder, t.Case+".after.f32", trainer.Net().Values)
	for _, p := range trainer.Net().Params {
		t.Params = append(t.Params, tracedParam{p.Name, p.Shape})
	}
	return t, errors.Join(writeFloats(folder, "x.f32", batch.Data), before, after)
}

func writeFloats(folder, name string, values []float32) error {
	text, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), text, 0o644)
}

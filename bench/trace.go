package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// traced describes the files of a trace: little-endian float32.
type traced struct {
	Setting registry.Tree `json:"setting"`
	Params  []tracedParam `json:"params"` // in the order in which they lie in before.f32 and after.f32
}

type tracedParam struct {
	Name  string   `json:"name"`
	Shape nn.Shape `json:"shape"`
}

// trace trains a spec's first trial for so many steps on one batch, the first
// examples of its training split. It writes the batch to x.f32 in the folder,
// and the weights to before.f32 and after.f32, and prints what they are.
func trace(file, count, folder string, out io.Writer) error {
	steps, err := strconv.Atoi(count)
	if err != nil {
		return fmt.Errorf("steps: %w", err)
	}
	setting, facts, err := loadSetting(file, "train.epochs="+count)
	if err != nil {
		return err
	}
	design, err := nn.NewDesign(setting)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	source, err := registry.Decode[data.Source](setting["data"])
	if err != nil {
		return fmt.Errorf("%s: data: %w", file, err)
	}
	set, err := source.Load(context.Background(), filepath.Dir(file), nil)
	if err != nil {
		return err
	}
	batch := set.Train.Slice(0, design.Train.Batch)
	trainer, err := nn.NewTrainer(design, traits(facts), batch.Rows, 1)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	defer trainer.Close()
	before := writeFloats(folder, "before.f32", trainer.Net().Values)
	for range steps { // each is an epoch
		trainer.Step(batch)
	}
	after := writeFloats(folder, "after.f32", trainer.Net().Values)
	if err := errors.Join(writeFloats(folder, "x.f32", batch.Data), before, after); err != nil {
		return err
	}
	t := traced{Setting: setting}
	for _, p := range trainer.Net().Params {
		t.Params = append(t.Params, tracedParam{p.Name, p.Shape})
	}
	return json.NewEncoder(out).Encode(t)
}

func writeFloats(folder, name string, values []float32) error {
	text, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), text, 0o644)
}

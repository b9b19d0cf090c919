package runner

import (
	"context"
	"fmt"
	"sync"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// dataset is a data set in memory, with what baselines need to know of it.
type dataset struct {
	*data.Set
	statistics *nn.Statistics
	ladders    map[*nn.Matrix][]float64 // PCA's error at every code size, by split
	mutex      sync.Mutex               // guards ladders
}

// datasets holds each data set that trials ask for, once.
type datasets struct {
	report  func(string)
	threads int // that work out statistics
	mutex   sync.Mutex
	loaded  map[string]func() (*dataset, error)
}

func newDatasets(threads int, report func(string)) *datasets {
	return &datasets{report: report, threads: max(1, threads), loaded: map[string]func() (*dataset, error){}}
}

// get returns the data of a setting, which it loads where no trial has asked
// for them yet. Others that ask meanwhile wait.
func (d *datasets) get(ctx context.Context, setting experiments.Setting, dir string) (*dataset, error) {
	key := dir + "\n" + string(registry.Canonical(setting["data"]))
	d.mutex.Lock()
	load := d.loaded[key]
	if load == nil {
		load = sync.OnceValues(func() (*dataset, error) { return d.load(ctx, setting, dir) })
		d.loaded[key] = load
	}
	d.mutex.Unlock()
	return load()
}

func (d *datasets) load(ctx context.Context, setting experiments.Setting, dir string) (*dataset, error) {
	source, err := registry.Decode[data.Source](setting["data"])
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	set, err := source.Load(ctx, dir, d.report)
	if err != nil {
		return nil, err
	}
	loaded := &dataset{Set: set, ladders: map[*nn.Matrix][]float64{}}
	loaded.statistics = nn.NewStatistics(drawn(set), d.threads).With(loaded.traits(), set.Validation)
	return loaded, nil
}

// drawn returns the training split as models meet it that see it once: where
// each presentation is a draw, one draw.
func drawn(set *data.Set) *nn.Matrix {
	if set.Drawn != nil {
		return set.Drawn
	}
	return set.Train
}

// traits returns what metrics need to know.
func (d *dataset) traits() nn.Traits {
	return nn.Traits{Shape: d.Shape, Low: float64(d.Low), High: float64(d.High), Validation: d.Validation != nil, Binarise: d.Drawn != nil}
}

// splits returns what evaluations look at.
func (d *dataset) splits() *nn.Splits {
	splits := &nn.Splits{
		Traits: d.traits(), Train: d.Train, Validation: d.Validation, Test: d.Test,
		TrainLabels: d.TrainLabels, ValidationLabels: d.ValidationLabels, TestLabels: d.TestLabels, Classes: d.Classes, Columns: d.Columns,
		ValidationFactors: d.ValidationFactors, TestFactors: d.TestFactors, Factors: d.Factors, Statistics: d.statistics,
	}
	if w := d.Series; w != nil {
		splits.TrainWindows, splits.ValidationWindows, splits.TestWindows = w.Train(), w.Validation(), w.Test()
	}
	return splits
}

// ladder returns PCA's error on a split at every code size.
func (d *dataset) ladder(split *nn.Matrix) ([]float64, error) {
	decomposition, err := d.statistics.Decomposition()
	if err != nil {
		return nil, err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.ladders[split] == nil {
		d.ladders[split] = decomposition.Ladder(split)
	}
	return d.ladders[split], nil
}

package data

import (
	"fmt"

	"hourglass.dev/hourglass/nn"
)

// raw are rows of numbers as they stand in a file, in float64: what a scaling
// is fitted on, before anything is rounded to float32.
type raw struct {
	width  int // numbers of a row
	values []float64
}

func (t raw) rows() int { return len(t.values) / t.width }

func (t raw) row(i int) []float64 { return t.values[i*t.width : (i+1)*t.width] }

// pick returns the rows of these numbers, without copying them.
func (t raw) pick(order []int32) [][]float64 {
	rows := make([][]float64, len(order))
	for i, row := range order {
		rows[i] = t.row(int(row))
	}
	return rows
}

// scaled returns the features in this order, in their own where it is nil, and
// nil where there are none.
func (t raw) scaled(order []int32, scaling *Scaling) *nn.Matrix {
	if t.rows() == 0 {
		return nil
	}
	x := nn.NewMatrix(t.rows(), t.width)
	for i := range x.Rows {
		from := i
		if order != nil {
			from = int(order[i])
		}
		if scaling != nil {
			scaling.Apply(x.Row(i), t.row(from))
			continue
		}
		for j, value := range t.row(from) {
			x.Row(i)[j] = float32(value)
		}
	}
	return x
}

// applyScaled cuts the splits, fits the scaling on the first, scales them all
// and finds their range. Labels may be nil.
func (s split) applyScaled(set *Set, scaling string, clip bool, train, test raw, trainLabels, testLabels []int32) error {
	p, err := s.plan(train.rows(), trainLabels, test.rows())
	if err != nil {
		return err
	}
	set.Scaling = fitScaling(scaling, train.pick(p.order[:p.trained]))
	if set.Scaling != nil {
		set.Scaling.Clip = clip
	}
	trainTable := table{x: train.scaled(p.order, set.Scaling), labels: reorderLabels(trainLabels, p.order)}
	testTable := table{x: test.scaled(nil, set.Scaling), labels: testLabels}
	for _, t := range []table{trainTable, testTable} {
		if err := mustBeFinite(t.x); err != nil {
			return fmt.Errorf("scaling: %s: %w", scaling, err)
		}
	}
	p.share(set, trainTable, testTable)
	set.Low, set.High = extremes(set.Train, set.Validation, set.Test)
	return nil
}

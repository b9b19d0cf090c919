package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
)

// windows hands the windows of a series to do, with their first steps, or with
// nil where they are apart from each other.
func (u *using) windows(ctx context.Context, input string, do func(x *nn.Matrix, starts []int) error) error {
	return u.from(input, func(path string, say func(string)) error { return u.Windows(ctx, path, say, do) })
}

// checkJoin checks --join.
func (u *using) checkJoin(join string) error {
	switch {
	case join != "" && !u.Series():
		return usage(errors.New("--join is for models that were trained on windows of a series"))
	case join != "" && !slices.Contains(nn.Joins, join):
		return usage(fmt.Errorf("--join must be mean, median or max, got %q", join))
	}
	return nil
}

// joinOf is how errors of windows become one: as is asked for, or for the threshold of
// an evaluation as all evaluations have it, or by their mean.
func (u *using) joinOf(o scoreOptions, set []runner.Threshold) string {
	switch {
	case o.join != "" || !u.Series():
		return o.join
	case !o.ofEvaluation() || len(set) == 0 || slices.ContainsFunc(set, func(e runner.Threshold) bool { return e.Join != set[0].Join }):
		return nn.JoinMean
	case !slices.Contains(nn.Joins, set[0].Join): // none: windows were judged, and here are rows
		return nn.JoinMean
	}
	if set[0].Join != nn.JoinMean {
		u.voice.say("errors of windows are joined by %s, as the trial was evaluated", set[0].Join)
	}
	return set[0].Join
}

// series scores the rows of a series, or windows that are apart.
func (s *scoring) series(ctx context.Context, input, join string) error {
	steps := nn.NewStepErrors(s.Shape, s.measure, join, func(step int, err float64) error { return s.add(step, "", err) })
	err := s.windows(ctx, input, func(x *nn.Matrix, starts []int) error {
		if starts == nil {
			return s.take(x, nil)
		}
		if err := s.begin(unitRow, false); err != nil {
			return err
		}
		y := s.Coder().Forward(x)
		for i, start := range starts {
			if err := steps.Add(start, y.Row(i), x.Row(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return steps.End()
}

// reconstructSeries writes a series whose windows are put together again: each
// row is the mean of what the windows that cover it make of it, in the units of
// the data.
func (u *using) reconstructSeries(ctx context.Context, input string) error {
	features := u.Shape[1:].Size()
	var t *table
	y := make([]float32, features)
	joiner := nn.NewJoiner(u.Shape[0], features, nn.JoinMean, func(_ int, values []float64) error {
		for i, v := range values {
			y[i] = float32(v)
		}
		u.Values(t.room, y)
		return t.add("", t.room)
	})
	room := make([]float64, u.Shape.Size())
	err := u.windows(ctx, input, func(x *nn.Matrix, starts []int) (err error) {
		if t == nil {
			if t, err = u.tableOfSeries(starts != nil); err != nil {
				return err
			}
		}
		made := u.Coder().Forward(x)
		if starts == nil {
			return t.addExamples(nil, made)
		}
		for i, start := range starts {
			for e, v := range made.Row(i) {
				room[e] = float64(v)
			}
			if err := joiner.Add(start, room); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = joiner.End()
	}
	if t != nil && t.unit == unitRow {
		return t.finish(err, fmt.Sprintf("reconstructions of %s", count(features, "feature")))
	}
	return t.finish(err, fmt.Sprintf("reconstructions of %v", u.Shape))
}

// tableOfSeries begins what the rows of a series are written to, or windows that
// are apart.
func (u *using) tableOfSeries(together bool) (*table, error) {
	if !together {
		return u.tableFor(u.featureTable(), "reconstruction", false)
	}
	features := u.Shape[1:].Size()
	columns := numbered("x", features)
	if len(u.Columns) == features {
		columns = u.Columns
	}
	t, err := u.tableFor(data.Table{Columns: columns, Shape: []int{features}}, "reconstruction", false)
	if t != nil {
		t.unit = unitRow
	}
	return t, err
}

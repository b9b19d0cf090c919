package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
)

// ErrOtherData is the error of data that are not those that a trial was run on.
var ErrOtherData = errors.New("the data have changed")

// Splits are the words that stand for a split of a model's own data.
var Splits = []string{"train", "validation", "test"}

// Examples hands the examples that a word names to do, a pass at a time, with
// their names where they are pictures: those of a split of the data that the
// model was trained on, or those in a file or a folder. report is told what
// takes a while, and what looks wrong.
func (m *Model) Examples(ctx context.Context, word string, report func(string), do func(x *nn.Matrix, names []string) error) error {
	if !slices.Contains(Splits, word) {
		return data.Examples(ctx, word, m.wanted(report), inferenceRows, do)
	}
	_, x, err := m.ownSplit(ctx, word, report)
	if err != nil {
		return err
	}
	return passes(ctx, x, func(_ int, rows *nn.Matrix) error { return do(rows, nil) })
}

// Series tells whether the model was trained on windows of a series.
func (m *Model) Series() bool {
	return data.Unwrapped(m.Setting["data"].(experiments.Setting)).Kind() == "series"
}

// Windows is Examples for a model that was trained on windows of a series. It
// hands the first steps of the windows on, so that they can be put together
// again: of a file, as [data.SeriesExamples] does; of a split, in the file that it
// is of, and with one more window at the end where the others leave steps over.
func (m *Model) Windows(ctx context.Context, word string, report func(string), do func(x *nn.Matrix, starts []int) error) error {
	if !slices.Contains(Splits, word) {
		return data.SeriesExamples(ctx, word, m.wanted(report), inferenceRows, do)
	}
	set, x, err := m.ownSplit(ctx, word, report)
	if err != nil {
		return err
	}
	w := map[string]func() *nn.Windows{"train": set.Series.Train, "validation": set.Series.Validation, "test": set.Series.Test}[word]()
	starts := make([]int, 0, inferenceRows)
	err = passes(ctx, x, func(first int, rows *nn.Matrix) error {
		starts = starts[:0]
		for _, start := range w.Starts[first : first+rows.Rows] {
			starts = append(starts, int(start))
		}
		return do(rows, starts)
	})
	if err != nil || w.Rest == nil {
		return err
	}
	return do(w.Rest, []int{int(w.RestStart)})
}

func (m *Model) wanted(report func(string)) data.Wanted {
	return data.Wanted{
		Source: data.Unwrapped(m.Setting["data"].(experiments.Setting)), Shape: m.Shape, Columns: m.Columns, Scaling: m.Scaling, Low: m.Low, High: m.High,
		Noise: m.noise(), Report: report,
	}
}

// ownSplit loads the data that the model was trained on, and returns them with the
// examples of a split.
func (m *Model) ownSplit(ctx context.Context, word string, report func(string)) (*dataset, *nn.Matrix, error) {
	fingerprint, err := NewWorld().Fingerprint(m.Setting["data"].(experiments.Setting), m.Dir)
	if err != nil {
		return nil, nil, err
	}
	if fingerprint != m.Data {
		return nil, nil, fmt.Errorf("%s: %w: trial %.10s was run on %.10s, and here are %.10s", word, ErrOtherData, m.ID, m.Data, fingerprint)
	}
	set, err := newDatasets(1, report).get(ctx, m.Setting, m.Dir)
	if err != nil {
		return nil, nil, err
	}
	x := map[string]*nn.Matrix{"train": set.Train, "validation": set.Validation, "test": set.Test}[word]
	if x == nil {
		return nil, nil, &data.InputError{Path: word, Err: errors.New("the data have no such split")}
	}
	return set, x, nil
}

// passes hands rows to do, as many as go through a net at a time.
func passes(ctx context.Context, x *nn.Matrix, do func(first int, rows *nn.Matrix) error) error {
	for first := 0; first < x.Rows; first += inferenceRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := do(first, x.Slice(first, min(first+inferenceRows, x.Rows))); err != nil {
			return err
		}
	}
	return nil
}

// noise is how far beyond the values of the data normal noise took what the model
// was fed in training, or a baseline was chosen against: but for two elements in a
// billion.
func (m *Model) noise() float64 {
	const deviations = 6
	if noise, ok := m.Setting.At("model.noise"); ok {
		sigma, _ := noise.(float64)
		return deviations * sigma
	}
	corruption, _ := m.Setting.At("model.corruption")
	part, _ := corruption.(experiments.Setting)
	sigma, _ := part["sigma"].(float64)
	if part.Kind() != "gaussian" || part["clip"] != nil {
		return 0
	}
	return deviations * sigma
}

// Values sets values to what features x were before they were scaled.
func (m *Model) Values(values []float64, x []float32) {
	if m.Scaling != nil {
		m.Scaling.Undo(values, x)
		return
	}
	for i, v := range x {
		values[i] = float64(v)
	}
}

// Prior says what the codes of new examples are drawn from, or why there is
// nothing to draw them from.
func (m *Model) Prior() (fitted bool, err error) {
	switch {
	case m.Coder().CodeSize() == 0:
		return false, nn.ErrNoCode
	case m.Net != nil && m.Net.Prior():
		return false, nil
	case m.Net != nil && slices.ContainsFunc(m.Design.Regularisers, func(r nn.Regulariser) bool { _, mmd := r.(*nn.MMD); return mmd }):
		return false, nil
	case m.Seen.CodeMean == nil:
		return false, fmt.Errorf("its code has no prior, and with %d units is too large for a normal distribution to have been fitted to the codes of training examples", m.Coder().CodeSize())
	}
	switch kind := bottleneckOf(m.Setting); kind {
	case "", "plain", "batch-norm":
		return true, nil
	default:
		return false, fmt.Errorf("its code has no prior, and a normal distribution does not describe what the bottleneck %s yields", kind)
	}
}

func bottleneckOf(setting experiments.Setting) string {
	bottleneck, _ := setting.At("model.bottleneck")
	part, _ := bottleneck.(experiments.Setting)
	return part.Kind()
}

// Draw sets codes to so many new ones: of the standard normal distribution, or of
// the one fitted to the codes of training examples. The same seed draws the same.
func (m *Model) Draw(codes *nn.Matrix, seed int, fitted bool) {
	nn.GeneratorNormals(codes.Data, seed, 0)
	if !fitted {
		return
	}
	factor := nn.Cholesky(m.Seen.CodeCovariance, codes.Cols)
	z := make([]float64, codes.Cols)
	for i := range codes.Rows {
		h := codes.Row(i)
		for j, v := range h {
			z[j] = float64(v)
		}
		for j := range h {
			sum := m.Seen.CodeMean[j]
			for k := range j + 1 {
				sum += float64(factor[j*codes.Cols+k] * z[k])
			}
			h[j] = float32(sum)
		}
	}
}

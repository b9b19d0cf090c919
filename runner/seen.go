package runner

import (
	"slices"

	"hourglass.dev/hourglass/nn"
)

const (
	seenRows   = 10_000 // training examples that a model is looked at with, at most
	seenCode   = 256    // largest code whose covariance is kept
	errorSteps = 1000   // between the quantiles of errors
)

// look returns what a model makes of the examples of a data set.
func look(net nn.Coder, set *dataset) *Seen {
	train := set.Train.Slice(0, min(set.Train.Rows, seenRows))
	seen := &Seen{Split: "train"}
	judged := train
	if set.Validation != nil {
		seen.Split, judged = "validation", set.Validation
	}
	var errors map[string][]float64
	if set.Series != nil {
		windows := set.Series.Train()
		if set.Validation != nil {
			windows = set.Series.Validation()
		}
		seen.OfSteps, errors = true, stepErrors(net, judged, windows.Starts, set.Shape)
	} else {
		errors = exampleErrors(net, judged)
	}
	seen.Errors = map[string][]float64{}
	for measure, values := range errors {
		seen.Errors[measure] = quantiles(values)
	}
	if size := net.CodeSize(); size > 0 && size <= seenCode {
		seen.CodeMean, seen.CodeCovariance = moments(net, train)
	}
	return seen
}

// exampleErrors are those of examples, by measure.
func exampleErrors(net nn.Coder, x *nn.Matrix) map[string][]float64 {
	errors := map[string][]float64{}
	eachPass(x, func(_ int, x *nn.Matrix) {
		y := net.Forward(x)
		for i := range x.Rows {
			for _, measure := range nn.ErrorMeasures {
				errors[measure] = append(errors[measure], nn.ExampleError(measure, y.Row(i), x.Row(i)))
			}
		}
	})
	return errors
}

// stepErrors are those of the steps that windows of a series cover, by measure.
func stepErrors(net nn.Coder, x *nn.Matrix, starts []int32, shape nn.Shape) map[string][]float64 {
	errors := map[string][]float64{}
	steps := map[string]*nn.StepErrors{}
	for _, measure := range nn.ErrorMeasures {
		steps[measure] = nn.NewStepErrors(shape, measure, nn.JoinMean, func(_ int, err float64) error {
			errors[measure] = append(errors[measure], err)
			return nil
		})
	}
	eachPass(x, func(first int, x *nn.Matrix) {
		y := net.Forward(x)
		for i := range x.Rows {
			for _, s := range steps {
				_ = s.Add(int(starts[first+i]), y.Row(i), x.Row(i)) // fails where emit does
			}
		}
	})
	for _, s := range steps {
		_ = s.End()
	}
	return errors
}

// eachPass calls do with rows, as many as go through a net at a time.
func eachPass(x *nn.Matrix, do func(first int, rows *nn.Matrix)) {
	for first := 0; first < x.Rows; first += inferenceRows {
		do(first, x.Slice(first, min(first+inferenceRows, x.Rows)))
	}
}

// quantiles returns the quantiles 0, 0.001, … 1 of some values.
func quantiles(values []float64) []float64 {
	slices.Sort(values)
	out := make([]float64, errorSteps+1)
	for i := range out {
		out[i] = nn.Quantile(values, float64(i)/errorSteps)
	}
	return out
}

// Quantile returns the error, by a measure, below which a share p of the examples
// lies that the model was held against when it was trained. It reports false of
// models that were kept before there was such a measure.
func (s *Seen) Quantile(measure string, p float64) (float64, bool) {
	errors := s.Errors[measure]
	if len(errors) == 0 {
		return 0, false
	}
	return nn.Quantile(errors, p), true
}

// moments returns the mean and the covariance, divided by n, of the codes of
// some examples.
func moments(net nn.Coder, x *nn.Matrix) (mean, covariance []float64) {
	n := net.CodeSize()
	mean, covariance = make([]float64, n), make([]float64, n*n)
	eachPass(x, func(_ int, rows *nn.Matrix) {
		h := net.Encode(rows)
		for i := range h.Rows {
			for j, v := range h.Row(i) {
				mean[j] += float64(v)
			}
		}
	})
	for j := range mean {
		mean[j] /= float64(x.Rows)
	}
	centred := make([]float64, n)
	eachPass(x, func(_ int, rows *nn.Matrix) {
		h := net.Encode(rows)
		for i := range h.Rows {
			for j, v := range h.Row(i) {
				centred[j] = float64(v) - mean[j]
			}
			for j, a := range centred {
				for k, b := range centred[:j+1] {
					covariance[j*n+k] += float64(a * b)
				}
			}
		}
	})
	for j := range n {
		for k := range j + 1 {
			covariance[j*n+k] /= float64(x.Rows)
			covariance[k*n+j] = covariance[j*n+k]
		}
	}
	return mean, covariance
}

package nn

import (
	"math"
	"slices"
)

// StepErrors turns the errors of windows into errors of steps: first those of
// the windows that cover a step become one for each of its features, and then
// these become the step's.
type StepErrors struct {
	measure string
	joiner  *Joiner
	room    []float64
}

// NewStepErrors returns what measures windows of a shape, [steps, …]. The
// measure is mse, the mean of squared errors over the features of a step, l1, the
// mean of absolute ones, or max, the largest absolute one. emit gets each step
// that a window covers, in order.
func NewStepErrors(shape Shape, measure, join string, emit func(step int, err float64) error) *StepErrors {
	e := &StepErrors{measure: measure, room: make([]float64, shape.Size())}
	e.joiner = NewJoiner(shape[0], shape[1:].Size(), join, func(step int, errors []float64) error {
		return emit(step, e.ofStep(errors))
	})
	return e
}

// ofStep is the error of a step, given those of its features.
func (e *StepErrors) ofStep(errors []float64) float64 {
	if e.measure == "max" {
		return slices.Max(errors)
	}
	sum := 0.0
	for _, v := range errors {
		sum += v
	}
	return sum / float64(len(errors))
}

// Add takes a window x that begins at a step, and its reconstruction y.
func (e *StepErrors) Add(start int, y, x []float32) error {
	for i, v := range y {
		d := float64(v) - float64(x[i])
		if e.measure == "mse" {
			e.room[i] = float64(d * d)
		} else {
			e.room[i] = math.Abs(d)
		}
	}
	return e.joiner.Add(start, e.room)
}

// End lets out the last steps.
func (e *StepErrors) End() error { return e.joiner.End() }

package nn

import (
	"math"
	"slices"
)

// Windows says where the examples of a split lie in a long series, of which
// they are windows. It belongs to a matrix of them, [windows × steps·features].
type Windows struct {
	Starts []int32 // first step of each example, rising
	Labels []int32 // class of each step of the series, or nil
	// Rest is one more window, [1 × steps·features], where the examples leave
	// steps over at the end of their part of the series: it ends with it, and
	// begins at RestStart. It is nil elsewhere.
	Rest      *Matrix
	RestStart int32
}

// How the values that several windows have for a step become one.
const (
	JoinMean   = "mean"
	JoinMedian = "median"
	JoinMax    = "max"
)

// Joiner puts what was found for windows of a series together again, step by
// step: each of the values of a step is the mean, the median or the largest of
// those that the windows which cover it have for it. Steps come out in order, as
// soon as no window can reach them any more, so that no more of them are held
// than a window has.
type Joiner struct {
	window, width int // steps of a window, values of a step
	join          string
	emit          func(step int, values []float64) error
	next, end     int         // the step that comes out next; after the last that a window covers
	seen          []int       // windows that cover a step, at step mod window
	values        []float64   // sums, or the largest, [window × width]
	each          [][]float64 // for the median: all values, [window × width]
	out           []float64
}

// NewJoiner returns a joiner of windows of so many steps with width values each.
// emit gets each step that is covered; the values are the joiner's again once it
// returns.
func NewJoiner(window, width int, join string, emit func(step int, values []float64) error) *Joiner {
	j := &Joiner{
		window: window, width: width, join: join, emit: emit,
		seen: make([]int, window), values: make([]float64, window*width), out: make([]float64, width),
	}
	if join == JoinMedian {
		j.each = make([][]float64, window*width)
	}
	return j
}

// Add takes the values of the window that begins at a step, [window × width].
// Windows come in the order of their first steps.
func (j *Joiner) Add(start int, values []float64) error {
	if err := j.until(start); err != nil {
		return err
	}
	for t := range j.window {
		at := (start + t) % j.window
		first := j.seen[at] == 0
		j.seen[at]++
		for i, v := range values[t*j.width : (t+1)*j.width] {
			j.take(at*j.width+i, v, first)
		}
	}
	j.end = start + j.window
	return nil
}

// take adds a value to those at a place.
func (j *Joiner) take(place int, v float64, first bool) {
	switch {
	case j.join == JoinMedian:
		j.each[place] = append(j.each[place], v)
	case first:
		j.values[place] = v
	case j.join == JoinMax:
		j.values[place] = max(j.values[place], v)
	default:
		j.values[place] += v
	}
}

// End lets out the steps that are held.
func (j *Joiner) End() error { return j.until(j.end) }

// until lets out the steps before one.
func (j *Joiner) until(step int) error {
	for ; j.next < min(step, j.end); j.next++ {
		at := j.next % j.window
		if j.seen[at] == 0 {
			continue
		}
		for i := range j.out {
			j.out[i] = j.joined(at*j.width+i, j.seen[at])
		}
		j.seen[at] = 0
		if err := j.emit(j.next, j.out); err != nil {
			return err
		}
	}
	j.next = max(j.next, step)
	return nil
}

// joined is what the values at a place become, of which there are n.
func (j *Joiner) joined(place, n int) float64 {
	switch j.join {
	case JoinMax:
		return j.values[place]
	case JoinMedian:
		all := j.each[place]
		slices.Sort(all)
		j.each[place] = all[:0]
		if n%2 == 1 {
			return all[n/2]
		}
		return (all[n/2-1] + all[n/2]) / 2
	}
	return j.values[place] / float64(n)
}

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

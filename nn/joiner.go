package nn

import "slices"

// How the values that several windows have for a step become one.
const (
	JoinMean   = "mean"
	JoinMedian = "median"
	JoinMax    = "max"
)

// Joins are the words for that.
var Joins = []string{JoinMean, JoinMedian, JoinMax}

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

// must panics where a joiner failed whose emit cannot fail.
func must(err error) {
	if err != nil {
		panic("nn: " + err.Error())
	}
}

package nn

import "math"

// The strong Wolfe conditions: a point is good enough where the objective has
// fallen by sufficientDecrease of what the first slope promised, and the slope
// is at most curvature of the first in size.
const (
	sufficientDecrease = 1e-4
	curvature          = 0.9
)

// linePoint is a point on the line: how far it is along the direction, the objective
// and its slope there.
type linePoint struct{ t, value, slope float64 }

// lineSearch looks for a point that meets the strong Wolfe conditions.
type lineSearch struct {
	origin linePoint
	left   int       // evaluations that may still be made
	best   linePoint // the lowest so far
}

func newLineSearch(evaluations int, origin linePoint) lineSearch {
	return lineSearch{origin: origin, left: evaluations, best: origin}
}

// run returns a point that is good enough, or else the lowest of those that were
// tried, the origin included.
func (l *lineSearch) run(first float64, try func(t float64) linePoint) linePoint {
	low, t := l.origin, first
	for l.left > 0 {
		here := l.evaluate(t, try)
		switch {
		case !finite(here.value) || l.above(here) || low != l.origin && here.value >= low.value:
			return l.zoom(low, here, try)
		case l.flat(here):
			return here
		case here.slope >= 0:
			return l.zoom(here, low, try)
		}
		t = between(low, here, here.t+float64(0.01*(here.t-low.t)), 10*here.t)
		low = here
	}
	return l.best
}

// zoom looks between two points, of which low is the lower, with a slope towards
// the other (Nocedal and Wright 2006, algorithm 3.6).
func (l *lineSearch) zoom(low, high linePoint, try func(t float64) linePoint) linePoint {
	slow := false // the last point was near an end of the stretch
	for l.left > 0 {
		width := math.Abs(high.t - low.t)
		if float64(width*math.Abs(low.slope)) < 1e-12*max(1e-12, math.Abs(low.value)) {
			break
		}
		from, to := min(low.t, high.t), max(low.t, high.t)
		t, margin := between(low, high, from, to), float64(0.1*width)
		if near := t-from < margin || to-t < margin; near && (slow || t <= from || t >= to) {
			slow = false
			if t-from < to-t {
				t = from + margin
			} else {
				t = to - margin
			}
		} else {
			slow = near
		}
		here := l.evaluate(t, try)
		switch {
		case !finite(here.value) || l.above(here) || here.value >= low.value:
			high = here
		case l.flat(here):
			return here
		default:
			if float64(here.slope*(high.t-low.t)) >= 0 {
				high = low
			}
			low = here
		}
	}
	return l.best
}

func (l *lineSearch) evaluate(t float64, try func(t float64) linePoint) linePoint {
	l.left--
	here := try(t)
	if here.value < l.best.value {
		l.best = here
	}
	return here
}

// above tells whether the objective has not fallen enough.
func (l *lineSearch) above(p linePoint) bool {
	return p.value > l.origin.value+float64(float64(sufficientDecrease*p.t)*l.origin.slope)
}

// flat tells whether the slope has become small enough.
func (l *lineSearch) flat(p linePoint) bool {
	return math.Abs(p.slope) <= float64(-curvature*l.origin.slope)
}

// between returns where the cubic through two points with their slopes has its
// minimum, from low to high, or their middle where it has none (Nocedal and
// Wright 2006, equation 3.59).
func between(a, b linePoint, low, high float64) float64 {
	if b.t < a.t {
		a, b = b, a
	}
	middle := float64(0.5 * (low + high))
	if !finite(a.value) || !finite(b.value) || !finite(a.slope) || !finite(b.slope) {
		return middle
	}
	d := a.slope + b.slope - float64(3*((a.value-b.value)/(a.t-b.t)))
	square := float64(d*d) - float64(a.slope*b.slope)
	if !(square >= 0) {
		return middle
	}
	root := math.Sqrt(square)
	t := b.t - float64((b.t-a.t)*((b.slope+root-d)/(b.slope-a.slope+float64(2*root))))
	if !finite(t) {
		return middle
	}
	return min(max(t, low), high)
}

package kernel

import "math"

// AbsoluteError returns Σ |y[i] − t[i]| in float64: 16 lanes and a fixed tree.
func AbsoluteError(y, t []float32) float64 {
	mustMatch("AbsoluteError", len(y), len(t))
	e := current.Load().elementwise
	s, n := e.absoluteError.begin(e, y, t)
	absoluteErrorGeneric(&s, y[n:], t[n:])
	return s.total()
}

func absoluteErrorGeneric(s *laneSums, y, t []float32) {
	for i, v := range y {
		s[i%lanes] += math.Abs(float64(v) - float64(t[i]))
	}
}

// AbsoluteErrorGrad sets dy[i] = scale·sign(y[i] − t[i]), sign(0) = 0. dy may be y.
func AbsoluteErrorGrad(dy, y, t []float32, scale float32) {
	mustMatch("AbsoluteErrorGrad", len(dy), len(y), len(t))
	e := current.Load().elementwise
	n := e.absoluteErrorGrad.begin(e, dy, y, t, scale)
	absoluteErrorGradGeneric(dy[n:], y[n:], t[n:], scale)
}

func absoluteErrorGradGeneric(dy, y, t []float32, scale float32) {
	for i, v := range y {
		d := v - t[i]
		switch {
		case d > 0:
			d = scale
		case d < 0:
			d = -scale
		}
		dy[i] = d
	}
}

package kernel

import "math"

// Huber returns Σ h(y[i] − t[i]) in float64, 16 lanes and a fixed tree: h(d) = ½d² for |d| ≤ delta and
// delta·(|d| − ½delta) beyond (Huber, Robust estimation of a location parameter, 1964).
func Huber(y, t []float32, delta float32) float64 {
	mustMatch("Huber", len(y), len(t))
	e := current.Load().elementwise
	var s laneSums
	n := e.whole(len(y)) &^ (lanes - 1)
	if n > 0 {
		s = e.huber(&y[0], &t[0], n, delta)
	}
	huberGeneric(&s, y[n:], t[n:], delta)
	return s.total()
}

// huberGeneric adds c·(d − ½c) with c the lesser of d and delta, which is both cases in one.
func huberGeneric(s *laneSums, y, t []float32, delta float32) {
	for i, v := range y {
		d := math.Abs(float64(v) - float64(t[i]))
		c := d
		if d > float64(delta) {
			c = float64(delta)
		}
		s[i%lanes] += float64(c * (d - float64(0.5*c)))
	}
}

// HuberGrad sets dy[i] = scale·d, d being y[i] − t[i] limited to [−delta, delta]. dy may be y.
func HuberGrad(dy, y, t []float32, delta, scale float32) {
	mustMatch("HuberGrad", len(dy), len(y), len(t))
	e := current.Load().elementwise
	n := e.whole(len(y))
	if n > 0 {
		e.huberGrad(&dy[0], &y[0], &t[0], n, delta, scale)
	}
	huberGradGeneric(dy[n:], y[n:], t[n:], delta, scale)
}

func huberGradGeneric(dy, y, t []float32, delta, scale float32) {
	for i, v := range y {
		d := v - t[i]
		if d > delta {
			d = delta
		}
		if d < -delta {
			d = -delta
		}
		dy[i] = scale * d
	}
}

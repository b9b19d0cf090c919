package kernel

import "math"

// RMSpropStep holds the coefficients of one step of RMSprop.
type RMSpropStep struct {
	GradScale   float32 // every gradient is multiplied by this first (clipping)
	Alpha, Rest float32 // α and 1 − α
	Epsilon     float32
	Momentum    float32
	Rate        float32
}

// NewRMSpropStep returns the coefficients of a step; they are the same at every step.
func NewRMSpropStep(rate, alpha, epsilon, momentum float64) RMSpropStep {
	return RMSpropStep{
		GradScale: 1,
		Alpha:     float32(alpha), Rest: float32(1 - alpha),
		Epsilon:  float32(epsilon),
		Momentum: float32(momentum),
		Rate:     float32(rate),
	}
}

// RMSprop makes one step from the gradients g on the weights w, the running mean v of g² and, with a momentum, the
// velocity b (Tieleman and Hinton, lecture 6.5, 2012, in the form that PyTorch documents: ε outside the root). b is
// nil exactly where Momentum is 0. For each weight, every operation rounded to float32 and none fused:
//
//	g = GradScale·g
//	v = Alpha·v + Rest·(g·g)
//	d = g/(√v + Epsilon)
//	b = Momentum·b + d, d = b	(with a momentum)
//	w = w − Rate·d
//
// The given g stays as it is.
func RMSprop(w, g, v, b []float32, c RMSpropStep) {
	mustMatch("RMSprop", len(w), len(g), len(v))
	e := current.Load().elementwise
	n := e.whole(len(w))
	if c.Momentum != 0 {
		mustMatch("RMSprop", len(w), len(b))
		if n > 0 {
			e.rmspropMomentum(&w[0], &g[0], &v[0], &b[0], n, c.coefficients())
		}
		rmspropMomentumGeneric(w[n:], g[n:], v[n:], b[n:], &c)
		return
	}
	if n > 0 {
		e.rmsprop(&w[0], &g[0], &v[0], n, c.coefficients())
	}
	rmspropGeneric(w[n:], g[n:], v[n:], &c)
}

func (c *RMSpropStep) coefficients() [6]float32 {
	return [...]float32{c.GradScale, c.Alpha, c.Rest, c.Epsilon, c.Momentum, c.Rate}
}

func rmspropGeneric(w, g, v []float32, c *RMSpropStep) {
	for i := range w {
		w[i] -= float32(c.Rate * c.direction(g[i], &v[i]))
	}
}

func rmspropMomentumGeneric(w, g, v, b []float32, c *RMSpropStep) {
	for i := range w {
		d := float32(c.Momentum*b[i]) + c.direction(g[i], &v[i])
		b[i] = d
		w[i] -= float32(c.Rate * d)
	}
}

// direction moves the mean v on and returns g/(√v + Epsilon).
func (c *RMSpropStep) direction(g float32, v *float32) float32 {
	g = float32(c.GradScale * g)
	mean := float32(c.Alpha*(*v)) + float32(c.Rest*float32(g*g))
	*v = mean
	return g / (float32(math.Sqrt(float64(mean))) + c.Epsilon)
}

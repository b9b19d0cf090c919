package kernel

import "math"

// AdadeltaStep holds the coefficients of one step of Adadelta.
type AdadeltaStep struct {
	GradScale float32 // every gradient is multiplied by this first (clipping)
	Rho, Rest float32 // ρ and 1 − ρ
	Epsilon   float32
	Rate      float32
}

// NewAdadeltaStep returns the coefficients of a step; they are the same at every step.
func NewAdadeltaStep(rate, rho, epsilon float64) AdadeltaStep {
	return AdadeltaStep{
		GradScale: 1,
		Rho:       float32(rho), Rest: float32(1 - rho),
		Epsilon: float32(epsilon),
		Rate:    float32(rate),
	}
}

// Adadelta makes one step from the gradients g on the weights w, the running mean v of g² and the running mean u of the
// squared changes, both 0 at first (Zeiler, ADADELTA: an adaptive learning rate method, 2012, algorithm 1, with the
// rate that PyTorch and Keras put before the change). For each weight, every operation rounded to float32 and none
// fused:
//
//	g = GradScale·g
//	v = Rho·v + Rest·(g·g)
//	d = (√(u + Epsilon)/√(v + Epsilon))·g
//	u = Rho·u + Rest·(d·d)
//	w = w − Rate·d
//
// The given g stays as it is.
func Adadelta(w, g, v, u []float32, c AdadeltaStep) {
	mustMatch("Adadelta", len(w), len(g), len(v), len(u))
	for i := range w {
		gi := float32(c.GradScale * g[i])
		mean := float32(c.Rho*v[i]) + float32(c.Rest*float32(gi*gi))
		v[i] = mean
		change, size := float64(u[i]+c.Epsilon), float64(mean+c.Epsilon)
		d := float32(float32(math.Sqrt(change))/float32(math.Sqrt(size))) * gi
		u[i] = float32(c.Rho*u[i]) + float32(c.Rest*float32(d*d))
		w[i] -= float32(c.Rate * d)
	}
}

package kernel

import "math"

// AdagradStep holds the coefficients of one step of Adagrad.
type AdagradStep struct {
	GradScale float32 // every gradient is multiplied by this first (clipping)
	Initial   float32 // what the sum of squares begins with
	Epsilon   float32
	Rate      float32
}

// NewAdagradStep returns the coefficients of a step; they are the same at every step.
func NewAdagradStep(rate, initial, epsilon float64) AdagradStep {
	return AdagradStep{GradScale: 1, Initial: float32(initial), Epsilon: float32(epsilon), Rate: float32(rate)}
}

// Adagrad makes one step from the gradients g on the weights w and the sum v of g², which starts at 0 (Duchi, Hazan and
// Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011, figure 1 with a diagonal
// matrix). For each weight, every operation rounded to float32 and none fused:
//
//	g = GradScale·g
//	v = v + g·g
//	w = w − Rate·(g/(√(Initial + v) + Epsilon))
//
// The given g stays as it is.
func Adagrad(w, g, v []float32, c AdagradStep) {
	mustMatch("Adagrad", len(w), len(g), len(v))
	for i := range w {
		gi := float32(c.GradScale * g[i])
		sum := v[i] + float32(gi*gi)
		v[i] = sum
		root := float32(math.Sqrt(float64(c.Initial + sum)))
		w[i] -= float32(c.Rate * (gi / (root + c.Epsilon)))
	}
}

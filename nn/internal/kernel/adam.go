package kernel

import "math"

// AdamStep holds the coefficients of one step of Adam or AdamW.
type AdamStep struct {
	GradScale    float32 // every gradient is multiplied by this first (clipping)
	Beta1, Rest1 float32 // β1 and 1 − β1
	Beta2, Rest2 float32 // β2 and 1 − β2
	Unbias2      float32 // 1/√(1 − β2ᵗ)
	Epsilon      float32
	Rate         float32 // rate/(1 − β1ᵗ)
	Shrink       float32 // 1 − rate·decay for AdamW, 1 for Adam
}

// NewAdamStep returns the coefficients of step t ≥ 1, worked out in float64. decay is AdamW's decoupled weight decay.
func NewAdamStep(t int, rate, beta1, beta2, epsilon, decay float64) AdamStep {
	return AdamStep{
		GradScale: 1,
		Beta1:     float32(beta1), Rest1: float32(1 - beta1),
		Beta2: float32(beta2), Rest2: float32(1 - beta2),
		Unbias2: float32(1 / math.Sqrt(1-powInt(beta2, t))),
		Epsilon: float32(epsilon),
		Rate:    float32(rate / (1 - powInt(beta1, t))),
		Shrink:  float32(1 - float64(rate*decay)),
	}
}

// Adam makes one step from the gradients g on the weights w and the running means m of g and v of g² (Kingma and Ba,
// Adam: a method for stochastic optimization, 2015, algorithm 1; Loshchilov and Hutter, Decoupled weight decay
// regularization, 2019, algorithm 2; in the form that PyTorch documents). For each weight, every operation rounded
// to float32 and none fused:
//
//	g = GradScale·g
//	m = Beta1·m + Rest1·g
//	v = Beta2·v + Rest2·(g·g)
//	w = Shrink·w − Rate·(m/(Unbias2·√v + Epsilon))
//
// The given g stays as it is.
func Adam(w, g, m, v []float32, c AdamStep) {
	mustMatch("Adam", len(w), len(g), len(m), len(v))
	e := current.Load().elementwise
	n := e.whole(len(w))
	if n > 0 {
		e.adam(&w[0], &g[0], &m[0], &v[0], n, [...]float32{
			c.GradScale, c.Beta1, c.Rest1, c.Beta2, c.Rest2, c.Unbias2, c.Epsilon, c.Rate, c.Shrink,
		})
	}
	adamGeneric(w[n:], g[n:], m[n:], v[n:], &c)
}

func adamGeneric(w, g, m, v []float32, c *AdamStep) {
	for i := range w {
		gi := float32(c.GradScale * g[i])
		mi := float32(c.Beta1*m[i]) + float32(c.Rest1*gi)
		vi := float32(c.Beta2*v[i]) + float32(c.Rest2*float32(gi*gi))
		m[i], v[i] = mi, vi
		root := float32(math.Sqrt(float64(vi)))
		w[i] = float32(c.Shrink*w[i]) - float32(c.Rate*(mi/(float32(c.Unbias2*root)+c.Epsilon)))
	}
}

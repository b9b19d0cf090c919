package kernel

import "math"

// NadamStep holds the coefficients of one step of Nadam.
type NadamStep struct {
	GradScale    float32 // every gradient is multiplied by this first (clipping)
	Beta1, Rest1 float32 // β1 and 1 − β1
	Beta2, Rest2 float32 // β2 and 1 − β2
	Unbias2      float32 // 1/√(1 − β2ᵗ)
	Epsilon      float32
	MomentRate   float32 // rate·μ(t+1)/(1 − Πμ up to t+1)
	GradRate     float32 // rate·(1 − μ(t))/(1 − Πμ up to t)
}

// NadamMomentum returns the momentum at step t ≥ 1, μ(t) = β1·(1 − ½·0.96^(decay·t)).
func NadamMomentum(t int, beta1, decay float64) float64 {
	if decay == 1 {
		return float64(beta1 * (1 - float64(0.5*powInt(0.96, t))))
	}
	power := Exp64(float64(float64(decay*float64(t)) * Log64(0.96)))
	return float64(beta1 * (1 - float64(0.5*power)))
}

// NewNadamStep returns the coefficients of step t ≥ 1, worked out in float64. product is μ(1)·…·μ(t), which the
// caller carries on from step to step, decay that of the momentum.
func NewNadamStep(t int, product, rate, beta1, beta2, epsilon, decay float64) NadamStep {
	next := NadamMomentum(t+1, beta1, decay)
	return NadamStep{
		GradScale: 1,
		Beta1:     float32(beta1), Rest1: float32(1 - beta1),
		Beta2: float32(beta2), Rest2: float32(1 - beta2),
		Unbias2:    float32(1 / math.Sqrt(1-powInt(beta2, t))),
		Epsilon:    float32(epsilon),
		MomentRate: float32(rate * next / (1 - float64(product*next))),
		GradRate:   float32(rate * (1 - NadamMomentum(t, beta1, decay)) / (1 - product)),
	}
}

// Nadam makes one step from the gradients g on the weights w and the running means m of g and v of g² (Dozat,
// Incorporating Nesterov momentum into Adam, 2016, with the momentum schedule of Keras). For each weight, every
// operation rounded to float32 and none fused:
//
//	g = GradScale·g
//	m = Beta1·m + Rest1·g
//	v = Beta2·v + Rest2·(g·g)
//	w = w − (MomentRate·m + GradRate·g)/(Unbias2·√v + Epsilon)
//
// The given g stays as it is.
func Nadam(w, g, m, v []float32, c NadamStep) {
	mustMatch("Nadam", len(w), len(g), len(m), len(v))
	e := current.Load().elementwise
	n := e.whole(len(w))
	if n > 0 {
		e.nadam(&w[0], &g[0], &m[0], &v[0], n, [...]float32{
			c.GradScale, c.Beta1, c.Rest1, c.Beta2, c.Rest2, c.Unbias2, c.Epsilon, c.MomentRate, c.GradRate,
		})
	}
	nadamGeneric(w[n:], g[n:], m[n:], v[n:], &c)
}

func nadamGeneric(w, g, m, v []float32, c *NadamStep) {
	for i := range w {
		gi := float32(c.GradScale * g[i])
		mi := float32(c.Beta1*m[i]) + float32(c.Rest1*gi)
		vi := float32(c.Beta2*v[i]) + float32(c.Rest2*float32(gi*gi))
		m[i], v[i] = mi, vi
		root := float32(math.Sqrt(float64(vi)))
		ahead := float32(c.MomentRate*mi) + float32(c.GradRate*gi)
		w[i] -= ahead / (float32(c.Unbias2*root) + c.Epsilon)
	}
}

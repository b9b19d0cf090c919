package kernel

// LionStep holds the coefficients of one step of Lion.
type LionStep struct {
	GradScale    float32 // every gradient is multiplied by this first (clipping)
	Beta1, Rest1 float32 // β1 and 1 − β1
	Beta2, Rest2 float32 // β2 and 1 − β2
	Keep         float32 // what a weight is multiplied by: 1 − rate·decay
	Rate         float32
}

// NewLionStep returns the coefficients of a step; they are the same at every step.
func NewLionStep(rate, beta1, beta2, decay float64) LionStep {
	return LionStep{
		GradScale: 1,
		Beta1:     float32(beta1), Rest1: float32(1 - beta1),
		Beta2: float32(beta2), Rest2: float32(1 - beta2),
		Keep: float32(1 - float64(rate*decay)),
		Rate: float32(rate),
	}
}

// Lion makes one step from the gradients g on the weights w and their running mean m, which starts at 0 (Chen et al.,
// Symbolic discovery of optimization algorithms, 2023, algorithm 2). For each weight, every operation rounded to float32
// and none fused:
//
//	g = GradScale·g
//	w = Keep·w − Rate·sign(Beta1·m + Rest1·g)
//	m = Beta2·m + Rest2·g
//
// The sign of 0 is 0, and that of NaN is NaN. The given g stays as it is.
func Lion(w, g, m []float32, c LionStep) {
	mustMatch("Lion", len(w), len(g), len(m))
	for i := range w {
		gi, mean := float32(c.GradScale*g[i]), m[i]
		direction := float32(c.Beta1*mean) + float32(c.Rest1*gi)
		weight := float32(c.Keep * w[i])
		switch {
		case direction > 0:
			weight -= c.Rate
		case direction < 0:
			weight += c.Rate
		default:
			weight += direction // 0, or NaN
		}
		w[i] = weight
		m[i] = float32(c.Beta2*mean) + float32(c.Rest2*gi)
	}
}

package kernel

// Probabilities are clipped to [bceLow, bceHigh] before their logarithm is taken.
const (
	bceLow  = 1e-7
	bceHigh = 1 - 1e-7
)

// BCE returns the binary cross-entropy −Σ (t·ln p + (1 − t)·ln(1 − p)), p being y[i] clipped to [1e-7, 1 − 1e-7]. The
// logarithms are float32; products and sums are float64, 16 lanes and a fixed tree.
func BCE(y, t []float32) float64 {
	mustMatch("BCE", len(y), len(t))
	e := current.Load().elementwise
	s, n := e.bce.begin(e, y, t)
	bceGeneric(&s, y[n:], t[n:])
	return s.total()
}

func bceGeneric(s *laneSums, y, t []float32) {
	for i, v := range y {
		s[i%lanes] += bceTerm(v, t[i])
	}
}

func bceTerm(y, t float32) float64 {
	p := bceClip(y)
	if p != p {
		return float64(p)
	}
	yes := float64(t) * float64(LogOne(p))
	no := (1 - float64(t)) * float64(logOneMinus(p))
	return -(float64(yes) + float64(no))
}

func bceClip(y float32) float32 {
	if y < bceLow {
		y = bceLow
	}
	if y > bceHigh {
		y = bceHigh
	}
	return y
}

// BCEGrad sets dy[i] = scale·((y[i] − t[i])/(y[i]·(1 − y[i]))), and 0 where y[i] lies outside the clip. dy may be y.
func BCEGrad(dy, y, t []float32, scale float32) {
	mustMatch("BCEGrad", len(dy), len(y), len(t))
	e := current.Load().elementwise
	n := e.bceGrad.begin(e, dy, y, t, scale)
	bceGradGeneric(dy[n:], y[n:], t[n:], scale)
}

func bceGradGeneric(dy, y, t []float32, scale float32) {
	for i, v := range y {
		if v < bceLow || v > bceHigh {
			dy[i] = 0
			continue
		}
		dy[i] = scale * ((v - t[i]) / (v * (1 - v)))
	}
}

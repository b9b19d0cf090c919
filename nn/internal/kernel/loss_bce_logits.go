package kernel

// BCELogits returns the binary cross-entropy of sigmoid(z[i]) with t[i], Σ softplus(z) − t·z. Each term is
// (max(z, 0) − t·z) + ln(1 + e^−|z|): the logarithm is float32, the rest float64, 16 lanes and a fixed tree.
func BCELogits(z, t []float32) float64 {
	mustMatch("BCELogits", len(z), len(t))
	e := current.Load().elementwise
	s, n := e.bceLogits.begin(e, z, t)
	bceLogitsGeneric(&s, z[n:], t[n:])
	return s.total()
}

func bceLogitsGeneric(s *laneSums, z, t []float32) {
	for i, v := range z {
		linear := float64(max(v, 0)) - float64(float64(t[i])*float64(v))
		s[i%lanes] += linear + float64(softplusTail(v))
	}
}

// BCELogitsGrad sets dy[i] = scale·(y[i] − t[i]), the gradient by z of the binary cross-entropy of y = sigmoid(z).
// dy may be y.
func BCELogitsGrad(dy, y, t []float32, scale float32) {
	mustMatch("BCELogitsGrad", len(dy), len(y), len(t))
	scaledDifference(dy, y, t, scale)
}

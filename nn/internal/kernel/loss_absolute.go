package kernel

// AbsoluteError returns Σ |y[i] − t[i]| in float64: 16 lanes and a fixed tree.
func AbsoluteError(y, t []float32) float64 {
	mustMatch("AbsoluteError", len(y), len(t))
	var s laneSums
	for i, v := range y {
		s[i%lanes] += abs64(float64(v) - float64(t[i]))
	}
	return s.total()
}

// AbsoluteErrorGrad sets dy[i] = scale·sign(y[i] − t[i]), sign(0) = 0. dy may be y.
func AbsoluteErrorGrad(dy, y, t []float32, scale float32) {
	mustMatch("AbsoluteErrorGrad", len(dy), len(y), len(t))
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

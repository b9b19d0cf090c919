package kernel

import "math"

// LogCosh returns Σ ln cosh(y[i] − t[i]) in float64, 16 lanes and a fixed tree. Each term is |d| + (ln(1 + e^−2|d|) − ln 2),
// all of it float64, so that it is right to 1e-16 for small d too.
func LogCosh(y, t []float32) float64 {
	mustMatch("LogCosh", len(y), len(t))
	var s laneSums
	for i, v := range y {
		d := math.Abs(float64(v) - float64(t[i]))
		s[i%lanes] += d + (Log1p64(Exp64(-2*d)) - math.Ln2)
	}
	return s.total()
}

// LogCoshGrad sets dy[i] = scale·tanh(y[i] − t[i]), difference and hyperbolic tangent rounded first. dy may be y.
func LogCoshGrad(dy, y, t []float32, scale float32) {
	mustMatch("LogCoshGrad", len(dy), len(y), len(t))
	scaledDifference(dy, y, t, 1)
	Tanh(dy, dy)
	ScaleBy(dy, scale)
}

package kernel

// polynomial64 returns c[0] + c[1]·x + c[2]·x² + …, by Horner's rule, every product rounded.
func polynomial64(x float64, c []float64) float64 {
	s := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		s = float64(s*x) + c[i]
	}
	return s
}

// powInt returns xⁿ by repeated squaring, 1/x⁻ⁿ for negative n. Its relative error is about |n|·2⁻⁵³.
func powInt(x float64, n int) float64 {
	if n < 0 {
		return 1 / powInt(x, -n)
	}
	y := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			y = float64(y * x)
		}
		x = float64(x * x)
	}
	return float64(y)
}

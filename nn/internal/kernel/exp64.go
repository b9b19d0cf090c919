package kernel

import "math"

const (
	ln2hi64 = 6.93147180369123816490e-01 // ln 2 to 33 bits, so that a product with an exponent is exact
	ln2lo64 = 1.90821492927058770002e-10
)

// exp64P makes r·(e^r + 1)/(e^r − 1) = 2 + exp64P(r²)·r² for |r| ≤ ½ln 2 (FreeBSD's e_exp.c, error below 2⁻⁵⁹).
var exp64P = []float64{
	1.66666666666666657415e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
	-1.65339022054652515390e-06, 4.13813679705723846039e-08,
}

// Exp64 returns e^x in float64, with an error below 1 ulp on normal results: the algorithm of FreeBSD's e_exp.c, the
// same bits on every architecture.
func Exp64(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.79:
		return math.Inf(1)
	case x < -745.14:
		return 0
	}
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	hi := x - float64(k*ln2hi64)
	return exp64Sum(hi, k*ln2lo64, int(k))
}

// exp64Sum returns 2ᵏ·e^(hi − lo), |hi − lo| ≤ ½ln 2.
func exp64Sum(hi, lo float64, k int) float64 {
	r := hi - float64(lo)
	t := float64(r * r)
	c := r - float64(t*polynomial64(t, exp64P))
	y := 1 - ((float64(lo) - float64(r*c)/(2-c)) - hi)
	h := k / 2
	return y * power2Of64(h) * power2Of64(k-h)
}

// power2Of64 returns 2ⁿ for −1022 ≤ n ≤ 1023.
func power2Of64(n int) float64 {
	return math.Float64frombits(uint64(n+1023) << 52)
}

package kernel

import "math"

// pow64L are the coefficients 2/5, 2/7, … of 2·artanh s = 2s + ⅔s³ + s⁵·(2/5 + 2/7·s² + …); |s| ≤ 0.172.
var pow64L = []float64{
	2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23,
}

// Pow64 returns x^y in float64 with an error below 2 ulp on normal results, the same bits on every architecture.
// Special cases are those of math.Pow, except that it is NaN for every x < 0, −0 counting as 0.
//
// It is e^(y·ln x) with ln x and the product carried in two float64 each.
func Pow64(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y || x < 0:
		return math.NaN()
	case x == 0 || math.IsInf(x, 1):
		if (x == 0) == (y > 0) {
			return 0
		}
		return math.Inf(1)
	}
	hi, lo := logTwice(x)
	p := float64(y * hi)
	if p > 710 {
		return math.Inf(1)
	}
	if p < -746 {
		return 0
	}
	rest := math.FMA(y, hi, -p) + float64(y*lo)
	k := math.Floor(float64(p*(1/math.Ln2)) + 0.5)
	return exp64Sum(p-float64(k*ln2hi64), float64(k*ln2lo64)-rest, int(k))
}

// logTwice returns ln x as the sum of two float64, with a relative error of about 2⁻⁶², for positive finite x ≠ 1.
func logTwice(x float64) (hi, lo float64) {
	k, m := log64Reduce(x)
	f := m - 1
	d := 2 + f
	dLost := f - (d - 2)
	s := f / d
	sLost := (math.FMA(-s, d, f) - float64(s*dLost)) / d
	z := float64(s * s)
	zLost := math.FMA(s, s, -z) + float64(2*float64(s*sLost))

	// ⅔s³ in two parts: c = s·z, then its product with 2/3.
	c := float64(s * z)
	cLost := math.FMA(s, z, -c) + (float64(s*zLost) + float64(sLost*z))
	const third, thirdLost = 2.0 / 3, 2.0/3 - 0x1.5555555555555p-1
	t := float64(c * third)
	tLost := math.FMA(c, third, -t) + (float64(c*thirdLost) + float64(cLost*third))
	tLost += float64(float64(c*z) * polynomial64(z, pow64L))

	hi, lo = twoSum(2*s, t)
	lo += float64(2*sLost) + tLost
	big, bigLost := twoSum(k*ln2hi64, hi)
	return twoSum(big, bigLost+(lo+float64(k*ln2lo64)))
}

// twoSum returns a + b and what rounding took from it, exactly (Knuth).
func twoSum(a, b float64) (sum, lost float64) {
	sum = float64(a) + float64(b)
	v := sum - float64(a)
	return sum, (float64(a) - (sum - v)) + (float64(b) - v)
}

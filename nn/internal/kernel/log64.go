package kernel

import "math"

const sqrtHalf64Bits = 0x3fe6a09e667f3bcd // √½

// log64L makes ln(1 + f) = 2·(s + s·z·(L0 + L1·z + …)/2) with s = f/(2 + f), z = s² (FreeBSD's e_log.c, error below
// 2⁻⁵⁸).
var log64L = []float64{
	6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
	1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
}

// Log64 returns ln x in float64, with an error below 1 ulp: the algorithm of FreeBSD's e_log.c, the same bits on every
// architecture. NaN below 0, −Inf at 0.
func Log64(x float64) float64 {
	switch {
	case !(x < math.Inf(1)):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	k, m := log64Reduce(x)
	return log64Sum(k, m-1, 0)
}

// log64Reduce returns k and m with x = 2ᵏ·m, √½ ≤ m < √2, for positive finite x.
func log64Reduce(x float64) (k, m float64) {
	var below int64
	if x < 0x1p-1022 {
		x *= 0x1p52
		below = 52
	}
	u := int64(math.Float64bits(x))
	e := (u - sqrtHalf64Bits) >> 52
	return float64(e - below), math.Float64frombits(uint64(u - e<<52))
}

// log64Sum returns k·ln 2 + ln(1 + f) + c, c being a correction that is tiny beside the rest.
func log64Sum(k, f, c float64) float64 {
	s := f / (2 + f)
	z := float64(s * s)
	r := float64(z * polynomial64(z, log64L))
	half := float64(0.5 * float64(f*f))
	small := float64(s*(half+r)) + (float64(k*ln2lo64) + c)
	return float64(k*ln2hi64) - ((half - small) - f)
}

// Log1p64 returns ln(1 + x) in float64, with an error below 1 ulp also for tiny x: the algorithm of FreeBSD's
// s_log1p.c.
func Log1p64(x float64) float64 {
	switch {
	case x > -0.29 && x < 0.41:
		if x == 0 {
			return x
		}
		return log64Sum(0, x, 0)
	case !(x > -1) || !(x < math.Inf(1)):
		return Log64(1 + x)
	}
	u := 1 + x
	lost := x - (u - 1)
	if x >= 1 {
		lost = 1 - (u - x)
	}
	k, m := log64Reduce(u)
	return log64Sum(k, m-1, lost/u)
}

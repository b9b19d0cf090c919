package kernel

import "math"

const (
	log2e = 0x1.715476p+0 // 1/ln 2
	ln2hi = 0x1.62e43p-1  // ln 2 to 24 bits
	ln2lo = -0x1.05c61p-29
	// rounder, added and taken away again, rounds a float32 of magnitude below 2²² to an integer, which then stands in
	// the low bits of the sum.
	rounder     = 0x1.8p+23
	rounderBits = 0x4b400000

	// Beyond these the exponential is +Inf or 0.
	expHighest = 89
	expLowest  = -104
)

// Coefficients of q in e^r = 1 + r + r²·q(r) for |r| ≤ ½ln 2: minimax by Remez exchange in 200 bits, then rounded to
// float32 one by one from the lowest, the rest fitted again after each. Relative error of e^r − 1: 2⁻²⁸.
const (
	expQ0 = 0.5
	expQ1 = 0x1.55552cp-3
	expQ2 = 0x1.555502p-5
	expQ3 = 0x1.1155acp-7
	expQ4 = 0x1.6d2a38p-10
	expQ5 = 0x1.3b1278p-13
)

// Exp sets y[i] = e^x[i], with an error of at most 0.99 ulp on all 2³² inputs. y may be x.
//
// With n the integer nearest to x/ln 2 and r = x − n·ln 2, e^x = 2ⁿ·(1 + r + r²·q(r)); see ExpOne.
func Exp(y, x []float32) {
	mustMatch("Exp", len(y), len(x))
	e := current.Load().elementwise
	n := e.exp.begin(e, y, x)
	expGeneric(y[n:], x[n:])
}

func expGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = ExpOne(v)
	}
}

// ExpOne returns e^x: +Inf from 88.73 on, 0 below −103.97, subnormal numbers correctly rounded between.
func ExpOne(x float32) float32 {
	if x > expHighest {
		x = expHighest
	}
	if x < expLowest {
		x = expLowest
	}
	n, t := expReduced(x)
	h := n >> 1
	return (1 + t) * power2(h) * power2(n-h)
}

// expReduced returns n and t such that e^x = 2ⁿ·(1 + t), |t| ≤ 0.42, for |x| < 2²¹. A NaN gives t = NaN.
func expReduced(x float32) (n int32, t float32) {
	s := FMA(x, log2e, rounder)
	n = int32(math.Float32bits(s)) - rounderBits
	k := s - rounder
	r := FMA(k, -ln2hi, x)
	r = FMA(k, -ln2lo, r)
	q := FMA(expQ5, r, expQ4)
	q = FMA(q, r, expQ3)
	q = FMA(q, r, expQ2)
	q = FMA(q, r, expQ1)
	q = FMA(q, r, expQ0)
	return n, FMA(r*r, q, r)
}

// power2 returns 2ⁿ for −126 ≤ n ≤ 127.
func power2(n int32) float32 {
	return math.Float32frombits(uint32(n+127) << 23)
}

// expm1Reduced returns e^x − 1 for −20 ≤ x ≤ 20 or NaN, with an error below 1.5 ulp.
func expm1Reduced(x float32) float32 {
	n, t := expReduced(x)
	p := power2(n)
	return FMA(t, p, p-1)
}

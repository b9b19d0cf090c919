package kernel

import "math"

const (
	sqrtHalfBits = 0x3f3504f3 // √½
	minNormal    = 0x1p-126
)

// Coefficients of p in ln(1 + r) = r − r²/2 + r³·p(r) for √½ ≤ 1 + r ≤ √2, found as those of the exponential.
// Relative error 2⁻²⁷.
const (
	logP0 = 0x1.555554p-2
	logP1 = -0x1.00022ap-2
	logP2 = 0x1.99a03cp-3
	logP3 = -0x1.54718ap-3
	logP4 = 0x1.22d4a0p-3
	logP5 = -0x1.0d8704p-3
	logP6 = 0x1.058604p-3
	logP7 = -0x1.391b5ap-4
)

// Log sets y[i] = ln x[i], with an error of at most 0.93 ulp on all 2³² inputs: NaN for negative numbers, −Inf for ±0. y may be x.
func Log(y, x []float32) {
	mustMatch("Log", len(y), len(x))
	e := current.Load().elementwise
	n := e.log.begin(e, y, x)
	logGeneric(y[n:], x[n:])
}

func logGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = LogOne(v)
	}
}

// LogOne returns ln x. With x = 2ᵏ·(1 + r) and √½ ≤ 1 + r < √2, ln x = k·ln 2 + ln(1 + r).
func LogOne(x float32) float32 {
	switch {
	case !(x < float32(math.Inf(1))):
		return x
	case x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	}
	k, r := logReduce(x)
	return logSum(k, r)
}

// logReduce returns k and r such that x = 2ᵏ·(1 + r), √½ ≤ 1 + r < √2, for positive finite x.
func logReduce(x float32) (k, r float32) {
	var below int32
	if x < minNormal {
		x *= 0x1p23
		below = 23
	}
	u := int32(math.Float32bits(x))
	e := (u - sqrtHalfBits) >> 23
	return float32(e - below), math.Float32frombits(uint32(u-e<<23)) - 1
}

// logSum returns k·ln 2 + ln(1 + r), its small terms first.
func logSum(k, r float32) float32 {
	t := float32(r*r) * logTail(r)
	t = FMA(k, ln2lo, t)
	return FMA(k, ln2hi, r+t)
}

// logTail returns (ln(1 + r) − r)/r² = −½ + r·p(r).
func logTail(r float32) float32 {
	p := FMA(logP7, r, logP6)
	p = FMA(p, r, logP5)
	p = FMA(p, r, logP4)
	p = FMA(p, r, logP3)
	p = FMA(p, r, logP2)
	p = FMA(p, r, logP1)
	p = FMA(p, r, logP0)
	return FMA(p, r, -0.5)
}

// logOneMinus returns ln(1 − p) for 0 < p < 1 without losing the digits of a small p in the difference.
func logOneMinus(p float32) float32 {
	k, r := logReduce(1 - p)
	if p < 0.29 {
		k, r = 0, -p
	}
	return logSum(k, r)
}

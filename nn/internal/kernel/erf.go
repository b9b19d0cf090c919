package kernel

import "math"

// Coefficients of erf x = x + x·e(x²) for |x| ≤ 0.94, relative error 2⁻³⁰, found as those of the exponential.
const (
	erfE0 = 0x1.06eba8p-3
	erfE1 = -0x1.812740p-2
	erfE2 = 0x1.ce2d64p-4
	erfE3 = -0x1.b80124p-6
	erfE4 = 0x1.544b08p-8
	erfE5 = -0x1.a61810p-11
	erfE6 = 0x1.4fa924p-14
)

// Coefficients of t in Φ(−a) = e^(−a²/2)·s·t(s), s = 1/(1 + 0.3·a), for 0 ≤ a ≤ 14.5: the scaled complementary error
// function. Relative error 2⁻²⁸.
const (
	phiT0 = 0x1.ea3c98p-4
	phiT1 = 0x1.e9c414p-4
	phiT2 = 0x1.c386a0p-4
	phiT3 = 0x1.4113e6p-4
	phiT4 = 0x1.89dfa0p-4
	phiT5 = -0x1.45576ep-4
	phiT6 = 0x1.88c914p-3
	phiT7 = -0x1.d3632ap-3
	phiT8 = 0x1.cc8a24p-4
	phiT9 = -0x1.51e572p-6

	phiScale = 0.3
	erfScale = 0.424264069 // 0.3·√2
)

// ErfOne returns the error function of x: a polynomial near 0, and 1 − 2Φ(−|x|√2) further out.
func ErfOne(x float32) float32 {
	a := math.Float32frombits(math.Float32bits(x) &^ signBit)
	if !(a > 0.94) {
		return FMA(erfNear(x*x), x, x)
	}
	if a > 10 {
		a = 10
	}
	y := FMA(-2*phiTail(1/FMA(erfScale, a, 1)), expSquare(a, 1), 1)
	return math.Float32frombits(math.Float32bits(y) | math.Float32bits(x)&signBit)
}

// erfNear returns erf(x)/x − 1 for z = x² ≤ 0.9.
func erfNear(z float32) float32 {
	e := FMA(erfE6, z, erfE5)
	e = FMA(e, z, erfE4)
	e = FMA(e, z, erfE3)
	e = FMA(e, z, erfE2)
	e = FMA(e, z, erfE1)
	return FMA(e, z, erfE0)
}

// phiTail returns s·t(s), which is Φ(−a)·e^(a²/2) at s = 1/(1 + 0.3·a).
func phiTail(s float32) float32 {
	t := FMA(phiT9, s, phiT8)
	t = FMA(t, s, phiT7)
	t = FMA(t, s, phiT6)
	t = FMA(t, s, phiT5)
	t = FMA(t, s, phiT4)
	t = FMA(t, s, phiT3)
	t = FMA(t, s, phiT2)
	t = FMA(t, s, phiT1)
	return s * FMA(t, s, phiT0)
}

// expSquare returns e^(−c·a²), c a power of 2. The part of a² that is lost in rounding is multiplied in afterwards:
// e^−δ = 1 − δ.
func expSquare(a, c float32) float32 {
	square := a * a
	lost := c * FMA(a, a, -square)
	e := ExpOne(-c * square)
	return FMA(-lost, e, e)
}

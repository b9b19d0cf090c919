package kernel

import "math"

const (
	// halfway is what the low 29 bits of a float64 read when it lies in the middle between two neighbouring float32.
	halfway     = 1 << 28
	halfwayMask = 1<<29 - 1
	// tiny is twice the bit pattern of 2⁻¹²⁶, the smallest normal float32, as a float64.
	tiny = 2 * (1023 - 126) << 52
)

// FMA returns x·y + z, rounded once to float32, as the processor's fused multiply-add does.
//
// The product of two float32 is exact in float64, their sum with z is rounded to 53 bits. Rounding that again to 24 bits
// goes wrong only where the sum lies halfway between two float32; then the error of the sum decides (roundOnce).
func FMA(x, y, z float32) float32 {
	p := float64(float64(x) * float64(y)) // the conversion keeps compilers from fusing
	s := p + float64(z)
	if u := math.Float64bits(s); needsCare(u) {
		return roundOnce(p, float64(z), s)
	}
	return float32(s)
}

// needsCare reports whether the float64 with bits u may round to the wrong float32: it is halfway between two, or it
// is subnormal as a float32, where halfway is elsewhere. Zero is exact: it wraps around in the second comparison.
func needsCare(u uint64) bool {
	return u&halfwayMask == halfway || u<<1-1 < tiny-1
}

// roundOnce returns p + z rounded to float32, s being p + z rounded to float64. The sum is first rounded to odd:
// an inexact s with an even last bit moves to its odd neighbour on the side of the true value. With at least two bits
// to spare, rounding that to nearest is the same as rounding the true value (Boldo and Melquiond, Emulation of FMA and
// correctly rounded sums: proved algorithms using rounding to odd, 2008). The error is Knuth's two-sum, hence exact.
func roundOnce(p, z, s float64) float32 {
	v := s - p
	e := (p - (s - v)) + (z - v)
	u := math.Float64bits(s)
	if e != 0 && u&1 == 0 {
		if (e > 0) == (s > 0) {
			u++
		} else {
			u--
		}
	}
	return float32(math.Float64frombits(u))
}

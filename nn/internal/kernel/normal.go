package kernel

import "math"

// Coefficients of sin 2πf = f·s(f²), relative error 2⁻²⁵, and cos 2πf = c(f²), absolute error 2⁻²⁵, for |f| ≤ ⅛, found
// as those of the exponential.
const (
	sinS0 = 0x1.921fb6p+2
	sinS1 = -0x1.4abc24p+5
	sinS2 = 0x1.4680a4p+6
	sinS3 = -0x1.331968p+6

	cosC0 = 1
	cosC1 = -0x1.3bd3a2p+4
	cosC2 = 0x1.03b18ep+6
	cosC3 = -0x1.4eb112p+6
)

// Normals sets dst[i] to a standard normal number, a function of the stream and of position first + i.
//
// Each pair of words (w, a) makes two (Box and Muller, A note on the generation of random normal deviates, 1958):
// √(−2 ln u)·cos 2πt at the even position and √(−2 ln u)·sin 2πt at the odd one, where u is the upper 24 bits of w plus
// one, times 2⁻²⁴, and t = a·2⁻³². None exceeds 5.77.
func (s Stream) Normals(dst []float32, first uint64) {
	mustStayInStream(first, len(dst))
	e := current.Load().elementwise
	n := e.rounds(len(dst), first)
	if n > 0 {
		e.normals(&dst[0], s.counter(first), n)
	}
	s.normalsGeneric(dst[n:], first+uint64(n))
}

func (s *Stream) normalsGeneric(dst []float32, first uint64) {
	for len(dst) > 0 {
		b := s.block(uint32(first / blockWords))
		var z [blockWords]float32
		z[0], z[1] = boxMuller(b[0], b[1])
		z[2], z[3] = boxMuller(b[2], b[3])
		n := copy(dst, z[first%blockWords:])
		dst, first = dst[n:], first+uint64(n)
	}
}

func boxMuller(w, a uint32) (even, odd float32) {
	k, r := logReduce(float32(int32(w>>8)+1) * 0x1p-24)
	radius := float32(math.Sqrt(float64(-2 * logSum(k, r))))
	cos, sin := turn(a)
	return radius * cos, radius * sin
}

// turn returns cos and sin of 2π·a/2³². The nearest quarter turn is taken off exactly, in integers.
func turn(a uint32) (cos, sin float32) {
	quarter := (a + 1<<29) >> 30
	f := float32(int32(a-quarter<<30)) * 0x1p-32
	z := f * f
	s := FMA(sinS3, z, sinS2)
	s = FMA(s, z, sinS1)
	s = f * FMA(s, z, sinS0)
	c := FMA(cosC3, z, cosC2)
	c = FMA(c, z, cosC1)
	c = FMA(c, z, cosC0)
	switch quarter {
	case 1:
		return -s, c
	case 2:
		return -c, -s
	case 3:
		return s, -c
	}
	return c, s
}

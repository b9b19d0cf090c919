package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Where a product cancels against what dst holds, only its last bits are left. Scales are such that these lie on both sides
// of the smallest subnormal, which is where the generic path changes between its tiles.
func TestProductsThatCancelAmongTheSubnormals(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		r := rand.New(rand.NewPCG(5, 6))
		rounded := 0
		for exponent := -118; exponent <= -84; exponent++ {
			for range 40 {
				const m, n, k = 4, 6, 2
				a, b, dst := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
				split := r.IntN(60) - 30
				for i := range a {
					a[i] = float32(math.Ldexp(1+r.Float64(), exponent/2+split))
				}
				for i := range b {
					b[i] = float32(math.Ldexp(1+r.Float64(), exponent-exponent/2-split))
				}
				for i := range dst {
					dst[i] = -a[i/n*k] * b[i%n]
				}
				want := append([]float32(nil), dst...)
				forms[0].define(want, a, b, m, n, k, Keep, nil)
				Multiply(dst, a, b, m, n, k, Keep, nil, s)
				for i := range want {
					if !sameFloat(dst[i], want[i]) {
						t.Fatalf("exponent %d: element %d is %x, want %x", exponent, i, dst[i], want[i])
					}
				}
				if x, y, z := a[0], b[0], -a[0]*b[0]; float64(FMA(x, y, z)) != float64(x)*float64(y)+float64(z) {
					rounded++
				}
			}
		}
		if rounded < 20 {
			t.Errorf("only %d sums were rounded: the scales miss what they are for", rounded)
		}
	})
}

func TestExponentCoversAllLargerMagnitudes(t *testing.T) {
	for _, c := range []struct {
		x    float32
		want int
	}{{1, 0}, {-1.5, 0}, {0x1.fffffep3, 3}, {0x1p-126, -126}, {0x1p-149, -126}, {0x1p127, 127}} {
		if got := magnitudeOf(c.x).exponent(); got != c.want {
			t.Errorf("exponent of %x is %d, want %d", c.x, got, c.want)
		}
	}
	if got := magnitudeOf(0).exponent(); got < 127 {
		t.Errorf("exponent of zero is %d, want one that constrains nothing", got)
	}
	if magnitudeOf(0) < magnitudeOf(float32(math.Inf(1))) || magnitudeOf(1) < magnitudeOf(-0.5) {
		t.Error("magnitudes are out of order")
	}
}

// Small integers and halves make sums halfway between two float32 common, most of them exact, some not.
func TestProductsOfSumsHalfway(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		r := rand.New(rand.NewPCG(7, 8))
		const m, n, k = 6, 9, 200
		a, b, dst, want := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n), make([]float32, m*n)
		for range 20 {
			for i := range a {
				a[i] = []float32{0, 1, -1, 0.5, 0x1p-12, 0x1.000002p0, 0x1p-29}[r.IntN(7)]
			}
			for i := range b {
				b[i] = float32(r.NormFloat64()) * []float32{1, 0, 0x1p-17, 0x1p-20}[r.IntN(4)]
			}
			forms[0].define(want, a, b, m, n, k, Zero, nil)
			Multiply(dst, a, b, m, n, k, Zero, nil, s)
			for i := range want {
				if !sameFloat(dst[i], want[i]) {
					t.Fatalf("element %d is %x, want %x", i, dst[i], want[i])
				}
			}
		}
	})
}

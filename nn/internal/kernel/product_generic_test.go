package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestProductsAlmostHalfway(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		r := rand.New(rand.NewPCG(5, 6))
		for i := range 2000 {
			x, y, z := halfwayTriple(r, i%2 == 0)
			dst := []float32{z}
			Multiply(dst, []float32{x}, []float32{y}, 1, 1, 1, Keep, nil, s)
			if want := trueFMA(x, y, z); dst[0] != want {
				t.Fatalf("%x·%x + %x is %x, want %x", x, y, z, dst[0], want)
			}
		}
	})
}

// Products near 2⁻¹³³ are where the generic path changes between its tiles.
func TestProductsAmongTheSubnormals(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		r := rand.New(rand.NewPCG(7, 8))
		const m, n, k = 4, 6, 5
		a, b, dst, want := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n), make([]float32, m*n)
		for exponent := -152; exponent <= -120; exponent++ {
			for i := range a {
				a[i] = float32(math.Ldexp(1+r.Float64(), exponent/2))
			}
			for i := range b {
				b[i] = float32(math.Ldexp(r.Float64()-0.5, exponent-exponent/2+r.IntN(4)))
			}
			for i := range dst {
				dst[i] = math.Float32frombits(r.Uint32N(1 << 23))
			}
			copy(want, dst)
			forms[0].define(want, a, b, m, n, k, Keep, nil)
			Multiply(dst, a, b, m, n, k, Keep, nil, s)
			for i := range want {
				if !sameFloat(dst[i], want[i]) {
					t.Fatalf("exponent %d: element %d is %x, want %x", exponent, i, dst[i], want[i])
				}
			}
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

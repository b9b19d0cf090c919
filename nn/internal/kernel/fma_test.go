package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// trueFMA computes x·y + z without error and rounds once. Infinities and NaN follow IEEE 754 through float64.
func trueFMA(x, y, z float32) float32 {
	for _, v := range []float32{x, y, z} {
		if math.IsInf(float64(v), 0) || v != v {
			return float32(float64(x)*float64(y) + float64(z))
		}
	}
	exact := func(v float32) *big.Float { return new(big.Float).SetPrec(1200).SetFloat64(float64(v)) }
	sum := exact(x)
	sum.Mul(sum, exact(y))
	if sum.Sign() == 0 {
		return float32(float64(x)*float64(y) + float64(z)) // exact, and signs of zero as IEEE 754 has them
	}
	sum.Add(sum, exact(z))
	if sum.Sign() == 0 {
		return 0
	}
	r, _ := sum.Float32()
	return r
}

// sameFloat compares bits, but lets any NaN equal any other.
func sameFloat(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || (a != a && b != b)
}

// awkwardFloats are the values at which formats end: zeros, subnormals, the normal range's ends, infinities and NaN.
func awkwardFloats() []float32 {
	inf := float32(math.Inf(1))
	values := []float32{
		0, 1, 1 + 0x1p-23, 1 - 0x1p-24, 0x1p-149, 0x1.8p-148, 0x1.fffffcp-127, 0x1p-126, 0x1.000002p-126, 0x1p-125,
		0x1p-75, 0x1.000002p-75, 0x1p-64, 0x1.fffffep-64, 0x1p63, 0x1.fffffep63, 0x1p64, 0x1.fffffep127, inf,
		0x1.555556p0, 3, 0x1.fffffep23, 0x1p24,
	}
	for _, v := range values {
		values = append(values, -v)
	}
	return append(values, float32(math.NaN()))
}

func TestFMAOfAwkwardValues(t *testing.T) {
	values := awkwardFloats()
	for _, x := range values {
		for _, y := range values {
			for _, z := range values {
				if got, want := FMA(x, y, z), trueFMA(x, y, z); !sameFloat(got, want) {
					t.Fatalf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
				}
			}
		}
	}
}

// adversarialTriple draws a triple whose sum tends to lie near the middle of two float32: z ends in a single bit that
// meets the last bits of the product, at any distance of exponents, and often in the subnormal range.
func adversarialTriple(r *rand.Rand) (x, y, z float32) {
	few := func() float32 {
		one, another := r.IntN(24), r.IntN(24)
		mantissa := uint32(1)<<one | uint32(1)<<another | 1<<23
		return float32(math.Ldexp(float64(mantissa), r.IntN(60)-53))
	}
	x, y = few(), few()
	z = float32(float64(x) * float64(y) * math.Ldexp(1, r.IntN(60)-30))
	z = math.Float32frombits(math.Float32bits(z) &^ (1<<r.IntN(24) - 1))
	if r.IntN(2) == 0 {
		z = -z
	}
	if r.IntN(2) == 0 { // down to the subnormals
		scale := float32(math.Ldexp(1, -126-r.IntN(30)-math.Ilogb(float64(x)*float64(y))))
		x, z = x*scale, z*scale
	}
	return x, y, z
}

// halfwayTriple draws a triple whose sum is, but for a trace, halfway between two float32. With subnormal the result
// is subnormal. The trace is 2⁻⁴⁶ of the product, (1+u)(1-u) = 1-u² for u = 2⁻²³, and below the last bit of a float64.
func halfwayTriple(r *rand.Rand, subnormal bool) (x, y, z float32) {
	z = math.Float32frombits(r.Uint32N(1<<22) | 1<<22 | 1) // subnormal, near the top of the range, last bit odd
	half := -150
	if !subnormal {
		e := r.IntN(200) - 90
		z = float32(math.Ldexp(float64(r.Uint32N(1<<23)|1<<23|1), e-23))
		half = e - 24
	}
	split := half / 2
	x = float32(math.Ldexp(1+0x1p-23, split))
	y = float32(math.Ldexp(1-0x1p-23, half-split))
	if r.IntN(2) == 0 {
		x = -x
	}
	if r.IntN(2) == 0 {
		z = -z
	}
	return x, y, z
}

func TestFMAAlmostHalfway(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 20_000 {
		x, y, z := halfwayTriple(r, i%2 == 0)
		if got, want := FMA(x, y, z), trueFMA(x, y, z); got != want {
			t.Fatalf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
}

func TestFMAOfRandomTriples(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	careful := 0
	for i := range 300_000 {
		x, y, z := adversarialTriple(r)
		if i%3 == 0 {
			x, y, z = math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
		}
		if needsCare(math.Float64bits(float64(x)*float64(y) + float64(z))) {
			careful++
		}
		if got, want := FMA(x, y, z), trueFMA(x, y, z); !sameFloat(got, want) {
			t.Fatalf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
	if careful < 10_000 {
		t.Fatalf("only %d triples needed care: the draw misses what it is for", careful)
	}
}

func BenchmarkFMA(b *testing.B) {
	acc := float32(0)
	for b.Loop() {
		acc = FMA(0.999, acc, 0.001)
	}
	if acc > 1 {
		b.Fatal(acc)
	}
}

package kernel

import (
	"math"
	"testing"
)

// ulps returns the distance of got from want in units of the last place that a float32 has at want; subnormal results
// have the unit 2⁻¹⁴⁹.
func ulps(got float32, want float64) float64 {
	if math.IsNaN(want) || math.IsInf(want, 0) || math.Abs(want) > math.MaxFloat32 {
		if math.Float32bits(got) == math.Float32bits(float32(want)) || got != got && want != want {
			return 0
		}
		return math.Inf(1)
	}
	exponent := int(math.Float64bits(want)>>52&0x7ff) - 1023
	unit := max(exponent-23, -149)
	return math.Abs(float64(got)-want) * math.Float64frombits(uint64(1023-unit)<<52)
}

// everyFew calls f with every stride-th bit pattern of a float32, NaN and infinities included.
func everyFew(stride uint64, f func(x float32)) {
	for b := uint64(0); b < 1<<32; b += stride {
		f(math.Float32frombits(uint32(b)))
	}
}

func phi(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

func one(f func(y, x []float32)) func(float32) float32 {
	var y, x [1]float32
	return func(v float32) float32 {
		x[0] = v
		f(y[:], x[:])
		return y[0]
	}
}

// The truth is the float64 function of the standard library, whose own error of an ulp of float64 does not show.
var accuracies = []struct {
	name  string
	got   func(float32) float32
	want  func(float64) float64
	bound float64 // ulp, as promised by the doc comment
}{
	{"exp", ExpOne, math.Exp, 0.99},
	{"log", LogOne, math.Log, 0.93},
	{"tanh", TanhOne, math.Tanh, 2.42},
	{"sigmoid", SigmoidOne, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 2.41},
	{"softplus", SoftplusOne, func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, 1.73},
	{"erf", ErfOne, math.Erf, 2},
	{"gelu", one(Gelu), func(x float64) float64 { return x * phi(x) }, 7},
	{"silu", one(Silu), func(x float64) float64 { return x / (1 + math.Exp(-x)) }, 3.5},
}

func TestAccuracy(t *testing.T) {
	for _, a := range accuracies {
		t.Run(a.name, func(t *testing.T) {
			worst, at := 0.0, float32(0)
			everyFew(9973, func(x float32) {
				want := a.want(float64(x))
				if vanishes := a.name == "gelu" || a.name == "silu"; vanishes && x < 0 && !(math.Abs(want) > 1e-30) {
					return // TestVanishingProducts
				}
				if u := ulps(a.got(x), want); u > worst {
					worst, at = u, x
				}
			})
			t.Logf("largest error %.3f ulp at %g", worst, at)
			if worst > a.bound {
				t.Errorf("error of %.3f ulp at %g: got %g, want %g", worst, at, a.got(at), a.want(float64(at)))
			}
		})
	}
}

// Far below 0 the products x·Φ(x) and x·sigmoid(x) shrink through the subnormal numbers to −0, without a NaN at −Inf.
func TestVanishingProducts(t *testing.T) {
	for _, f := range []func(float32) float32{one(Gelu), one(Silu)} {
		for x := float32(-14); x > -1e38; x *= 1.01 {
			if y := f(x); y < -1e-4 || y > 0 {
				t.Fatalf("got %g at %g, want a vanishing negative number", y, x)
			}
		}
		if y := f(float32(math.Inf(-1))); y != 0 {
			t.Errorf("got %g at -Inf, want 0", y)
		}
		if y := f(float32(math.Inf(1))); !math.IsInf(float64(y), 1) {
			t.Errorf("got %g at +Inf, want +Inf", y)
		}
	}
}

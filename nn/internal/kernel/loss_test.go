package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// lossCases pairs each loss with its term in float64.
var lossCases = []struct {
	name string
	loss func(y, t []float32) float64
	grad func(dy, y, t []float32, scale float32)
	term func(y, t float64) float64
}{
	{"squared error", SquaredError, SquaredErrorGrad, func(y, t float64) float64 { return (y - t) * (y - t) }},
	{"absolute error", AbsoluteError, AbsoluteErrorGrad, func(y, t float64) float64 { return math.Abs(y - t) }},
	{"huber", func(y, t []float32) float64 { return Huber(y, t, 0.25) },
		func(dy, y, t []float32, scale float32) { HuberGrad(dy, y, t, 0.25, scale) },
		func(y, t float64) float64 {
			if d := math.Abs(y - t); d > 0.25 {
				return 0.25 * (d - 0.125)
			}
			return 0.5 * (y - t) * (y - t)
		}},
	{"log-cosh", LogCosh, LogCoshGrad, func(y, t float64) float64 { return math.Log(math.Cosh(y - t)) }},
	{"bce", BCE, BCEGrad, func(y, t float64) float64 { return -t*math.Log(y) - (1-t)*math.Log1p(-y) }},
	{"bce of logits", BCELogits, func(dy, z, t []float32, scale float32) {
		y := make([]float32, len(z))
		Sigmoid(y, z)
		BCELogitsGrad(dy, y, t, scale)
	}, func(z, t float64) float64 { return math.Max(z, 0) - t*z + math.Log1p(math.Exp(-math.Abs(z))) }},
}

func TestLossesAndTheirGradients(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const n, scale = 1003, 0.5
	y, target, dy := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range y {
		y[i], target[i] = 0.02+0.96*random.Float32(), random.Float32()
	}
	for _, c := range lossCases {
		want := 0.0
		c.grad(dy, y, target, scale)
		for i, v := range y {
			at := func(x float64) float64 { return c.term(x, float64(target[i])) }
			want += at(float64(v))
			// Gradients reach 50 and carry a few roundings of 6e-8.
			if w := scale * slope(at, float64(v)); math.Abs(float64(dy[i])-w) > 2e-6*math.Max(1, math.Abs(w)) {
				t.Errorf("%s: gradient at (%g, %g) is %g, want %g", c.name, v, target[i], dy[i], w)
			}
		}
		// The logarithms are float32, with errors of either sign.
		if got := c.loss(y, target); math.Abs(got-want) > 1e-8*n {
			t.Errorf("%s is %.12g, want %.12g", c.name, got, want)
		}
	}
}

func TestAbsoluteErrorGradAtNought(t *testing.T) {
	dy := make([]float32, 3)
	AbsoluteErrorGrad(dy, []float32{1, 2, 3}, []float32{2, 2, 2}, 0.5)
	if want := [3]float32{-0.5, 0, 0.5}; [3]float32(dy) != want {
		t.Errorf("gradient is %v, want %v", dy, want)
	}
}

func TestBCEClips(t *testing.T) {
	y, target := []float32{0, 1, 0, 1}, []float32{1, 0, 0, 1}
	low := float64(float32(1e-7))
	high := float64(float32(1 - 1e-7))
	want := -math.Log(low) - math.Log1p(-high) - math.Log1p(-low) - math.Log(high)
	if got := BCE(y, target); math.Abs(got-want) > 1e-5 {
		t.Errorf("loss is %g, want %g", got, want)
	}
	dy := []float32{1, 1, 1, 1}
	BCEGrad(dy, y, target, 1)
	for i, d := range dy {
		if d != 0 {
			t.Errorf("gradient at %g is %g, want 0", y[i], d)
		}
	}
}

func TestBCELogitsKeepsSmallLosses(t *testing.T) {
	got := BCELogits([]float32{20, -20}, []float32{1, 0})
	if want := 2 * math.Log1p(math.Exp(-20)); math.Abs(got-want) > 1e-6*want {
		t.Errorf("loss is %g, want %g", got, want)
	}
}

func TestLossesPassNaNOn(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for _, c := range lossCases {
			for _, n := range []int{1, 40} {
				y, target := make([]float32, n), make([]float32, n)
				Fill(y, 0.5)
				y[n/2] = float32(math.NaN())
				if got := c.loss(y, target); got == got {
					t.Errorf("%s of NaN is %g", c.name, got)
				}
			}
		}
	})
}

func TestSumsAreTheDocumentedTree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 70 {
		x := make([]float32, n)
		var sum, squares [16]float64
		for i := range x {
			x[i] = float32(random.NormFloat64())
			sum[i%16] += float64(x[i])
			squares[i%16] += float64(x[i]) * float64(x[i])
		}
		tree := func(s [16]float64) float64 {
			a := [4]float64{}
			for l := range a {
				a[l] = (s[l] + s[l+8]) + (s[l+4] + s[l+12])
			}
			return (a[0] + a[2]) + (a[1] + a[3])
		}
		if got := Sum(x); got != tree(sum) {
			t.Fatalf("n = %d: sum %g, want %g", n, got, tree(sum))
		}
		if got := SumSquares(x); got != tree(squares) {
			t.Fatalf("n = %d: sum of squares %g, want %g", n, got, tree(squares))
		}
	}
}

func TestRowSquaredErrors(t *testing.T) {
	var sum [2]float64
	RowSquaredErrors(sum[:], []float32{1, 2, 3, 4, 5, 6}, []float32{0, 2, 1, 4, 4, 4}, 2, 3)
	if want := [2]float64{5, 5}; sum != want {
		t.Errorf("sums are %v, want %v", sum, want)
	}
}

func TestLogCoshKeepsSmallAndLargeErrors(t *testing.T) {
	// ½d² − d⁴/12 for small d, |d| − ln 2 for large ones; the rounding of ln 2 leaves 1e-16.
	for d, want := range map[float32]float64{1e-4: 0.5 * float64(float32(1e-4)) * float64(float32(1e-4)), 500: 500 - math.Ln2, -3e38: float64(float32(3e38)) - math.Ln2} {
		if got := LogCosh([]float32{d}, []float32{0}); math.Abs(got-want) > 1e-16+1e-15*want {
			t.Errorf("ln cosh %g is %.12g, want %.12g", d, got, want)
		}
	}
}

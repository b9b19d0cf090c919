package kernel

import (
	"math"
	"testing"
)

// activationGradients pairs each gradient with its function in float64. of says whether the gradient reads x or y.
var activationGradients = []struct {
	name    string
	forward func(y, x []float32)
	grad    func(dx, dy, v []float32)
	f       func(x float64) float64
	ofX     bool
}{
	{"relu", Relu, ReluGrad, func(x float64) float64 { return math.Max(x, 0) }, false},
	{"tanh", Tanh, TanhGrad, math.Tanh, false},
	{"sigmoid", Sigmoid, SigmoidGrad, logistic, false},
	{"softplus", Softplus, SoftplusGrad, func(x float64) float64 { return math.Log1p(math.Exp(x)) }, true},
	{"silu", Silu, SiluGrad, func(x float64) float64 { return x * logistic(x) }, true},
	{"gelu", Gelu, GeluGrad, func(x float64) float64 { return x * phi(x) }, true},
	{"selu", Selu, SeluGrad, func(x float64) float64 {
		return 1.0507009873554805 * elu(x, 1.6732632423543772)
	}, false},
	{"elu", func(y, x []float32) { Elu(y, x, 1.5) }, func(dx, dy, y []float32) { EluGrad(dx, dy, y, 1.5) },
		func(x float64) float64 { return elu(x, 1.5) }, false},
	{"leaky relu", func(y, x []float32) { LeakyRelu(y, x, 0.1) }, func(dx, dy, x []float32) { LeakyReluGrad(dx, dy, x, 0.1) },
		func(x float64) float64 { return math.Max(x, 0.1*x) }, true},
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func elu(x, alpha float64) float64 {
	if x > 0 {
		return x
	}
	return alpha * math.Expm1(x)
}

// slope is the central difference of f, whose error is of the order of 1e-10 for the functions here.
func slope(f func(float64) float64, x float64) float64 {
	const h = 1e-5
	return (f(x+h) - f(x-h)) / (2 * h)
}

func TestActivationsAndTheirGradients(t *testing.T) {
	var x []float32
	for v := float32(-8.01); v < 8; v += 0.037 {
		x = append(x, v)
	}
	y, dy, dx := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
	Fill(dy, 3)
	for _, a := range activationGradients {
		a.forward(y, x)
		if a.ofX {
			a.grad(dx, dy, x)
		} else {
			a.grad(dx, dy, y)
		}
		for i, v := range x {
			if want := a.f(float64(v)); math.Abs(float64(y[i])-want) > 1e-6*math.Max(1, math.Abs(want)) {
				t.Errorf("%s(%g) = %g, want %g", a.name, v, y[i], want)
			}
			// y carries 6e-8 of rounding, which the slopes above turn into at most 3·1.1·6e-8·2.
			if want := 3 * slope(a.f, float64(v)); math.Abs(float64(dx[i])-want) > 2e-6 {
				t.Errorf("%s: gradient at %g is %g, want %g", a.name, v, dx[i], want)
			}
		}
	}
}

func TestGradientsMayOverwriteDy(t *testing.T) {
	x := []float32{-2, -0.5, 0, 0.5, 2}
	for _, a := range activationGradients {
		dx, dy := make([]float32, len(x)), []float32{1, 2, 3, 4, 5}
		a.grad(dx, dy, x)
		a.grad(dy, dy, x)
		for i := range dx {
			if dx[i] != dy[i] {
				t.Errorf("%s: in place %g, want %g", a.name, dy[i], dx[i])
			}
		}
	}
}

func TestReluKeepsNaNAndNoMinusZero(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		x := make([]float32, 40)
		for i := range x {
			x[i] = []float32{float32(math.NaN()), float32(math.Copysign(0, -1))}[i%2]
		}
		Relu(x, x)
		for i := 0; i < len(x); i += 2 {
			if x[i] == x[i] || math.Signbit(float64(x[i+1])) {
				t.Fatalf("relu of NaN and −0 is %g and %g", x[i], x[i+1])
			}
		}
	})
}

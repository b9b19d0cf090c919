package nn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// elementwise returns an activation with its defaults, or false where it looks
// at all units of an example.
func elementwise(t *testing.T, kind string) (Activation, bool) {
	if rowTruths[kind] != nil {
		return nil, false
	}
	return decode[Activation](t, activations, kind), true
}

func TestActivationsAgainstFloat64(t *testing.T) {
	// Points away from the kinks at 0, where differences mean nothing.
	x := []float32{-12, -5.5, -3, -1.25, -0.5, -0.0625, 0.0625, 0.5, 1.25, 3, 5.5, 12}
	for _, kind := range activations.Kinds() {
		part, ok := elementwise(t, kind.Name)
		if !ok {
			continue
		}
		truth := activationTruths[kind.Name]
		if truth == nil {
			t.Errorf("%s has no float64 truth", kind.Name)
			continue
		}
		y, dx, dy := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
		for i := range dy {
			dy[i] = float32(i) - 3.5
		}
		part.Forward(y, x)
		part.Backward(dx, dy, x, y)
		curvature := make([]float32, len(x))
		part.Curvature(curvature, x, y)
		for i, v := range x {
			// A second difference with a step of 1e-4 carries about 1e-8.
			bend := slope(func(at float64) float64 { return slope(truth, at) }, float64(v))
			if !near(float64(curvature[i]), bend, 1e-5) {
				t.Errorf("%s″(%g) = %g, want %g", kind.Name, v, curvature[i], bend)
			}
			if want := truth(float64(v)); !near(float64(y[i]), want, 1e-6) {
				t.Errorf("%s(%g) = %g, want %g", kind.Name, v, y[i], want)
			}
			// Differences of float64 carry about 1e-10; float32 the rest.
			if want := slope(truth, float64(v)) * float64(dy[i]); !near(float64(dx[i]), want, 1e-5) {
				t.Errorf("%s′(%g)·%g = %g, want %g", kind.Name, v, dy[i], dx[i], want)
			}
		}
	}
}

func TestActivationsInPlace(t *testing.T) {
	for _, kind := range activations.Kinds() {
		part, ok := elementwise(t, kind.Name)
		if !ok {
			part = decode[Activation](t, activations, registry.Tree{"kind": kind.Name, "k": 2.0})
		}
		x := []float32{-2, -0.5, 0.25, 3}
		y := make([]float32, len(x))
		part.Forward(y, x)
		want := make([]float32, len(x))
		part.Backward(want, []float32{1, -2, 3, -4}, x, y)
		got := []float32{1, -2, 3, -4}
		part.Backward(got, got, x, y)
		z := append([]float32{}, x...)
		part.Forward(z, z)
		for i := range x {
			if got[i] != want[i] || z[i] != y[i] {
				t.Errorf("%s differs in place at %g", kind.Name, x[i])
			}
		}
	}
}

func TestRowActivationsAgainstFloat64(t *testing.T) {
	for _, declared := range []registry.Tree{{"kind": "topk", "k": 1.0}, {"kind": "topk", "k": 7.0}, {"kind": "topk", "k": 300.0, "relu": true}, {"kind": "topk", "k": 501.0}} {
		part := decode[Activation](t, activations, declared)
		x := make([]float32, 501)
		weightStream(1, 0).Normals(x, 0)
		y, dx, dy := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
		weightStream(1, 1).Normals(dy, 0)
		part.Forward(y, x)
		part.Backward(dx, dy, x, y)
		want := activate(part, widen(x))
		for i := range x {
			if float64(y[i]) != want[i] {
				t.Fatalf("%v: unit %d is %g, want %g", declared, i, y[i], want[i])
			}
			if slope := map[bool]float32{true: dy[i]}[want[i] != 0]; dx[i] != slope {
				t.Fatalf("%v: gradient %d is %g, want %g", declared, i, dx[i], slope)
			}
		}
	}
}

func TestTopKOfTiesZerosAndNaN(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		k       int
		x, want []float32
	}{
		{2, []float32{3, 1, 3, 3}, []float32{3, 0, 3, 0}},
		{3, []float32{-1, -2, -inf, -3}, []float32{-1, -2, 0, -3}},
		{1, []float32{-5, inf, 2, 1}, []float32{0, inf, 0, 0}},
		{2, []float32{0, float32(math.Copysign(0, -1)), -1, 1e-40}, []float32{0, 0, 0, 1e-40}},
	} {
		y := make([]float32, len(c.x))
		(&TopK{K: c.k}).Forward(y, c.x)
		if !slices.Equal(y, c.want) {
			t.Errorf("the %d largest of %v: %v, want %v", c.k, c.x, y, c.want)
		}
	}
	y := make([]float32, 3)
	(&TopK{K: 1}).Forward(y, []float32{1, -nan, 2})
	if y[1] == y[1] {
		t.Errorf("NaN was lost: %v", y)
	}
}

func TestJumpReluHasASlopeInItsBand(t *testing.T) {
	a := &JumpRelu{Threshold: 0.5, Bandwidth: 0.25}
	x := []float32{0.25, 0.4375, 0.5, 0.5625, 0.75}
	y, dx := make([]float32, 5), []float32{1, 1, 1, 1, 1}
	a.Forward(y, x)
	a.Backward(dx, dx, x, y)
	if want := []float32{0, 0, 0, 0.5625, 0.75}; !slices.Equal(y, want) {
		t.Errorf("got %v, want %v", y, want)
	}
	if want := []float32{0, 2, 2, 3, 1}; !slices.Equal(dx, want) {
		t.Errorf("slopes %v, want %v", dx, want)
	}
}

func TestActivationsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		declared any
		want     string
	}{
		{"topk", "topk needs k: a whole number in [1, 1048576]"},
		{registry.Tree{"kind": "topk", "k": 0.0}, "k must lie in [1, 1048576], got 0"},
		{registry.Tree{"kind": "topk", "k": 2.5}, "k must be a whole number, got 2.5"},
		{registry.Tree{"kind": "jump-relu", "bandwidth": -1.0}, "bandwidth must lie in (0, inf), got -1"},
		{registry.Tree{"kind": "jump-relu", "threshold": 0.0}, "threshold must lie in (0, inf), got 0"},
	} {
		if _, mistakes := activations.Resolve(c.declared); !strings.Contains(mistakes.Error(), c.want) {
			t.Errorf("%v: got %q, want it to say %q", c.declared, mistakes.Error(), c.want)
		}
	}
	model := registry.Tree{"encoder": layerList(8), "code": 4.0, "code_activation": registry.Tree{"kind": "topk", "k": 5.0}}
	want := "model.code: code: topk keeps 5 units, and there are 4"
	if got := design(t, model, "mse", nil).Check(Traits{Shape: Shape{9}, High: 1}).Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

package nn

import "testing"

func TestActivationsAgainstFloat64(t *testing.T) {
	// Points away from the kinks at 0, where differences mean nothing.
	x := []float32{-12, -5.5, -3, -1.25, -0.5, -0.0625, 0.0625, 0.5, 1.25, 3, 5.5, 12}
	for _, kind := range activations.Kinds() {
		truth := activationTruths[kind.Name]
		if truth == nil {
			t.Errorf("%s has no float64 truth", kind.Name)
			continue
		}
		part := decode[Activation](t, activations, kind.Name)
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
		part := decode[Activation](t, activations, kind.Name)
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

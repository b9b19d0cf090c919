package nn

import (
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// A layer's own initialiser draws its weights and those of its mirror image, and
// leaves those of all others what they are without it.
func TestInitialiserOfALayerDrawsItsWeightsAlone(t *testing.T) {
	const bound = 1e-3
	build := func(first registry.Tree) *Net {
		t.Helper()
		model := registry.Tree{"encoder": []any{first, 9.0}, "code": 3.0, "initialiser": "uniform-fan-in"}
		n, err := design(t, model, "mse", nil).Model.Build(Shape{8, 8, 1}, 2, 1)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, layer := range []registry.Tree{
		{"kind": "dense", "nodes": 20.0},
		{"kind": "conv", "filters": 4.0},
		{"kind": "conv", "filters": 4.0, "stride": 2.0},
		{"kind": "conv-transpose", "filters": 4.0, "stride": 2.0},
	} {
		without := build(layer)
		with := build(layer.With("initialiser", registry.Tree{"kind": "uniform", "bound": bound}))
		own, last := 0, len(with.Params)-2
		for i, p := range with.Params {
			same := slices.Equal(p.Value, without.Params[i].Value)
			if i > 1 && i < last {
				if !same {
					t.Errorf("%v: %s is drawn otherwise", layer, p.Name)
				}
				continue
			}
			own++
			largest := 0.0
			for _, w := range p.Value {
				largest = max(largest, math.Abs(float64(w)))
			}
			if p.Bias && largest != 0 || !p.Bias && (largest > bound || largest < bound/2) {
				t.Errorf("%v: %s reaches to %g, want %g, and biases of 0", layer, p.Name, largest, bound)
			}
		}
		if own != 4 {
			t.Errorf("%v: %d tensors were looked at, want weights and biases of two layers", layer, own)
		}
	}
}

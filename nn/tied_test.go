package nn

import (
	"testing"

	"hourglass.dev/hourglass/registry"
)

// Without biases and activations, the decoder of a tied net is the transpose of the encoder: ⟨h, A·x⟩ = ⟨Aᵀ·h, x⟩.
func TestTiedConvolutionsAreTransposes(t *testing.T) {
	for _, kind := range []string{"conv", "conv-transpose"} {
		for _, padding := range []string{"same", "valid"} {
			for _, shape := range []Shape{{6, 7, 2}, {9, 3}} {
				for kernel := 1; kernel <= 4; kernel++ {
					for stride := 1; stride <= 3; stride++ {
						model := registry.Tree{"activation": "linear", "tied": true, "encoder": []any{
							piece(kind, "filters", 5, "kernel", kernel, "stride", stride, "padding", padding)}}
						n, err := design(t, model, "mse", nil).Model.Build(shape, 2, 1)
						if err != nil {
							t.Fatal(err)
						}
						x := uniform(2, shape.Size(), 1)
						h := uniform(2, n.widths[0], 2)
						up, down := dot64(n.Encode(x), h), dot64(n.Decode(h), x)
						// Sums of some hundred products with errors of 6e-8 each.
						if !near(up, down, 1e-5) {
							t.Errorf("%s of %s, %s, kernel %d, stride %d: ⟨h, A·x⟩ is %g and ⟨Aᵀ·h, x⟩ %g", kind, shape, padding, kernel, stride, up, down)
						}
					}
				}
			}
		}
	}
}

func dot64(a, b *Matrix) (sum float64) {
	for i, v := range a.Data {
		sum += float64(v) * float64(b.Data[i])
	}
	return sum
}

func TestTiedConvolutionsHaveNoWeightsOfTheirOwn(t *testing.T) {
	d := design(t, registry.Tree{"tied": true, "encoder": []any{piece("conv", "filters", 5), "max-pool", piece("conv", "filters", 4, "stride", 2)}}, "mse", nil)
	n, err := d.Model.Build(Shape{8, 8, 1}, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	size, err := d.Size(Shape{8, 8, 1})
	if want := 9*5 + 5 + 9*5*4 + 4 + 5 + 1; err != nil || len(n.Values) != want || size.Parameters != want {
		t.Errorf("%d parameters, %d by its size, %v, want %d", len(n.Values), size.Parameters, err, want)
	}
}

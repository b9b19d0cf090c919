package nn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func node(kind string, nodes float64) registry.Tree {
	return registry.Tree{"kind": kind, "nodes": nodes}
}

// layerTable returns the layers of a net as lines.
func layerTable(t *testing.T, model registry.Tree, input Shape) string {
	t.Helper()
	sizes, err := design(t, model, "mse", nil).Layers(input)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, l := range sizes {
		lines = append(lines, fmt.Sprintf("%s: %s, %s to %s", l.Path, l.Kind, l.In, l.Out))
	}
	return strings.Join(lines, "\n")
}

// What recurrent layers return, and what they mirror into, follows from what
// stands around them.
func TestRecurrentNetsMirror(t *testing.T) {
	drop := registry.Tree{"kind": "dropout", "fraction": 0.2}
	for want, c := range map[string]struct {
		model registry.Tree
		input Shape
	}{
		// Géron, Hands-On Machine Learning, 3rd edition, chapter 17.
		`encoder[0]: lstm tanh, 28×28×1 to 28×100
encoder[1]: lstm tanh, 28×100 to 30
decoder[0]: repeat, 30 to 28×30
decoder[1]: lstm tanh, 28×30 to 28×100
decoder[2]: dense linear, 28×100 to 28×28×1`: {registry.Tree{"encoder": []any{node("lstm", 100), node("lstm", 30)}}, Shape{28, 28, 1}},
		`encoder[0]: dropout, 9×2 to 9×2
encoder[1]: gru tanh, 9×2 to 16
code: dense linear, 16 to 3
decoder[0]: dense tanh, 3 to 16
decoder[1]: repeat, 16 to 9×16
decoder[2]: gru tanh, 9×16 to 9×16
decoder[3]: dense sigmoid, 9×16 to 9×2`: {registry.Tree{"encoder": []any{drop, node("gru", 16)}, "code": 3.0, "output": "sigmoid"}, Shape{9, 2}},
		`encoder[0]: conv relu, 8×6×1 to 8×6×4
encoder[1]: max-pool, 8×6×4 to 4×3×4
encoder[2]: gru tanh, 4×3×4 to 5
decoder[0]: repeat, 5 to 4×5
decoder[1]: gru tanh, 4×5 to 4×12
decoder[2]: reshape, 4×12 to 4×3×4
decoder[3]: upsample, 4×3×4 to 8×6×4
decoder[4]: conv linear, 8×6×4 to 8×6×1`: {registry.Tree{"encoder": []any{registry.Tree{"kind": "conv", "filters": 4.0}, "max-pool", node("gru", 5)}}, Shape{8, 6, 1}},
		`encoder[0]: lstm tanh, 12×2 to 12×6
encoder[1]: layer-norm, 12×6 to 12×6
encoder[2]: conv relu, 12×6 to 12×3
encoder[3]: avg-pool, 12×3 to 6×3
code: dense linear, 6×3 to 4
decoder[0]: dense relu, 4 to 6×3
decoder[1]: upsample, 6×3 to 12×3
decoder[2]: conv tanh, 12×3 to 12×6
decoder[3]: layer-norm, 12×6 to 12×6
decoder[4]: dense linear, 12×6 to 12×2`: {registry.Tree{"encoder": []any{node("lstm", 6), "layer-norm", registry.Tree{"kind": "conv", "filters": 3.0}, "avg-pool"}, "code": 4.0}, Shape{12, 2}},
		`encoder[0]: dense relu, 10 to 8
encoder[1]: batch-norm, 8 to 8
code: batch-norm, 8 to 2
decoder[0]: dense relu, 2 to 8
decoder[1]: batch-norm, 8 to 8
decoder[2]: dense linear, 8 to 10`: {registry.Tree{"encoder": []any{8.0, "batch-norm"}, "code": 2.0, "bottleneck": "batch-norm"}, Shape{10}},
		`encoder[0]: lstm tanh, 7×2 to 5
decoder[0]: repeat, 5 to 7×5
decoder[1]: gru tanh, 7×5 to 7×3
decoder[2]: batch-norm, 7×3 to 7×3
decoder[3]: dense linear, 7×3 to 7×2`: {registry.Tree{"encoder": []any{node("lstm", 5)}, "decoder": []any{registry.Tree{"kind": "repeat", "steps": 7.0},
			node("gru", 3), "batch-norm", registry.Tree{"kind": "dense", "nodes": 2.0, "per": "step"}}}, Shape{7, 2}},
	} {
		if got := layerTable(t, c.model, c.input); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// Keras counts 51,600 parameters for an LSTM of 100 nodes on 28 features, and
// 39,000 for a GRU, which has two biases.
func TestRecurrentNetsCount(t *testing.T) {
	for kind, want := range map[string]Cost{
		"lstm": {Parameters: 51600, Products: 28 * (28 + 100) * 400, Within: 28 * 100 * 400},
		"gru":  {Parameters: 39000, Products: 28 * (28 + 100) * 300, Within: 28 * 100 * 300},
	} {
		part := decode[LayerPart](t, layers, node(kind, 100))
		if got := part.Cost(Shape{28, 28, 1}); got != want {
			t.Errorf("%s: %+v, want %+v", kind, got, want)
		}
		n, err := design(t, registry.Tree{"encoder": []any{node(kind, 100)}, "decoder": layerList(784)}, "mse", nil).Model.Build(Shape{28, 28}, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		size, _ := design(t, registry.Tree{"encoder": []any{node(kind, 100)}, "decoder": layerList(784)}, "mse", nil).Size(Shape{28, 28})
		if size.Parameters != len(n.Values) {
			t.Errorf("%s: %d parameters are declared, and %d are there", kind, size.Parameters, len(n.Values))
		}
	}
	size, err := design(t, registry.Tree{"encoder": []any{node("lstm", 3)}, "decoder": layerList(8)}, "mse", nil).Size(Shape{4, 2})
	// 4 steps of 12 units: the first layer's products with 2 inputs twice, with 3 outputs thrice; 3·8 of the second thrice.
	if want := 2 * (4*12*(2*2+3*3) + 3*3*8); err != nil || size.TrainingFLOPs != want {
		t.Errorf("%d FLOPs, %v, want %d", size.TrainingFLOPs, err, want)
	}
}

// The first weights are those of Keras.
func TestRecurrentNetsBeginAsInKeras(t *testing.T) {
	n, err := design(t, registry.Tree{"encoder": []any{node("lstm", 5)}, "decoder": layerList(8)}, "mse", nil).Model.Build(Shape{4, 2}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	u, b := n.Params[1], n.Params[2]
	for i := range 5 {
		for k := range i + 1 {
			dot := 0.0
			for j := range 20 {
				dot += float64(u.Value[i*20+j]) * float64(u.Value[k*20+j])
			}
			if want := map[bool]float64{true: 1}[i == k]; !near(dot, want, 1e-6) {
				t.Errorf("product of rows %d and %d of %s is %g, want %g", i, k, u.Name, dot, want)
			}
		}
	}
	if want := slices.Concat(make([]float32, 5), []float32{1, 1, 1, 1, 1}, make([]float32, 10)); !slices.Equal(b.Value, want) {
		t.Errorf("%s is %v, want %v", b.Name, b.Value, want)
	}
}

func TestRecurrentNetsThatCannotBe(t *testing.T) {
	repeat := registry.Tree{"kind": "repeat", "steps": 4.0}
	for want, model := range map[string]registry.Tree{
		"encoder[1] gets 10: it needs a series, steps × features, or a picture, whose rows become the steps; repeat, reshape, or return: sequence in front of it makes one": {"encoder": []any{10.0, node("lstm", 3)}},
		"decoder[0] gets 2: it needs a series, steps × features, or a picture, whose rows become the steps; repeat, reshape, or return: sequence in front of it makes one":  {"encoder": []any{node("lstm", 3)}, "code": 2.0, "decoder": []any{node("gru", 4)}},
		"encoder[0] gets 3: it needs a series, steps × features, or a picture, whose rows become the steps; repeat, reshape, or return: sequence in front of it makes one":  {"encoder": []any{registry.Tree{"kind": "dense", "nodes": 4.0, "per": "step"}}},
		"encoder[0] cannot be mirrored: steps that differ have no one example that they repeat (write the decoder out)":                                                     {"encoder": []any{repeat, node("lstm", 3)}},
		"decoder[1], lstm, would undo the activation of the output (end in a layer that has an activation, such as dense)":                                                  {"encoder": []any{node("lstm", 3)}, "decoder": []any{repeat, node("lstm", 4)}, "output": "sigmoid"},
		"decoder[1], batch-norm, would undo the activation of the output (end in a layer that has an activation, such as dense)":                                            {"encoder": []any{node("lstm", 3)}, "decoder": []any{16.0, "batch-norm"}, "output": "sigmoid"},
		"tied: encoder[0] cannot share its weights": {"encoder": []any{node("lstm", 3)}, "tied": true},
	} {
		shape := Shape{4, 4}
		if strings.Contains(want, "gets 3") {
			shape = Shape{3}
		}
		if got := design(t, model, "mse", nil).Check(Traits{Shape: shape, High: 1}); !strings.Contains(got.Error(), want) {
			t.Errorf("got  %v\nwant %s", got, want)
		}
	}
}

// Recurrent and normalising layers have no derivative that is worked out.
func TestContractiveTellsWhatItCannot(t *testing.T) {
	for want, layer := range map[string]any{
		"that of encoder[0], lstm tanh, is not worked out":  node("lstm", 3),
		"that of encoder[0], batch-norm, is not worked out": "batch-norm",
	} {
		d := penalisedDesign(t, registry.Tree{"encoder": []any{layer}, "code": 2.0, "decoder": layerList(8)}, "mse", registry.Tree{"contractive": 0.1}, nil)
		if got := d.Check(Traits{Shape: Shape{4, 2}, High: 1}).Error(); !strings.Contains(got, want) {
			t.Errorf("got %q, want it to say %q", got, want)
		}
	}
}

// Outside training a batch is worked off in pieces, to the same bits.
func TestRecurrentNetsWorkInPieces(t *testing.T) {
	const rows = 2*evaluatedRows + 5
	for _, kind := range []string{"lstm", "gru"} {
		n, err := design(t, registry.Tree{"encoder": []any{node(kind, 5), node(kind, 3)}}, "mse", nil).Model.Build(Shape{4, 2}, rows, 1)
		if err != nil {
			t.Fatal(err)
		}
		n.Threads(2)
		defer n.Close()
		x := uniform(rows, 8, 1)
		whole := slices.Clone(n.Forward(x).Data)
		for i := range rows {
			if y := n.Forward(x.Slice(i, i+1)); !slices.Equal(y.Data, whole[8*i:8*i+8]) {
				t.Fatalf("%s: example %d by itself is %v, and among others %v", kind, i, y.Data, whole[8*i:8*i+8])
			}
		}
	}
}

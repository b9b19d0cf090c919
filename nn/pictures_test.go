package nn

import (
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// piece is a layer as a spec has it.
func piece(kind string, parameters ...any) registry.Tree {
	tree := registry.Tree{"kind": kind}
	for i := 0; i < len(parameters); i += 2 {
		value := parameters[i+1]
		if n, ok := value.(int); ok {
			value = float64(n)
		}
		tree[parameters[i].(string)] = value
	}
	return tree
}

// pictureNets are nets whose layers exchange interleaved batches, and cross over to rows in every place.
var pictureNets = map[string]struct {
	input Shape
	model registry.Tree
}{
	"without a code": {Shape{6, 7, 2}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3), "max-pool", piece("conv", "filters", 2)},
		"decoder": []any{"upsample", piece("conv", "filters", 3, "kernel", 2), piece("conv", "filters", 2, "kernel", 1), piece("reshape", "shape", []any{72.0}), 84.0}}},
	"upsampled": {Shape{6, 4, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 2), "avg-pool", piece("conv", "filters", 3)},
		"decoder": []any{piece("conv", "filters", 2), "upsample", piece("conv", "filters", 1)}}},
	"upsampled thrice, valid": {Shape{7, 4, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3, "stride", 3)},
		"decoder": []any{piece("upsample", "size", 3), piece("conv", "filters", 2, "padding", "valid"), piece("upsample"), piece("conv", "filters", 1, "kernel", 5, "padding", "valid"), 28.0}}},
	"a code from upsampling": {Shape{4, 4, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 2, "stride", 2), "upsample"},
		"decoder": []any{piece("conv", "filters", 1)}}},
	"restored": {Shape{7, 5, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3), "max-pool", piece("conv", "filters", 2), "avg-pool"}}},
	"dense inside": {Shape{5, 5, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3, "kernel", 2), "max-pool", 6.0}, "code": 3.0}},
	"ends in upsampling": {Shape{4, 6, 1}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 2), "global-avg-pool"}, "code": 3.0,
		"decoder": []any{6.0, piece("reshape", "shape", []any{2.0, 3.0, 1.0}), piece("conv-transpose", "filters", 1), "upsample"}}},
	"tied": {Shape{7, 6, 2}, registry.Tree{"tied": true,
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3), "max-pool", piece("conv", "filters", 4, "kernel", 2, "stride", 2), 5.0}, "code": 3.0}},
	"tied, from end to end": {Shape{5, 4, 1}, registry.Tree{"tied": true,
		"activation": "tanh", "output": "sigmoid", "encoder": []any{"upsample", piece("conv", "filters", 3, "kernel", 2), piece("conv-transpose", "filters", 2, "stride", 2), piece("conv", "filters", 3, "stride", 3, "padding", "valid")}}},
	"tied behind upsampling": {Shape{4, 3, 1}, registry.Tree{"tied": true,
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv-transpose", "filters", 2, "kernel", 2), "avg-pool"}, "code": 3.0, "decoder": "mirror"}},
	"series": {Shape{9, 2}, registry.Tree{
		"activation": "tanh", "output": "sigmoid", "encoder": []any{piece("conv", "filters", 3, "kernel", 5, "stride", 2), piece("max-pool", "size", 2)}, "code": 2.0,
		"decoder": []any{4.0, piece("reshape", "shape", []any{4.0, 1.0}), "upsample", piece("conv", "filters", 2), piece("conv-transpose", "filters", 2, "kernel", 2, "padding", "valid")}}},
}

// pictureTruth computes the outputs of all layers for one example in float64.
func pictureTruth(links []link, n *Net, values []float64, x []float64) (outputs [][]float64) {
	first := 0
	sized := map[string][]float64{}
	for _, p := range n.Params {
		sized[p.Name] = values[first : first+len(p.Value)]
		first += len(p.Value)
	}
	for _, l := range links {
		w := sized[l.path+".w"]
		if l.tied >= 0 {
			w = twin64(l, sized[links[l.tied].path+".w"])
		}
		x = layerTruths[layers.KindOf(l.part).Name](l.part, l.in, l.out, x, w, sized[l.path+".b"])
		outputs = append(outputs, x)
	}
	return outputs
}

// twin64 is the weights of a layer that has those of its mirror image: for each element of a window, inputs and outputs
// change places.
func twin64(l link, w []float64) []float64 {
	if _, dense := l.part.(*Dense); dense {
		return transposed64(w, l.out.Size(), l.in.Size())
	}
	in, out := l.in[len(l.in)-1], l.out[len(l.out)-1]
	var own []float64
	for size := in * out; len(w) > 0; w = w[size:] {
		own = append(own, transposed64(w[:size], out, in)...)
	}
	return own
}

// The gradient of the whole, penalties on hidden layers included, against central differences, for a group that is not
// full and for two, with threads or without.
func TestPictureNetsAgainstFloat64(t *testing.T) {
	for name, c := range pictureNets {
		for _, on := range []string{"", "code", "hidden", "all"} {
			for rows, threads := range map[int]int{17: 1, 18: 3} {
				t.Run(name, func(t *testing.T) {
					var penalties registry.Tree
					if on != "" {
						penalties = registry.Tree{"sparse-l1": registry.Tree{"weight": 0.01, "on": on}}
					}
					d := penalisedDesign(t, c.model, "mse", penalties, registry.Tree{"batch": float64(rows)})
					checkPictures(t, d, c.input, rows, threads, on)
				})
			}
		}
	}
}

func checkPictures(t *testing.T, d *Design, input Shape, rows, threads int, on string) {
	links, encoder, mistakes := d.Model.chain(input)
	if mistakes != nil {
		t.Fatal(mistakes)
	}
	trainer, err := NewTrainer(d, Traits{Shape: input, High: 1}, rows, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	trainer.Threads(threads)
	n, x := trainer.net, uniform(rows, input.Size(), 1)
	for i := range n.Values {
		n.Values[i] += 0.01 // biases too are not 0
	}
	values := widen(n.Values)
	objective := func(from, to int) (sum float64, outputs [][][]float64) {
		for e := from; e < to; e++ {
			out := pictureTruth(links, n, values, widen(x.Row(e)))
			for j, v := range out[len(out)-1] {
				difference := v - float64(x.Row(e)[j])
				sum += difference * difference / float64(rows*input.Size())
			}
			for i, l := range links[:len(links)-1] {
				own, _ := l.part.Activated(nil)
				code := i == encoder-1
				if on == "all" && (code || own != nil) || on == "code" && code || on == "hidden" && !code && own != nil {
					for _, v := range out[i] {
						sum += 0.01 * math.Abs(v) / float64(rows)
					}
				}
			}
			outputs = append(outputs, out)
		}
		return sum, outputs
	}
	y := n.Forward(x)
	for i := range n.terms {
		n.terms[i].weight = 0.01
	}
	_, want := objective(0, rows)
	for i := range links {
		for e := range rows {
			for j, v := range n.output(i).Row(e) {
				if !near(float64(v), want[e][i][j], 1e-5) {
					t.Fatalf("%s: element %d of example %d is %g, want %g", links[i].path, j, e, v, want[e][i][j])
				}
			}
		}
	}
	n.Backward(trainer.objective.grad(y, x))
	for i := 0; i < len(values); i += 1 + rows {
		const h = 1e-5
		at := values[i]
		values[i] = at + h
		up, _ := objective(0, rows)
		values[i] = at - h
		down, _ := objective(0, rows)
		values[i] = at
		if want := (up - down) / (2 * h); math.Abs(float64(n.Grads[i])-want) > 1e-5*(1+math.Abs(want)) {
			t.Fatalf("gradient %d is %g, want %g", i, n.Grads[i], want)
		}
	}
}

// Codes on the way have the bits of those of the halves, and an example's do not depend on those beside it.
func TestPictureNetsInHalvesAndAlone(t *testing.T) {
	for name, c := range pictureNets {
		d := design(t, c.model, "mse", nil)
		n, err := d.Model.Build(c.input, 40, 3)
		if err != nil {
			t.Fatal(err)
		}
		x := uniform(37, c.input.Size(), 1)
		whole := slices.Clone(n.Forward(x).Data)
		if halves := n.Decode(n.Encode(x)).Data; !slices.Equal(halves, whole) {
			t.Errorf("%s: decoded codes differ from reconstructions", name)
		}
		for e := range x.Rows {
			if alone := n.Forward(x.Slice(e, e+1)).Data; !slices.Equal(alone, whole[e*x.Cols:(e+1)*x.Cols]) {
				t.Errorf("%s: example %d differs without its neighbours", name, e)
			}
		}
	}
}

func TestPictureNetsAllocateNothing(t *testing.T) {
	for name, c := range pictureNets {
		for _, penalties := range []registry.Tree{nil, {"sparse-l1": registry.Tree{"weight": 0.01, "on": "all"}}} {
			d := penalisedDesign(t, c.model, "mse", penalties, registry.Tree{"batch": 20.0, "epochs": 100.0})
			x := uniform(50, c.input.Size(), 1)
			trainer, err := NewTrainer(d, Traits{Shape: c.input, High: 1}, x.Rows, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, threads := range []int{1, 2} {
				trainer.Threads(threads)
				trainer.Step(x)
				if n := testing.AllocsPerRun(7, func() { trainer.Step(x) }); n != 0 {
					t.Errorf("%s: %g allocations a step with %d threads", name, n, threads)
				}
			}
			trainer.Close()
		}
	}
}

// Of equal elements the first counts, in order of rows and columns.
func TestMaxPoolTakesTheFirstOfEqualElements(t *testing.T) {
	b := &Builder{rows: 1, examples: 1, prefix: "layer", team: newTeam(), pass: &pass{rows: 1}}
	layer := inRows(b, &MaxPool{Size: 2, Stride: 2, Padding: "valid"}, Shape{2, 4, 1})
	layer.Forward(&Matrix{Rows: 1, Cols: 8, Data: []float32{1, 3, 5, 5, 3, 3, 5, 5}})
	dx := layer.Backward(&Matrix{Rows: 1, Cols: 2, Data: []float32{7, 9}}, true)
	if want := []float32{0, 7, 9, 0, 0, 0, 0, 0}; !slices.Equal(dx.Data, want) {
		t.Errorf("gradient by the input is %v, want %v", dx.Data, want)
	}
}

// The sizes that Keras and PyTorch give transposed convolutions: stride times the input for same, and
// (n − 1)·stride + kernel for valid.
func TestTransposedConvolutionsHaveTheirSize(t *testing.T) {
	for _, c := range []struct {
		padding              string
		kernel, stride, want int
	}{{"same", 3, 1, 5}, {"same", 3, 2, 10}, {"same", 2, 3, 15}, {"valid", 3, 1, 7}, {"valid", 3, 2, 11}, {"valid", 2, 3, 14}, {"valid", 1, 2, 9}} {
		part := &ConvTranspose{Filters: 4, Kernel: c.kernel, Stride: c.stride, Padding: c.padding, Bias: true}
		out, err := part.Output(Shape{5, 5, 2})
		if want := (Shape{c.want, c.want, 4}); err != nil || !slices.Equal(out, want) {
			t.Errorf("%s, kernel %d, stride %d: 5×5×2 becomes %s, %v, want %s", c.padding, c.kernel, c.stride, out, err, want)
		}
	}
}

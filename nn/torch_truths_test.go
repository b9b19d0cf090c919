package nn

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// torchCase is a layer as PyTorch computes it in float64; bench/torch_truths.py
// makes them.
type torchCase struct {
	Part                         map[string]any
	Shape                        Shape
	Rows                         int
	Parameters, Gradients, State map[string][]float32
	X, DY, Y, DX                 []float32
}

func TestLayersAgainstPyTorch(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "torch_truths.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []torchCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{}
	for i := range cases {
		checkTorch(t, &cases[i])
		held[cases[i].Part["kind"].(string)] = true
	}
	for _, kind := range slices.Sorted(maps.Keys(ofBatches)) {
		if !held[kind] {
			t.Errorf("%s is held against nothing", kind)
		}
	}
}

func checkTorch(t *testing.T, c *torchCase) {
	name := registry.FormatValue(registry.Tree(c.Part)) + " of " + c.Shape.String()
	part := decode[LayerPart](t, layers, registry.Tree(c.Part))
	b := &Builder{rows: c.Rows + 1, examples: c.Rows + 1, prefix: "layer", team: newTeam(), pass: &pass{training: true, rows: c.Rows}}
	b.team.resize(2)
	defer b.team.close()
	layer := inRows(b, part, c.Shape)
	b.allocate()
	for _, p := range b.params {
		if p.first != nil {
			p.first(p.Value, weightStream(1, 1))
		}
		copy(p.Value, c.Parameters[own(p)])
	}
	width := c.Shape.Size()
	y := layer.Forward(&Matrix{c.Rows, width, c.X})
	checkNumbers(t, name+": y", y.Data, c.Y)
	dx := layer.Backward(&Matrix{c.Rows, y.Cols, c.DY}, true)
	checkNumbers(t, name+": dx", dx.Data, c.DX)
	for _, p := range b.params {
		if p.State {
			checkNumbers(t, name+": state "+own(p), p.Value, c.State[own(p)])
		} else {
			checkNumbers(t, name+": gradient by "+own(p), p.Grad, c.Gradients[own(p)])
		}
	}
}

// own is the name of a parameter within its layer.
func own(p *Param) string { return p.Name[strings.LastIndexByte(p.Name, '.')+1:] }

func checkNumbers(t *testing.T, name string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", name, len(got), len(want))
	}
	for i := range want {
		// Sums of some ten products, each with an error of 6e-8.
		if !near(float64(got[i]), float64(want[i]), 5e-6) {
			t.Fatalf("%s: number %d is %g, want %g", name, i, got[i], want[i])
		}
	}
}

// Outside training batch-norm takes what it remembers, whatever the batch.
func TestBatchNormRemembers(t *testing.T) {
	const rows, width = 64, 5
	built, b := inTraining(t, Shape{width}, rows, registry.Tree{"kind": "batch-norm", "momentum": 0.5})
	values, grads := b.allocate()
	if len(values) != 4*width || len(grads) != 2*width {
		t.Fatalf("%d values and %d gradients, want %d and %d", len(values), len(grads), 4*width, 2*width)
	}
	for _, p := range b.params {
		p.first(p.Value, weightStream(1, 1))
	}
	x := uniform(rows, width, 1)
	for range 40 { // 2⁻⁴⁰ of the first mean and variance is left
		y := built[0].Forward(x)
		built[0].Backward(&Matrix{rows, width, slices.Clone(y.Data)}, false)
	}
	b.pass.training = false
	y := built[0].Forward(x.Slice(0, 3))
	for j := range width {
		mean, squares := 0.0, 0.0
		for i := range rows {
			v := float64(x.Row(i)[j])
			mean, squares = mean+v/rows, squares+v*v/(rows-1)
		}
		variance := squares - mean*mean*rows/(rows-1)
		for i := range 3 {
			want := (float64(x.Row(i)[j]) - mean) / math.Sqrt(variance+1e-5)
			if !near(float64(y.Row(i)[j]), want, 1e-5) {
				t.Fatalf("feature %d of example %d is %g, want %g", j, i, y.Row(i)[j], want)
			}
		}
	}
}

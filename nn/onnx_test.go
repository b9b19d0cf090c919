package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// exportRows is how many examples go through each exported net.
const exportRows = 5

// exportCase is a net and what it is to compute.
type exportCase struct {
	name string
	net  *Net
	in   Shape
	x    *Matrix
	h, y []float32
}

// newExportCase builds a net, moves all its parameters away from their first values, which are zero for biases, and
// notes what it computes.
func newExportCase(t *testing.T, name string, model *Autoencoder, in Shape) exportCase {
	t.Helper()
	net, err := model.Build(in, exportRows, 7)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for i, p := range net.Params {
		noise := make([]float32, len(p.Value))
		kernel.Stream{Seed: 9, Purpose: uint32(i)}.Normals(noise, 0)
		for j := range p.Value {
			p.Value[j] += 0.1 * float32(math.Abs(float64(noise[j]))) // states may have to be positive
		}
	}
	c := exportCase{name: name, net: net, in: in, x: NewMatrix(exportRows, in.Size())}
	kernel.Stream{Seed: 11}.Normals(c.x.Data, 0)
	c.h, c.y = slices.Clone(net.Encode(c.x).Data), slices.Clone(net.Forward(c.x).Data)
	return c
}

// exportCases are the nets of all small trainings, which together have every registered part in them, and some in
// which pictures do not come out even.
func exportCases(t *testing.T) []exportCase {
	var cases []exportCase
	for i := range smallTrainings {
		s := &smallTrainings[i]
		design, err := NewDesign(s.setting(t))
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, newExportCase(t, s.name, design.Model, s.shape))
	}
	conv := func(parameters registry.Tree) any { return parameters.With("kind", "conv") }
	for name, c := range map[string]struct {
		shape   Shape
		encoder []any
	}{
		"odd pictures":           {Shape{7, 9, 2}, []any{conv(registry.Tree{"filters": 3.0, "kernel": 2.0}), "max-pool", conv(registry.Tree{"filters": 4.0}), "avg-pool"}},
		"strides":                {Shape{9, 7, 2}, []any{conv(registry.Tree{"filters": 3.0, "stride": 2.0}), conv(registry.Tree{"filters": 4.0, "kernel": 2.0, "stride": 3.0})}},
		"valid strides":          {Shape{12, 17, 1}, []any{conv(registry.Tree{"filters": 3.0, "kernel": 4.0, "stride": 3.0, "padding": "valid"}), conv(registry.Tree{"filters": 2.0, "padding": "valid"})}},
		"odd series":             {Shape{13, 2}, []any{conv(registry.Tree{"filters": 3.0, "kernel": 4.0, "stride": 3.0, "padding": "valid"}), "max-pool"}},
		"small kernels, strides": {Shape{7, 7, 1}, []any{conv(registry.Tree{"filters": 3.0, "kernel": 1.0, "stride": 3.0, "padding": "valid"})}},
		"padded by one": {Shape{7, 11, 2}, []any{conv(registry.Tree{"filters": 3.0, "stride": 2.0, "padding": 1.0}),
			registry.Tree{"kind": "max-pool", "padding": "same"}, registry.Tree{"kind": "avg-pool", "padding": "same"},
			registry.Tree{"kind": "conv-transpose", "filters": 2.0, "stride": 2.0, "padding": 1.0, "output_padding": 1.0}}},
	} {
		model := registry.Tree{"encoder": c.encoder, "activation": "tanh"}
		cases = append(cases, newExportCase(t, name, decodeModel(t, model), c.shape))
	}
	slices.SortFunc(cases, func(a, b exportCase) int { return strings.Compare(a.name, b.name) })
	return cases
}

func decodeModel(t *testing.T, model registry.Tree) *Autoencoder {
	t.Helper()
	resolved, mistakes := models.Resolve(model)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	decoded, err := registry.Decode[Model](resolved)
	if err != nil {
		t.Fatal(err)
	}
	return decoded.(*Autoencoder)
}

// exported returns the file of a part of a net.
func (c exportCase) exported(t *testing.T, part string, units *Units) []byte {
	t.Helper()
	file, err := c.net.ONNX(part, units, map[string]string{"id": "abc"})
	if err != nil {
		t.Fatalf("%s, %s: %v", c.name, part, err)
	}
	checkONNX(t, c.name+", "+part, file)
	return file
}

// withoutForm is a layer, and withoutFormToo an activation, of which ONNX knows nothing.
type (
	withoutForm    struct{ LayerPart }
	withoutFormToo struct{ Activation }
)

func TestONNXRefusesWhatHasNoForm(t *testing.T) {
	c := newExportCase(t, "refused", decodeModel(t, registry.Tree{"encoder": layerList(4), "code": 2.0}), Shape{3})
	whole := c.net.links[2].part
	for _, part := range []LayerPart{withoutForm{whole}, &Dense{Nodes: 4, Bias: true, Activation: withoutFormToo{&Relu{}}}} {
		c.net.links[2].part = part
		_, err := c.net.ONNX(ExportBoth, nil, nil)
		if !errors.Is(err, ErrNoONNX) || !strings.HasPrefix(err.Error(), "decoder[0]") {
			t.Errorf("%T: %v", part, err)
		}
		if _, err := c.net.ONNX(ExportEncoder, nil, nil); err != nil {
			t.Errorf("the encoder, which has none of it: %v", err)
		}
	}
}

// onnxRun is what the runtime is asked for, and what it is to answer.
type onnxRun struct {
	File  string    `json:"file"`
	Input string    `json:"input"`
	Dims  []int     `json:"dims"`
	Data  []float32 `json:"data"`

	name string
	want map[string]onnxArray
}

type onnxArray struct {
	Dims []int     `json:"dims"`
	Data []float32 `json:"data"`
}

func batchOf(shape Shape) []int { return append([]int{exportRows}, shape...) }

// runs writes the three parts of a net.
func (c exportCase) runs(t *testing.T, dir string, units *Units) []onnxRun {
	code := c.net.links[c.net.encoder-1].out
	h, y := onnxArray{batchOf(code), c.h}, onnxArray{batchOf(c.in), c.y}
	var runs []onnxRun
	for _, r := range []onnxRun{
		{Input: "x", Dims: y.Dims, Data: c.x.Data, name: ExportEncoder, want: map[string]onnxArray{"h": h}},
		{Input: "h", Dims: h.Dims, Data: c.h, name: ExportDecoder, want: map[string]onnxArray{"y": y}},
		{Input: "x", Dims: y.Dims, Data: c.x.Data, name: ExportBoth, want: map[string]onnxArray{"h": h, "y": y}},
	} {
		file := c.exported(t, r.name, units)
		r.File = filepath.Join(dir, c.name+"."+r.name+".onnx")
		if _, err := os.Stat(r.File); err == nil {
			t.Fatalf("two nets are called %s", c.name)
		}
		if err := os.WriteFile(r.File, file, 0o600); err != nil {
			t.Fatal(err)
		}
		r.name = c.name + ", " + r.name
		runs = append(runs, r)
	}
	return runs
}

// TestONNXComputesTheSame holds exported nets to the figures of ours, in a runtime that others wrote. Their sums have
// another order, so that the figures differ by rounding.
func TestONNXComputesTheSame(t *testing.T) {
	dir := t.TempDir()
	var runs []onnxRun
	for _, c := range exportCases(t) {
		runs = append(runs, c.runs(t, dir, nil)...)
	}
	runs = append(runs, scaledCase(t).runs(t, dir, testUnits)...)
	runs = append(runs, projectionRuns(t, dir)...)
	if len(runs) < 3*len(smallTrainings)/2 {
		t.Errorf("only %d files are exported", len(runs))
	}
	for i, got := range runONNX(t, runs) {
		for name, want := range runs[i].want {
			if difference := onnxDifference(got[name], want); difference != "" {
				t.Errorf("%s: %s %s", runs[i].name, name, difference)
			}
		}
		if len(got) != len(runs[i].want) {
			t.Errorf("%s: %d outputs, want %d", runs[i].name, len(got), len(runs[i].want))
		}
	}
}

func onnxDifference(got, want onnxArray) string {
	if !slices.Equal(got.Dims, want.Dims) || len(got.Data) != len(want.Data) {
		return fmt.Sprintf("has dimensions %v, want %v", got.Dims, want.Dims)
	}
	for i, v := range want.Data {
		if d := math.Abs(float64(got.Data[i] - v)); !(d <= 1e-5*max(1, math.Abs(float64(v)))) {
			return fmt.Sprintf("is %v at %d, want %v", got.Data[i], i, v)
		}
	}
	return ""
}

var testUnits = &Units{Offset: []float64{1, -2, 30}, Scale: []float64{4, 0.5, 8}, Clip: true}

// scaledCase is a net on a table, with inputs and reconstructions in the units of its columns.
func scaledCase(t *testing.T) exportCase {
	c := newExportCase(t, "scaled", decodeModel(t, registry.Tree{"encoder": layerList(4), "code": 2.0}), Shape{3})
	features := NewMatrix(exportRows, 3)
	for i, v := range c.x.Data {
		features.Data[i] = min(max((v-float32(testUnits.Offset[i%3]))/float32(testUnits.Scale[i%3]), 0), 1)
	}
	c.h, c.y = slices.Clone(c.net.Encode(features).Data), slices.Clone(c.net.Forward(features).Data)
	for i := range c.y {
		c.y[i] = c.y[i]*float32(testUnits.Scale[i%3]) + float32(testUnits.Offset[i%3])
	}
	return c
}

// runONNX runs files in onnxruntime, for Node or for Python, whichever is there.
func runONNX(t *testing.T, runs []onnxRun) []map[string]onnxArray {
	t.Helper()
	for _, command := range [][]string{
		{"node", "-e", "require('onnxruntime-node')", "testdata/run_onnx.js"},
		{"python3", "-c", "import onnxruntime", "testdata/run_onnx.py"},
	} {
		if exec.Command(command[0], command[1:3]...).Run() != nil {
			continue
		}
		input, err := json.Marshal(runs)
		if err != nil {
			t.Fatal(err)
		}
		run := exec.Command(command[0], command[3])
		var errors bytes.Buffer
		run.Stdin, run.Stderr = bytes.NewReader(input), &errors
		output, err := run.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", command[0], err, errors.String())
		}
		var results []map[string]onnxArray
		if err := json.Unmarshal(output, &results); err != nil || len(results) != len(runs) {
			t.Fatalf("%d results of %d: %v", len(results), len(runs), err)
		}
		return results
	}
	t.Skip("needs onnxruntime: npm install --ignore-scripts onnxruntime-node, with NODE_PATH, or pip install onnxruntime")
	return nil
}

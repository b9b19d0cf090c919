package nn

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// kept fits a baseline and takes it to numbers and back.
func kept(t *testing.T, baseline Baseline, x *Matrix) (fitted, read *Projection) {
	t.Helper()
	model, err := baseline.Fit(NewStatistics(x, 1))
	if err != nil {
		t.Fatal(err)
	}
	fitted = model.(*Projection)
	mean, components := fitted.Numbers()
	if read, err = ProjectionOf(slices.Clone(mean), slices.Clone(components)); err != nil {
		t.Fatal(err)
	}
	return fitted, read
}

// What a projection is kept as does the same, to the bit.
func TestProjectionsAreTheirNumbers(t *testing.T) {
	x := made(200, 6, 1)
	for name, baseline := range map[string]Baseline{"pca": &PCA{Code: 3}, "mean": &Mean{}} {
		fitted, read := kept(t, baseline, x)
		if fitted.Digest() != read.Digest() || fitted.CodeSize() != read.CodeSize() {
			t.Errorf("%s: its numbers are others", name)
		}
		test := x.Slice(0, 50)
		if y := clone(fitted.Forward(test)); !slices.Equal(y.Data, read.Forward(test).Data) {
			t.Errorf("%s: it reconstructs otherwise", name)
		}
		if fitted.CodeSize() == 0 {
			continue
		}
		h := clone(fitted.Encode(test))
		if !slices.Equal(h.Data, read.Encode(test).Data) || !slices.Equal(clone(fitted.Decode(h)).Data, read.Decode(h).Data) {
			t.Errorf("%s: it encodes or decodes otherwise", name)
		}
		mean, components := read.Numbers()
		components[4] = -components[4]
		if turned, _ := ProjectionOf(mean, components); turned.Digest() == fitted.Digest() {
			t.Errorf("%s: the digest does not see a change", name)
		}
	}
	if _, err := ProjectionOf(make([]float64, 3), make([]float64, 4)); err == nil {
		t.Error("4 numbers are no components of 3 elements")
	}
}

func TestWhichBaselinesAreProjections(t *testing.T) {
	for kind, want := range map[string]bool{"pca": true, "mean": true, "pca-denoising": true, "knn": false, "identity": false, "median": false} {
		given := registry.Tree{"kind": kind}
		if kind == "pca" {
			given["code"] = 2.0
		}
		model, mistakes := baselines.Resolve(given)
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		if got := IsProjection(registry.Tree{"model": model}); got != want {
			t.Errorf("%s is a projection: %v", kind, got)
		}
	}
}

// projectionRuns writes PCA and the mean of examples of three scaled columns, and
// what they make of inputs in the units of the columns.
func projectionRuns(t *testing.T, dir string) []onnxRun {
	t.Helper()
	units := &Units{Offset: []float64{1, -2, 30}, Scale: []float64{4, 0.5, 8}}
	pca, _ := kept(t, &PCA{Code: 2}, made(200, 3, 1))
	mean, _ := kept(t, &Mean{}, made(200, 3, 1))
	x := made(exportRows, 3, 5)
	back := func(m *Matrix) []float32 {
		out := slices.Clone(m.Data)
		for i, v := range out {
			out[i] = float32(float64(v)*units.Scale[i%3] + units.Offset[i%3])
		}
		return out
	}
	in, h := back(x), onnxArray{[]int{exportRows, 2}, slices.Clone(pca.Encode(x).Data)}
	y := onnxArray{[]int{exportRows, 3}, back(pca.Forward(x))}
	var runs []onnxRun
	for _, r := range []struct {
		model *Projection
		onnxRun
	}{
		{pca, onnxRun{Input: "x", Dims: y.Dims, Data: in, name: ExportEncoder, want: map[string]onnxArray{"h": h}}},
		{pca, onnxRun{Input: "h", Dims: h.Dims, Data: h.Data, name: ExportDecoder, want: map[string]onnxArray{"y": y}}},
		{pca, onnxRun{Input: "x", Dims: y.Dims, Data: in, name: ExportBoth, want: map[string]onnxArray{"h": h, "y": y}}},
		{mean, onnxRun{Input: "x", Dims: y.Dims, Data: in, name: ExportBoth, want: map[string]onnxArray{"y": {y.Dims, back(mean.Forward(x))}}}},
	} {
		file, err := r.model.ONNX(r.name, Shape{3}, units, map[string]string{"id": "abc"})
		if err != nil {
			t.Fatal(err)
		}
		checkONNX(t, r.name, file)
		r.File = filepath.Join(dir, "projection."+string(rune('a'+len(runs)))+".onnx")
		if err := os.WriteFile(r.File, file, 0o600); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, r.onnxRun)
	}
	return runs
}

func TestTheMeanHasNoPartsToExport(t *testing.T) {
	mean, _ := kept(t, &Mean{}, made(200, 3, 1))
	if _, err := mean.ONNX(ExportEncoder, Shape{3}, nil, nil); !errors.Is(err, ErrNoCode) {
		t.Errorf("the encoder of a mean: %v", err)
	}
}

// With all components nothing is lost, so that decoding codes returns the examples.
func TestAllComponentsReturnTheExamples(t *testing.T) {
	x := made(200, 5, 1)
	_, pca := kept(t, &PCA{Code: 5}, x)
	y := pca.Decode(clone(pca.Encode(x.Slice(0, 100))))
	for i, v := range y.Data {
		if math.Abs(float64(v-x.Data[i])) > 1e-6 {
			t.Fatalf("element %d is %v, want %v", i, v, x.Data[i])
		}
	}
}

package data

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// idxOf is an IDX file of any type of elements.
func idxOf(t *testing.T, kind byte, elements any, dims ...uint32) []byte {
	t.Helper()
	header := idxBytes(nil, dims...)
	header[2] = kind
	out, err := binary.Append(header, binary.BigEndian, elements)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// idxFolder holds 10 training and 4 test pictures of 2 × 3 pixels with labels 7
// and 9 in turn; pixel k of picture i is 6i + k.
func idxFolder(t *testing.T) string {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "train"), idxBytes(count(60), 10, 2, 3))
	write(t, filepath.Join(dir, "train.gz"), gzipped(t, idxBytes(count(60), 10, 2, 3)))
	write(t, filepath.Join(dir, "labels"), idxBytes([]byte{7, 9, 7, 9, 7, 9, 7, 9, 7, 9}, 10))
	write(t, filepath.Join(dir, "test"), idxBytes(count(24), 4, 2, 3))
	write(t, filepath.Join(dir, "test-labels"), idxBytes([]byte{9, 7, 9, 9}, 4))
	write(t, filepath.Join(dir, "wide"), idxBytes(count(24), 4, 3, 2))
	return dir
}

func TestIDX(t *testing.T) {
	dir := idxFolder(t)
	source, _ := resolve(t, registry.Tree{
		"kind": "idx", "train": "train.gz", "train_labels": "labels", "test": "test", "test_labels": "test-labels", "validation": 2.0,
	})
	set := load(t, source, dir)
	if set.Train.Rows != 8 || set.Validation.Rows != 2 || set.Test.Rows != 4 || set.Shape.String() != "2×3×1" {
		t.Errorf("%d, %d, %d rows of %v", set.Train.Rows, set.Validation.Rows, set.Test.Rows, set.Shape)
	}
	if set.Validation.Row(1)[5] != float32(59)/255 || set.Low != 0 || set.High != 1 {
		t.Errorf("last pixel %v in [%v, %v]", set.Validation.Row(1)[5], set.Low, set.High)
	}
	if !slices.Equal(set.Classes, []string{"7", "9"}) || !slices.Equal(set.TestLabels, []int32{1, 0, 1, 1}) || !slices.Equal(set.ValidationLabels, []int32{0, 1}) {
		t.Errorf("classes %v, labels %v and %v", set.Classes, set.ValidationLabels, set.TestLabels)
	}
}

func TestIDXClassesAndShape(t *testing.T) {
	source, _ := resolve(t, registry.Tree{
		"kind": "idx", "train": "train", "train_labels": "labels", "test_count": 3.0, "normal": []any{9.0}, "shape": []any{6.0}, "divisor": 2.0,
	})
	set := load(t, source, idxFolder(t))
	if set.Train.Rows != 3 || set.Train.Row(1)[0] != 9 || set.Test.Rows != 3 || set.Test.Row(0)[0] != 21 || set.Shape.String() != "6" || set.High != 127.5 {
		t.Errorf("trains on %v of %v up to %v, tests on %v", set.Train, set.Shape, set.High, set.Test)
	}
}

func TestIDXTypes(t *testing.T) {
	cases := []struct {
		kind     byte
		elements any
		want     []float32
	}{
		{idxUint8, []byte{0, 51, 255, 1}, []float32{0, 0.2, 1, float32(1) / 255}},
		{idxInt8, []int8{-128, 127, 0, -1}, []float32{-128, 127, 0, -1}},
		{idxInt16, []int16{-32768, 32767, 0, -1}, []float32{-32768, 32767, 0, -1}},
		{idxInt32, []int32{-1 << 31, 1 << 24, 0, -1}, []float32{-1 << 31, 1 << 24, 0, -1}},
		{idxFloat32, []float32{-1.5, 1e-30, 0, 2}, []float32{-1.5, 1e-30, 0, 2}},
		{idxFloat64, []float64{-1.5, 0.1, 0, 2}, []float32{-1.5, 0.1, 0, 2}},
	}
	for _, c := range cases {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "a"), idxOf(t, c.kind, c.elements, 2, 2))
		source, _ := resolve(t, registry.Tree{"kind": "idx", "train": "a", "test_count": 1.0})
		set := load(t, source, dir)
		if got := slices.Concat(set.Train.Data, set.Test.Data); !slices.Equal(got, c.want) {
			t.Errorf("type %02x: %v, wanted %v", c.kind, got, c.want)
		}
		if low, high := slices.Min(c.want), slices.Max(c.want); set.Low != low || set.High != high {
			t.Errorf("type %02x: range [%v, %v], wanted [%v, %v]", c.kind, set.Low, set.High, low, high)
		}
	}
}

func TestIDXIsDescribedAsItIs(t *testing.T) {
	dir := idxFolder(t)
	for _, given := range []registry.Tree{
		{"kind": "idx", "train": "train"},
		{"kind": "idx", "train": "train", "test": "test", "validation": 3.0, "train_limit": 7.0, "test_limit": 2.0},
		{"kind": "idx", "train": "train", "train_labels": "labels", "normal": []any{7.0}, "test": "test"},
		{"kind": "idx", "train": "train", "divisor": 100.0, "shape": []any{3.0, 2.0}},
	} {
		source, _ := resolve(t, given)
		set, facts := load(t, source, dir), Facts{}
		var err error
		if facts, err = source.Describe(dir); err != nil {
			t.Fatal(err)
		}
		want := set.facts("train")
		if facts.Train != want.Train || facts.Validation != want.Validation || facts.Test != want.Test ||
			facts.Shape.String() != want.Shape.String() || float32(facts.High) != set.High || facts.Low != want.Low {
			t.Errorf("%v: described as %+v, is %+v", given, facts, want)
		}
	}
}

func TestIDXErrors(t *testing.T) {
	dir := idxFolder(t)
	write(t, filepath.Join(dir, "nan"), idxOf(t, idxFloat32, []float32{1, 2, 3, float32(math.NaN())}, 2, 2))
	write(t, filepath.Join(dir, "short"), idxBytes(count(59), 10, 2, 3))
	write(t, filepath.Join(dir, "short.gz"), gzipped(t, idxBytes(count(59), 10, 2, 3)))
	write(t, filepath.Join(dir, "bomb.gz"), gzipped(t, idxBytes(nil, 1<<31, 1<<31, 1<<31)))
	cases := []struct {
		given registry.Tree
		words []string
	}{
		{registry.Tree{"train": "absent"}, []string{"train: ", "absent: no such file; relative paths start from the folder of the spec"}},
		{registry.Tree{"train": "."}, []string{"wanted a file, found a folder"}},
		{registry.Tree{"train": "labels"}, []string{"train: ", "labels: wanted examples, found one dimension, as in a file of labels"}},
		{registry.Tree{"train": "short"}, []string{"short: the file is cut short"}},
		{registry.Tree{"train": "short.gz"}, []string{"short.gz: the file is cut short"}},
		{registry.Tree{"train": "bomb.gz"}, []string{"bomb.gz: the file is cut short: dimensions"}},
		{registry.Tree{"train": "nan"}, []string{"nan: example 2, element 2: wanted a finite float32, found NaN"}},
		{registry.Tree{"train": "train", "train_labels": "test-labels"}, []string{"train_labels: ", "wanted 10 labels, one an example, found 4"}},
		{registry.Tree{"train": "train", "train_labels": "train"}, []string{"train_labels: ", "wanted labels, one dimension"}},
		{registry.Tree{"train": "train", "test": "wide"}, []string{"test: wanted examples of 2×3×1, as train has, found 3×2×1 in wide"}},
		{registry.Tree{"train": "train", "shape": []any{5.0}}, []string{"shape: wanted 6 elements, as examples have, got 5, which has 5"}},
		{registry.Tree{"train": "train", "train_labels": "labels", "normal": []any{8.0}}, []string{`normal: no example is of class "8"; the classes are 7, 9`}},
		{registry.Tree{"train": "train", "test_count": 10.0}, []string{"test_count: 10 of 10 examples leave none to train on"}},
	}
	for _, c := range cases {
		source, _ := resolve(t, c.given.With("kind", "idx"))
		_, err := source.Load(t.Context(), dir, nil)
		mustFail(t, err, c.words...)
	}
}

func TestFileMistakes(t *testing.T) {
	cases := []struct {
		given registry.Tree
		want  string
	}{
		{registry.Tree{"kind": "idx"}, "idx needs train"},
		{registry.Tree{"kind": "idx", "train": "a", "test": "b", "test_count": 3.0}, "test_count: test and test_count both say what is tested on (keep one of them)"},
		{registry.Tree{"kind": "idx", "train": "a", "test_labels": "b"}, "test_labels: test_labels needs test"},
		{registry.Tree{"kind": "idx", "train": "a", "normal": []any{1.0}}, "normal: normal needs train_labels"},
		{registry.Tree{"kind": "csv", "train": "a", "normal": []any{"x"}}, "normal: normal needs label"},
		{registry.Tree{"kind": "csv", "train": "a", "columns": []any{"x"}, "ignore": []any{"y"}}, "ignore: columns and ignore both say which columns are features"},
		{registry.Tree{"kind": "csv", "train": "a", "columns": []any{"x"}, "label": "x"}, `label: the label "x" cannot be a feature too`},
		{registry.Tree{"kind": "csv", "train": "a", "clip": true}, "clip: clip needs scaling: minmax"},
	}
	for _, c := range cases {
		_, mistakes := sources.Resolve(c.given)
		if len(mistakes) == 0 {
			t.Errorf("%v: no mistake, wanted %q", c.given, c.want)
			continue
		}
		mustFail(t, mistakes, c.want)
	}
}

// A trial is named by what files hold, not by where they lie or how they are
// packed.
func TestFingerprintOfFiles(t *testing.T) {
	dir := idxFolder(t)
	fingerprint := func(given registry.Tree) string {
		source, resolved := resolve(t, given.With("kind", "idx"))
		if identity := sources.Identity(resolved).(registry.Tree); identity["train"] != nil || identity["test"] != nil {
			t.Errorf("paths belong to the identity: %v", identity)
		}
		print, err := source.Fingerprint(dir)
		if err != nil {
			t.Fatal(err)
		}
		return print
	}
	plain := fingerprint(registry.Tree{"train": "train"})
	if packed := fingerprint(registry.Tree{"train": filepath.Join(dir, "train.gz")}); packed != plain {
		t.Error("packing a file changes its fingerprint")
	}
	for _, other := range []registry.Tree{{"train": "test"}, {"train": "train", "test": "test"}, {"train": "train", "train_labels": "labels"}} {
		if fingerprint(other) == plain {
			t.Errorf("%v has the fingerprint of the training file alone", other)
		}
	}
}

// FuzzIDX holds the reader to its word: it fails, or returns as many finite
// elements as the header says.
func FuzzIDX(f *testing.F) {
	f.Add(idxBytes(count(12), 2, 2, 3))
	f.Add(idxBytes(count(2), 2))
	f.Add(idxBytes(nil, 1<<31, 1<<31))
	f.Add([]byte{0, 0, idxFloat64, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, content []byte) {
		x, header, err := readIDXExamples(bytes.NewReader(content), int64(len(content)), func(byte) float64 { return 1 })
		if err == nil {
			size := x.Rows * x.Cols
			if len(header.dims) < 2 || x.Rows != header.dims[0] || len(x.Data) != size || len(content) < size {
				t.Errorf("%d × %d elements out of %d bytes, dimensions %v", x.Rows, x.Cols, len(content), header.dims)
			}
		}
		labels, err := readIDXLabels(bytes.NewReader(content), int64(len(content)))
		if err == nil && len(labels) == 0 {
			t.Error("no labels and no error")
		}
	})
}

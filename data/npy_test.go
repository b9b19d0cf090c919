package data

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// npyBytes is a file of NumPy's format, version 1, as numpy.save pads it.
func npyBytes(t *testing.T, descr string, fortran bool, dims []int, elements any) []byte {
	t.Helper()
	order := binary.ByteOrder(binary.LittleEndian)
	if strings.HasPrefix(descr, ">") {
		order = binary.BigEndian
	}
	shape := strings.Trim(strings.ReplaceAll(fmt.Sprint(dims), " ", ", "), "[]")
	if len(dims) == 1 {
		shape += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", descr, map[bool]string{false: "False", true: "True"}[fortran], shape)
	text += strings.Repeat(" ", 63-(10+len(text))%64) + "\n"
	out := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), byte(len(text)>>8))
	content, err := binary.Append(append(out, text...), order, elements)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// floats are 0, 1, 2, … as float32.
func floats(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(i)
	}
	return out
}

// loadNPY loads train.npy, and the other files by the parameters that give them.
func loadNPY(t *testing.T, files map[string][]byte, given registry.Tree) (*Set, error) {
	t.Helper()
	dir := t.TempDir()
	given = given.With("kind", "npy")
	for name, content := range files {
		write(t, filepath.Join(dir, name+".npy"), content)
		given = given.With(name, name+".npy")
	}
	source, _ := resolve(t, given)
	facts, describing := source.Describe(dir)
	set, err := source.Load(t.Context(), dir, nil)
	if (err == nil) != (describing == nil) {
		t.Errorf("loading says %v, describing %v", err, describing)
	}
	if err == nil && (facts.Train != set.Train.Rows || facts.Validation != rowsOf(set.Validation) || facts.Test != set.Test.Rows ||
		facts.Shape.String() != set.Shape.String() || !facts.Within(float64(set.Low), float64(set.High)) || !slices.Equal(facts.Classes, set.Classes)) {
		t.Errorf("described as %+v, holds %d, %d, %d of %v in [%v, %v]", facts, set.Train.Rows, rowsOf(set.Validation), set.Test.Rows, set.Shape, set.Low, set.High)
	}
	return set, err
}

func TestNPYTypes(t *testing.T) {
	one := registry.Tree{"test_count": 1.0}
	cases := []struct {
		descr    string
		elements any
		want     []float32
	}{
		{"<f4", []float32{0.5, -1, 2, 3, 0, 0}, []float32{0.5, -1, 2, 3}},
		{"<f8", []float64{0.1, -1, 2, 3, 0, 0}, []float32{0.1, -1, 2, 3}},
		{">f8", []float64{0.1, -1, 2, 3, 0, 0}, []float32{0.1, -1, 2, 3}},
		{">i2", []int16{258, -1, 2, 3, 0, 0}, []float32{258, -1, 2, 3}},
		{"|i1", []int8{-128, -1, 2, 3, 0, 0}, []float32{-128, -1, 2, 3}},
		{"<i4", []int32{1 << 24, -1, 2, 3, 0, 0}, []float32{1 << 24, -1, 2, 3}},
		{"<i8", []int64{-1 << 40, -1, 2, 3, 0, 0}, []float32{-1 << 40, -1, 2, 3}},
		{"<u2", []uint16{65535, 1, 2, 3, 0, 0}, []float32{65535, 1, 2, 3}},
		{"<u4", []uint32{1 << 31, 1, 2, 3, 0, 0}, []float32{1 << 31, 1, 2, 3}},
		{"<u8", []uint64{1 << 63, 1, 2, 3, 0, 0}, []float32{1 << 63, 1, 2, 3}},
		{"|u1", []uint8{255, 51, 0, 102, 0, 0}, []float32{1, 0.2, 0, 0.4}},
		{"|b1", []bool{true, false, true, true, false, false}, []float32{1, 0, 1, 1}},
	}
	for _, c := range cases {
		set, err := loadNPY(t, map[string][]byte{"train": npyBytes(t, c.descr, false, []int{3, 2}, c.elements)}, one)
		if err != nil {
			t.Errorf("%s: %v", c.descr, err)
		} else if !slices.Equal(set.Train.Data, c.want) || set.Shape.String() != "2" {
			t.Errorf("%s: read %v of shape %v, wanted %v", c.descr, set.Train.Data, set.Shape, c.want)
		}
	}
}

func TestNPYShapesAndOrders(t *testing.T) {
	c := floats(24)
	fortran := make([]float32, 24) // the same array, its first dimension running fastest
	for i := range 3 {
		for j := range 4 {
			for k := range 2 {
				fortran[i+3*j+12*k] = c[8*i+2*j+k]
			}
		}
	}
	for _, file := range [][]byte{npyBytes(t, "<f4", false, []int{3, 4, 2}, c), npyBytes(t, "<f4", true, []int{3, 4, 2}, fortran)} {
		set, err := loadNPY(t, map[string][]byte{"train": file}, registry.Tree{"test_count": 1.0})
		if err != nil {
			t.Fatal(err)
		}
		if set.Shape.String() != "4×2" || !slices.Equal(set.Train.Data, c[:16]) || !slices.Equal(set.Test.Data, c[16:]) {
			t.Errorf("shape %v, trained on %v, tested on %v", set.Shape, set.Train.Data, set.Test.Data)
		}
	}
	set, err := loadNPY(t, map[string][]byte{"train": npyBytes(t, "|u1", false, []int{2, 4, 3}, count(24))}, registry.Tree{"test_count": 1.0, "shape": []any{4.0, 3.0, 1.0}})
	if err != nil || set.Shape.String() != "4×3×1" || set.Low != 0 || set.High != 1 {
		t.Errorf("pictures: %+v, %v", set, err)
	}
}

func TestNPYLabelsAndTest(t *testing.T) {
	files := map[string][]byte{
		"train":        npyBytes(t, "<f4", false, []int{6, 2}, floats(12)),
		"train_labels": npyBytes(t, "<i8", false, []int{6, 1}, []int64{10, 9, 10, 9, 10, 9}),
		"test":         npyBytes(t, "<f4", false, []int{2, 2}, floats(4)),
		"test_labels":  npyBytes(t, "<f8", false, []int{2}, []float64{10, 7}),
	}
	set, err := loadNPY(t, files, registry.Tree{"normal": []any{10.0}, "validation": 1.0})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"7", "9", "10"}) || !slices.Equal(set.Train.Data, []float32{0, 1, 4, 5}) ||
		!slices.Equal(set.Validation.Data, []float32{8, 9}) || !slices.Equal(set.TestLabels, []int32{2, 0}) {
		t.Errorf("classes %v, trained on %v, validated with %v, test labels %v", set.Classes, set.Train.Data, set.Validation.Data, set.TestLabels)
	}
}

func TestNPYIsScaledInFloat64(t *testing.T) {
	// Times of the day in nanoseconds: float32 alone would see one number.
	times := []int64{1700000000000000001, 1700000000000002049, 1700000000000001025}
	set, err := loadNPY(t, map[string][]byte{"train": npyBytes(t, "<i8", false, []int{3, 1}, times)}, registry.Tree{"scaling": "minmax", "test_count": 1.0})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Train.Data, []float32{0, 1}) || set.Test.Data[0] != 0.5 || set.Scaling.Scale[0] != 2048 {
		t.Errorf("trained on %v, tested on %v, scaled by %v", set.Train.Data, set.Test.Data, set.Scaling)
	}
	// Bytes are scaled as they are, not as 255ths.
	set, err = loadNPY(t, map[string][]byte{"train": npyBytes(t, "|u1", false, []int{3, 1}, []uint8{0, 10, 5})}, registry.Tree{"scaling": "unit", "test_count": 1.0})
	if err != nil || set.Scaling.Scale[0] != 10 {
		t.Errorf("bytes are divided by %v: %v", set.Scaling, err)
	}
}

func TestNPYErrors(t *testing.T) {
	good := npyBytes(t, "<f4", false, []int{6, 2}, floats(12))
	missing := floats(12)
	missing[7] = float32(math.NaN())
	fortran := floats(12)
	fortran[7] = float32(math.Inf(1))
	version3 := bytes.Clone(good)
	version3[6] = 3
	cases := []struct {
		name  string
		files map[string][]byte
		given registry.Tree
		words []string
	}{
		{"empty", map[string][]byte{"train": nil}, nil, []string{"train: ", "train.npy: not a file of NumPy"}},
		{"not NumPy", map[string][]byte{"train": []byte("x,y\n1,2\n3,4\n")}, nil, []string{`wanted one that begins with \x93NUMPY, found "x,y`}},
		{"a later version", map[string][]byte{"train": version3}, nil, []string{"wanted version 1 or 2 of NumPy's format, found 3"}},
		{"no dictionary", map[string][]byte{"train": []byte("\x93NUMPY\x01\x00\x04\x00{}\n\n")}, nil, []string{"invalid dictionary"}},
		{"no end of line", map[string][]byte{"train": []byte("\x93NUMPY\x01\x00\x04\x00{  }")}, nil, []string{"the file is damaged: its header is not that of an array"}},
		{"a header longer than the file", map[string][]byte{"train": []byte("\x93NUMPY\x01\x00\xff\xff{'descr'")}, nil, []string{"the file is cut short"}},
		{"a header without bounds", map[string][]byte{"train": []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'")}, nil, []string{"damaged: wanted a header, found one of 4294967307 bytes"}},
		{"cut short", map[string][]byte{"train": good[:len(good)-1]}, nil, []string{"the file is cut short"}},
		{"too long", map[string][]byte{"train": append(bytes.Clone(good), 0)}, nil, []string{"the file holds more than its dimensions say"}},
		{"dimensions too large", map[string][]byte{"train": npyBytes(t, "<f4", false, []int{1 << 40, 1 << 40}, floats(1))}, nil, []string{"more than it can hold"}},
		{"no examples", map[string][]byte{"train": npyBytes(t, "<f4", false, []int{0, 2}, floats(0))}, nil, []string{"wanted examples, found none: the dimensions are [0 2]"}},
		{"one dimension", map[string][]byte{"train": npyBytes(t, "<f4", false, []int{3}, floats(3))}, nil, []string{"found [3]; reshape(-1, 1)"}},
		{"words", map[string][]byte{"train": npyBytes(t, "<U4", false, []int{3, 2}, floats(24))}, nil, []string{"wanted an array of float32", "found '<U4'", "astype"}},
		{"NaN", map[string][]byte{"train": npyBytes(t, "<f4", false, []int{6, 2}, missing)}, nil, []string{"train.npy: element [3 1]: wanted a finite number of float32, found NaN; missing values have to be filled in"}},
		{"infinite, in the order of Fortran", map[string][]byte{"train": npyBytes(t, "<f4", true, []int{6, 2}, fortran)}, nil, []string{"element [1 1]: wanted a finite number of float32, found +Inf"}},
		{"too large for float32", map[string][]byte{"train": npyBytes(t, "<f8", false, []int{2, 1}, []float64{1, 1e39})}, nil, []string{"element [1 0]"}},
		{"another shape to test on", map[string][]byte{"train": good, "test": npyBytes(t, "<f4", false, []int{4, 3}, floats(12))}, nil, []string{"test: wanted examples of 2, as train.npy has, found 3 in test.npy"}},
		{"bytes to test on", map[string][]byte{"train": good, "test": npyBytes(t, "|u1", false, []int{6, 2}, count(12))}, nil, []string{"test: wanted elements of type f4", "found u1 in test.npy"}},
		{"too few labels", map[string][]byte{"train": good, "train_labels": npyBytes(t, "<i4", false, []int{5}, make([]int32, 5))}, nil, []string{"train_labels: ", "wanted 6 labels, one an example, found dimensions [5]"}},
		{"half a label", map[string][]byte{"train": good, "train_labels": npyBytes(t, "<f4", false, []int{6}, []float32{0, 1, 0.5, 0, 0, 0})}, nil, []string{"element [2]: wanted a whole number as the label, found 0.5"}},
		{"an unknown class", map[string][]byte{"train": good, "train_labels": npyBytes(t, "<i4", false, []int{6}, make([]int32, 6))}, registry.Tree{"normal": []any{3.0}}, []string{`no example is of class "3"; the classes are 0`}},
		{"a shape that does not fit", map[string][]byte{"train": good}, registry.Tree{"shape": []any{3.0}}, []string{"shape: wanted 2 elements"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadNPY(t, c.files, c.given)
			mustFail(t, err, c.words...)
		})
	}
	source, _ := resolve(t, registry.Tree{"kind": "npy", "train": "absent.npy"})
	_, err := source.Fingerprint(t.TempDir())
	mustFail(t, err, "train: ", "absent.npy: no such file; relative paths start from the folder of the spec")
	_, mistakes := sources.Resolve(registry.Tree{"kind": "npy", "train": "a.npy", "scaling": "unit", "divisor": 2.0, "clip": true, "normal": []any{1.0}})
	mustFail(t, mistakes, "divisor has no effect beside scaling", "clip needs scaling: minmax", "normal needs train_labels")
}

// writeNPZ writes an archive, packed or not.
func writeNPZ(t *testing.T, path string, method uint16, arrays map[string][]byte) {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range arrays {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, path, out.Bytes())
}

func TestNPZ(t *testing.T) {
	dir := t.TempDir()
	arrays := map[string][]byte{
		"x_train": npyBytes(t, "|u1", false, []int{4, 2, 2}, count(16)),
		"y_train": npyBytes(t, "|u1", false, []int{4}, []uint8{0, 1, 0, 1}),
		"x_test":  npyBytes(t, "|u1", false, []int{2, 2, 2}, count(8)),
		"y_test":  npyBytes(t, "|u1", false, []int{2}, []uint8{1, 0}),
		"notes":   npyBytes(t, "<U4", false, []int{1}, []uint32{65, 0, 0, 0}),
	}
	writeNPZ(t, filepath.Join(dir, "plain.npz"), zip.Store, arrays)
	given := registry.Tree{"kind": "npz", "file": "plain.npz", "train": "x_train", "train_labels": "y_train", "test": "x_test.npy", "test_labels": "y_test", "shape": []any{2.0, 2.0, 1.0}}
	source, _ := resolve(t, given)
	set := load(t, source, dir)
	if set.Train.Rows != 4 || set.Train.Data[15] != float32(15)/255 || !slices.Equal(set.TestLabels, []int32{1, 0}) || set.Shape.String() != "2×2×1" || set.Name != "npz" {
		t.Errorf("read %+v", set)
	}
	facts, err := source.Describe(dir)
	if err != nil || facts.Train != 4 || facts.Test != 2 || !facts.Within(0, 1) {
		t.Errorf("described as %+v: %v", facts, err)
	}
	delete(arrays, "notes")
	writeNPZ(t, filepath.Join(dir, "packed.npz"), zip.Deflate, arrays)
	packed, _ := resolve(t, given.With("file", "packed.npz"))
	if got := load(t, packed, dir); got.Fingerprint != set.Fingerprint || !slices.Equal(got.Train.Data, set.Train.Data) {
		t.Error("packing and an array that is not used change the data or their name")
	}
	arrays["y_test"] = npyBytes(t, "|u1", false, []int{2}, []uint8{1, 1})
	writeNPZ(t, filepath.Join(dir, "packed.npz"), zip.Deflate, arrays)
	if got := load(t, packed, dir); got.Fingerprint == set.Fingerprint {
		t.Error("another label leaves the name as it is")
	}
}

func TestNPZErrors(t *testing.T) {
	dir := t.TempDir()
	writeNPZ(t, filepath.Join(dir, "a.npz"), zip.Store, map[string][]byte{"x_train": npyBytes(t, "<f4", false, []int{4, 2}, floats(8))})
	damaged, err := os.ReadFile(filepath.Join(dir, "a.npz"))
	if err != nil {
		t.Fatal(err)
	}
	damaged[bytes.Index(damaged, []byte("}"))+60]++
	write(t, filepath.Join(dir, "damaged.npz"), damaged)
	write(t, filepath.Join(dir, "text.npz"), []byte("hello"))
	cases := []struct {
		given registry.Tree
		words []string
	}{
		{registry.Tree{"file": "a.npz", "train": "x_tarin"}, []string{"train: ", `a.npz: no array is called "x_tarin"; did you mean x_train?`}},
		{registry.Tree{"file": "a.npz", "train": "x_train", "train_labels": "labels"}, []string{`train_labels: `, `no array is called "labels"; the arrays are x_train`}},
		{registry.Tree{"file": "text.npz", "train": "x"}, []string{"text.npz: wanted an archive as numpy.savez writes it"}},
		{registry.Tree{"file": "b.npz", "train": "x"}, []string{"file: ", "b.npz: no such file"}},
		{registry.Tree{"file": "damaged.npz", "train": "x_train"}, []string{"damaged.npz: x_train.npy: the file is damaged: zip: checksum error"}},
	}
	for _, c := range cases {
		source, _ := resolve(t, c.given.With("kind", "npz"))
		_, err := source.Load(t.Context(), dir, nil)
		mustFail(t, err, c.words...)
	}
}

// FuzzNPY holds the reader to its word: it fails, or returns as many numbers as
// the dimensions say, at places of which each occurs once.
func FuzzNPY(f *testing.F) {
	f.Add([]byte("\x93NUMPY\x01\x00\x38\x00{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1)}\n12345678"))
	f.Add([]byte("\x93NUMPY\x02\x00\x38\x00\x00\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}\n\n12"))
	f.Add([]byte("\x93NUMPY\x01\x00\x04\x00{}\n\n"))
	f.Add([]byte("\x93NUMPY\x01\x00\x37\x00{'descr': f8, 'fortran_order': True, 'shape': (1, 1)}\n12345678")) // a type without marks
	f.Fuzz(func(t *testing.T, content []byte) {
		array, err := openNpy(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		seen := make([]bool, array.size())
		err = array.read(func(first int, chunk []float64) error {
			for i := range chunk {
				place := array.place(first + i)
				if seen[place] {
					t.Errorf("two elements go to place %d of %v", place, array.dims)
				}
				seen[place] = true
			}
			return nil
		})
		if err == nil && slices.Contains(seen, false) {
			t.Errorf("elements of %v are missing", array.dims)
		}
	})
}

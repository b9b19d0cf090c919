package data

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// examplesOf reads a file for a model, in batches of at most 2.
func examplesOf(t *testing.T, path string, w Wanted) (values []float32, names []string, err error) {
	t.Helper()
	err = Examples(t.Context(), path, w, 2, func(x *nn.Matrix, some []string) error {
		if x.Rows < 1 || x.Rows > 2 || x.Cols != w.Shape.Size() {
			t.Errorf("a batch of %d × %d", x.Rows, x.Cols)
		}
		values, names = append(values, x.Data...), append(names, some...)
		return nil
	})
	return values, names, err
}

func TestExamplesAreReadAsTheDataWere(t *testing.T) {
	pictures := Wanted{Shape: nn.Shape{2, 2, 1}, High: 1}
	table := Wanted{Shape: nn.Shape{2}, Columns: []string{"b", "a"}, Scaling: &Scaling{Offset: []float64{1, 10}, Scale: []float64{2, 5}}, Source: registry.Tree{"kind": "csv", "separator": "semicolon", "header": true}}
	series := Wanted{Shape: nn.Shape{2, 1}, Columns: []string{"a"}, Source: registry.Tree{"kind": "series", "stride": 1.0, "header": true, "separator": "comma"}}
	apart := series
	apart.Source = series.Source.With("stride", 3.0)
	bytesOf := []byte{0, 51, 102, 255, 255, 0, 0, 0, 51, 51, 51, 51}
	fifths := []float32{0, 0.2, 0.4, 1, 1, 0, 0, 0, 0.2, 0.2, 0.2, 0.2}
	for name, c := range map[string]struct {
		file    string
		content []byte
		wanted  Wanted
		want    []float32
	}{
		"bytes in npy":           {"a.npy", npyBytes(t, "|u1", false, []int{3, 2, 2}, bytesOf), pictures, fifths},
		"flat npy":               {"a.npy", npyBytes(t, "<f4", false, []int{3, 4}, fifths), pictures, fifths},
		"packed npy":             {"a.npy.gz", gzipped(t, npyBytes(t, "<f4", false, []int{3, 2, 2, 1}, fifths)), pictures, fifths},
		"another divisor":        {"a.npy", npyBytes(t, "|u1", false, []int{1, 4}, []byte{0, 1, 2, 4}), Wanted{Shape: nn.Shape{4}, Source: registry.Tree{"divisor": 4.0}}, []float32{0, 0.25, 0.5, 1}},
		"idx":                    {"a-ubyte", idxBytes(bytesOf, 3, 2, 2), pictures, fifths},
		"packed idx":             {"a.gz", gzipped(t, idxBytes(bytesOf, 3, 2, 2)), pictures, fifths},
		"a picture by its bytes": {"a", greyPNG(t, 2, 0, 51, 102, 255), pictures, fifths[:4]},
		"a picture":              {"a.png", greyPNG(t, 2, 0, 51, 102, 255), pictures, fifths[:4]},
		"columns by their name":  {"a.csv", []byte("a;label;b\n10;x;3\n15;y;-1\n20;z;1\n"), table, []float32{1, 0, -1, 1, 0, 2}},
		"no names but labels":    {"a.csv", []byte("1,2,x\n"), Wanted{Shape: nn.Shape{2}, Columns: []string{"c1", "c2"}, Source: registry.Tree{"kind": "csv", "header": false, "label": "c3"}}, []float32{1, 2}},
		"no names, and chosen":   {"a.csv", []byte("1,2,x,4\n"), Wanted{Shape: nn.Shape{2}, Columns: []string{"c1", "c4"}, Source: registry.Tree{"kind": "csv", "header": false, "columns": []any{"c1", "c4"}}}, []float32{1, 4}},
		"no names":               {"a.csv", []byte("0,0.2,0.4,1\n1,0,0,0\n"), pictures, fifths[:8]},
		"names of their own":     {"a.csv", []byte("p,q,r,s\n0,0.2,0.4,1\n"), pictures, fifths[:4]},
		"windows":                {"a.csv", []byte("a\n1\n2\n3\n4\n"), series, []float32{1, 2, 2, 3, 3, 4}},
		"windows that are apart": {"a.csv", []byte("a\n1\n2\n3\n4\n5\n6\n7\n"), apart, []float32{1, 2, 4, 5}},
	} {
		path := filepath.Join(t.TempDir(), c.file)
		write(t, path, c.content)
		got, _, err := examplesOf(t, path, c.wanted)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: read %v, %v; wanted %v", name, got, err, c.want)
		}
	}
}

func TestExamplesOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string][]byte{"b.png": greyPNG(t, 2, 0, 51, 102, 255), "a.png": greyPNG(t, 2, 255, 0, 0, 0), "more/c.png": greyPNG(t, 2, 51, 51, 51, 51)} {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	w := Wanted{Shape: nn.Shape{2, 2, 1}, High: 1}
	values, names, err := examplesOf(t, dir, w)
	want := []float32{1, 0, 0, 0, 0, 0.2, 0.4, 1, 0.2, 0.2, 0.2, 0.2}
	if err != nil || !slices.Equal(values, want) || !slices.Equal(names, []string{"a.png", "b.png", "more/c.png"}) {
		t.Errorf("read %v of %v: %v", values, names, err)
	}
	write(t, filepath.Join(dir, "z.png"), greyPNG(t, 2, 0, 0, 0, 0, 255, 255, 255, 255))
	_, _, err = examplesOf(t, dir, w)
	mustFail(t, err, "z.png: wanted a picture of 2×2 pixels, height first, as the model was trained on, found 2×4")
	w.Source = registry.Tree{"kind": "folder", "resize": []any{2.0, 2.0}}
	if values, _, err = examplesOf(t, dir, w); err != nil || !slices.Equal(values[12:], []float32{0, 0, 1, 1}) {
		t.Errorf("resized: %v, %v", values, err)
	}
}

func TestExamplesThatDoNotFit(t *testing.T) {
	bare := Wanted{Shape: nn.Shape{2}, Columns: []string{"c1", "c2"}, Source: registry.Tree{"kind": "csv", "header": false, "label": "c3"}}
	pictures := Wanted{Shape: nn.Shape{2, 2, 1}, High: 1}
	table := Wanted{Shape: nn.Shape{2}, Columns: []string{"a", "b"}}
	for name, c := range map[string]struct {
		file    string
		content []byte
		wanted  Wanted
		words   string
	}{
		"another shape":          {"a.npy", npyBytes(t, "<f4", false, []int{1, 3, 3}, make([]float32, 9)), pictures, "wanted examples of 2×2×1, as the model was trained on, found 3×3"},
		"a shape turned around":  {"a.npy", npyBytes(t, "<f4", false, []int{1, 2, 3}, make([]float32, 6)), Wanted{Shape: nn.Shape{3, 2}}, "wanted examples of 3×2"},
		"not divided":            {"a.npy", npyBytes(t, "<f4", false, []int{2, 4}, []float32{0, 0, 0, 0, 0, 0, 128, 0}), pictures, "example 1: element 2 is 128, and the model was trained on pictures with values in [0, 1]"},
		"Fortran, cut short":     {"a.npy", npyBytes(t, "<f4", true, []int{2, 4}, make([]float32, 7)), pictures, "cut short"},
		"Fortran, not divided":   {"a.npy", npyBytes(t, "<f4", true, []int{2, 4}, []float32{0, 0, 0, 0, 0, 128, 0, 0}), pictures, "example 1: element 2 is 128"},
		"NaN":                    {"a.csv", []byte("a,b\n1,NaN\n"), table, "column b: wanted a finite number"},
		"labels":                 {"a-ubyte", idxBytes([]byte{1, 2}, 2), pictures, "one dimension"},
		"missing columns":        {"a.csv", []byte("a,c\n1,2\n"), table, "missing are b; found are a, c"},
		"a column too many":      {"a.csv", []byte("1,2,3,4\n"), bare, "wanted at most the 3 columns of the table that the model was trained on, found 4"},
		"several mistakes":       {"a.csv", []byte("a,b\n1,x\n2\n"), table, "a.csv:3: wanted 2 columns, found 1"},
		"a header alone":         {"a.csv", []byte("a,b\n"), table, "wanted examples, found none"},
		"nothing":                {"a.csv", nil, table, "the file is empty"},
		"cut short":              {"a.npy", npyBytes(t, "<f4", false, []int{2, 4}, make([]float32, 7)), pictures, "cut short"},
		"an archive, damaged":    {"a.npz", []byte("PK\x03\x04 and more"), pictures, "found an archive that is damaged, or none of numpy.savez"},
		"bytes of any kind":      {"a.csv", []byte("a,b\n\x01\x00\xfe"), table, "found a file that is none of them"},
		"a picture for a table":  {"a.png", greyPNG(t, 1, 1, 2), table, "wanted examples of 2, as the model was trained on, found a picture"},
		"a picture that is none": {"a.png", []byte("hello"), pictures, "wanted PNG or JPEG"},
	} {
		path := filepath.Join(t.TempDir(), c.file)
		write(t, path, c.content)
		_, _, err := examplesOf(t, path, c.wanted)
		var input *InputError
		if !errors.As(err, &input) || input.Path != path {
			t.Errorf("%s: %v", name, err)
		}
		mustFail(t, err, c.words)
	}
	stop := errors.New("stop")
	path := filepath.Join(t.TempDir(), "a.csv")
	write(t, path, []byte("a,b\n1,2\n"))
	if err := Examples(t.Context(), path, table, 2, func(*nn.Matrix, []string) error { return stop }); err != stop {
		t.Errorf("an error of the reader's user is %v", err)
	}
	if _, _, err := examplesOf(t, path+"x", table); err == nil || !errors.As(err, new(*InputError)) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestSheetsShowPicturesSideBySide(t *testing.T) {
	pictures := &nn.Matrix{Rows: 3, Cols: 2, Data: []float32{0, 1, 0.5, 2, -1, 0.2}}
	var out bytes.Buffer
	if err := Sheet(&out, pictures, nn.Shape{1, 2, 1}, 2, 0, 1); err != nil {
		t.Fatal(err)
	}
	sheet, err := png.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	const size = sheetLeast // each picture is enlarged to 16 × 32 pixels
	if b := sheet.Bounds(); b.Dx() != 2*size+sheetGap || b.Dy() != size+sheetGap {
		t.Errorf("the sheet has %v", b)
	}
	for _, c := range []struct{ x, y, want int }{{0, 0, 0}, {size - 1, 0, 255}, {size + sheetGap, 15, 128}, {2*size + 1, 0, 255}, {0, 18, 0}, {size - 1, 33, 51}} {
		if r, _, _, _ := sheet.At(c.x, c.y).RGBA(); int(r>>8) != c.want {
			t.Errorf("pixel (%d, %d) is %d, want %d", c.x, c.y, r>>8, c.want)
		}
	}
	if err := Sheet(&out, pictures, nn.Shape{2}, 2, 0, 1); err == nil {
		t.Error("a table became a picture")
	}
}

func TestSinksLeaveNothingHalf(t *testing.T) {
	dir := t.TempDir()
	for _, format := range SinkFormats {
		s, err := NewSink(filepath.Join(dir, "a."+format), Table{Columns: []string{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Write("", []float64{1}); err != nil {
			t.Fatal(err)
		}
		s.Abandon()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	_, err := NewSink(filepath.Join(dir, "a.parqet"), Table{})
	mustFail(t, err, "did you mean .parquet?")
	_, err = NewSink(filepath.Join(dir, "absent", "a.csv"), Table{})
	mustFail(t, err, filepath.Join("absent", "a.csv")+": there is no folder "+filepath.Join(dir, "absent"))
}

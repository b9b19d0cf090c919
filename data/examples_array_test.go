package data

import (
	"bytes"
	"encoding/base64"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// savedArchive is what numpy 1.24 wrote:
// numpy.savez_compressed(file, x=numpy.asfortranarray(numpy.arange(12.).reshape(3, 2, 2) / 8), y=numpy.arange(3))
const savedArchive = "UEsDBBQAAAAIAAAAIQDy+GrYaAAAAOAAAAAFABQAeC5ucHkBABAA4AAAAAAAAABoAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBak" +
	"ArkaxjoKRkCkqaNQq0Am4GJAAQ/sIfQHKH0BSr+A0l+g9AEo/QRKf4LSN6D0Gyj9zR4AUEsDBBQAAAAIAAAAIQD3QBLqTAAAAJgAAAAFABQAeS5ucHkBABAAmAAAAAAAAABMAAAAAAAAAJvsF+obEMnI" +
	"UMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GKGCE0kxQGgBQSwECFAMUAAAACAAAACEA8vhq2GgAAADgAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5u" +
	"cHlQSwECFAMUAAAACAAAACEA90AS6kwAAACYAAAABQAAAAAAAAAAAAAAgAGfAAAAeS5ucHlQSwUGAAAAAAIAAgBmAAAAIgEAAAAA"

func TestExamplesOfAnArchiveThatNumPyWrote(t *testing.T) {
	content, err := base64.StdEncoding.DecodeString(savedArchive)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "saved.npz")
	write(t, path, content)
	var want []float32
	for i := range 12 {
		want = append(want, float32(i)/8)
	}
	w := Wanted{Shape: nn.Shape{2, 2, 1}, Low: 0, High: 1.5}
	values, _, err := examplesOf(t, path+":x", w)
	if err != nil || !slices.Equal(values, want) {
		t.Errorf("read %v, %v", values, err)
	}
	for name, words := range map[string]string{
		path:        "the archive has the arrays x, y; say which, such as " + path + ":x",
		path + ":z": "no array is called \"z\"",
		path + ":y": "an array of two dimensions or more",
		filepath.Join(filepath.Dir(path), "other.npz:x"): "other.npz",
	} {
		_, _, err := examplesOf(t, name, w)
		mustFail(t, err, words)
	}
}

// The only array of an archive needs no name. Rows of an array in the order of
// Fortran are the steps of a series, where the model was trained on one.
func TestTheOnlyArrayIsTaken(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npz")
	writeNPZ(t, path, 0, map[string][]byte{"steps": npyBytes(t, "<f4", true, []int{4, 2}, []float32{1, 2, 3, 4, 10, 20, 30, 40})})
	series := Wanted{Shape: nn.Shape{2, 2}, Low: 0, High: 40, Source: registry.Tree{"kind": "series", "stride": 2.0}}
	var values []float32
	err := SeriesExamples(t.Context(), path, series, 2, func(x *nn.Matrix, _ []int) error {
		values = append(values, x.Data...)
		return nil
	})
	if want := []float32{1, 10, 2, 20, 3, 30, 4, 40}; err != nil || !slices.Equal(values, want) {
		t.Errorf("read %v, %v; wanted %v", values, err, want)
	}
	writeNPZ(t, path, 0, nil)
	_, _, err = examplesOf(t, path, series)
	mustFail(t, err, "found one without arrays")
}

func TestLargeArraysAreNotTurned(t *testing.T) {
	file := npyBytes(t, "<f4", true, []int{4, 2}, make([]float32, 8))
	array, err := openNpy(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	err = array.readTurned(7, func(int, []float64) error { return nil })
	mustFail(t, err, "with 8 elements too large to be turned in memory, at most 7; save numpy.ascontiguousarray of it")
}

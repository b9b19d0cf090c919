package data

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func TestRescaledIsAnAffineMap(t *testing.T) {
	inner := registry.Tree{"kind": "digits", "validation": 100.0}
	source, resolved := resolve(t, registry.Tree{"kind": "rescaled", "of": inner, "subtract": 0.25})
	if resolved["divide"] != 0.5 {
		t.Errorf("divide is %v, want 0.5", resolved["divide"])
	}
	plain, _ := resolve(t, inner)
	set, grey := load(t, source, ""), load(t, plain, "")
	for name, pair := range map[string][2][]float32{
		"train":      {set.Train.Data, grey.Train.Data},
		"validation": {set.Validation.Data, grey.Validation.Data},
		"test":       {set.Test.Data, grey.Test.Data},
	} {
		for i, v := range pair[1] { // sixteenths, so that nothing is rounded
			if want := 2*v - 0.5; pair[0][i] != want {
				t.Fatalf("%s: element %d is %g, want %g", name, i, pair[0][i], want)
			}
		}
	}
	if set.Low != -0.5 || set.High != 1.5 || set.Fingerprint == grey.Fingerprint {
		t.Errorf("from %g to %g, fingerprint %s", set.Low, set.High, set.Fingerprint)
	}
	facts, err := source.Describe("")
	if err != nil || facts.Low != -0.5 || facts.High != 1.5 || facts.Train != set.Train.Rows {
		t.Errorf("described as %+v: %v", facts, err)
	}
	if got := Unwrapped(resolved); got.Kind() != "digits" || Unwrapped(got).Kind() != "digits" {
		t.Errorf("unwrapped to %v", got)
	}
}

// Bytes in a file, and a picture, must become what they were in training.
func TestFilesAreRescaledAsTheDataWere(t *testing.T) {
	dir := t.TempDir()
	bytesOf := []byte{0, 51, 102, 255, 255, 0, 0, 0, 51, 51, 51, 51}
	write(t, filepath.Join(dir, "a-ubyte"), idxBytes(bytesOf, 3, 2, 2))
	write(t, filepath.Join(dir, "a.png"), greyPNG(t, 2, 0, 51, 102, 255))
	source, resolved := resolve(t, registry.Tree{"kind": "rescaled", "of": registry.Tree{"kind": "idx", "train": "a-ubyte", "test_count": 1.0}})
	set := load(t, source, dir)
	want := []float32{-1, -0.6, -0.2, 1, 1, -1, -1, -1, -0.6, -0.6, -0.6, -0.6}
	w := Wanted{Source: Unwrapped(resolved), Shape: set.Shape, Scaling: set.Scaling, Low: float64(set.Low), High: float64(set.High)}
	for _, file := range []string{"a-ubyte", "a.png"} {
		got, _, err := examplesOf(t, filepath.Join(dir, file), w)
		if err != nil || !alike(got, want[:len(got)]) || !alike(got[:4], set.Train.Data[:4]) {
			t.Errorf("%s: %v, %v, want %v", file, got, err, want)
		}
	}
	values := make([]float64, 4)
	set.Scaling.Undo(values, want[:4])
	if !slices.EqualFunc(values, []float64{0, 0.2, 0.4, 1}, func(a, b float64) bool { return math.Abs(a-b) < 1e-7 }) {
		t.Errorf("undone: %v", values)
	}
}

// alike allows for the rounding of a pixel, and of what becomes of it.
func alike(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(a, b float32) bool { return math.Abs(float64(a-b)) < 2e-7 })
}

func TestScaledColumnsAreRescaled(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), []byte("x,y\n1,20\n3,10\n5,60\n9,30\n"))
	source, resolved := resolve(t, registry.Tree{"kind": "rescaled", "of": registry.Tree{"kind": "csv", "train": "a.csv", "scaling": "minmax", "test_count": 1.0}})
	set := load(t, source, dir)
	if want := []float32{-1, -0.6, 0, -1, 1, 1}; !alike(set.Train.Data, want) {
		t.Errorf("trained on %v, want %v", set.Train.Data, want)
	}
	w := Wanted{Source: Unwrapped(resolved), Shape: set.Shape, Columns: set.Columns, Scaling: set.Scaling, Low: -1, High: 1}
	got, _, err := examplesOf(t, filepath.Join(dir, "a.csv"), w)
	if want := []float32{-1, -0.6, 0, -1, 1, 1, 3, -0.2}; err != nil || !alike(got, want) {
		t.Errorf("read %v, %v, want %v", got, err, want)
	}
}

// A window that is no example, of the steps that a stride leaves over, is rescaled too.
func TestRestOfASeriesIsRescaled(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), []byte("x\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n"))
	inner := registry.Tree{"kind": "series", "train": "a.csv", "window": 2.0, "stride": 2.0, "test_steps": 5.0}
	source, _ := resolve(t, registry.Tree{"kind": "rescaled", "of": inner, "subtract": 1.0, "divide": 2.0})
	set := load(t, source, dir)
	if set.Series == nil || set.Series.Rest == nil || !slices.Equal(set.Series.Rest.Data, []float32{4.5, 5}) || !slices.Equal(set.Test.Data, []float32{3, 3.5, 4, 4.5}) {
		t.Errorf("tested on %v, and %+v", set.Test.Data, set.Series)
	}
}

func TestDataThatCannotBeRescaled(t *testing.T) {
	for want, of := range map[string]any{
		"data that are rescaled can be so at once":            registry.Tree{"kind": "rescaled", "of": "digits"},
		"each presentation of binarised data is 0 or 1":       registry.Tree{"kind": "binarised", "of": "digits"},
		"features that are kept in [0, 1] cannot be rescaled": registry.Tree{"kind": "csv", "train": "a.csv", "scaling": "minmax", "clip": true},
	} {
		_, mistakes := sources.Resolve(registry.Tree{"kind": "rescaled", "of": of})
		if len(mistakes) != 1 || mistakes[0].Message != want {
			t.Errorf("got %v, want %s", mistakes, want)
		}
	}
}

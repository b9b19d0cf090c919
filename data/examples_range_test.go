package data

import (
	"image"
	"image/color"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Tables in other units are no mistake that can be proved, and are doubted.
func TestExamplesInOtherUnitsAreDoubted(t *testing.T) {
	scaled := Wanted{Shape: nn.Shape{2}, Columns: []string{"a", "b"}, Scaling: &Scaling{Offset: []float64{100, 5}, Scale: []float64{10, 1}}, Low: -3, High: 3}
	plain := Wanted{Shape: nn.Shape{2}, Columns: []string{"a", "b"}, High: 200}
	sixteenths := Wanted{Shape: nn.Shape{2, 1, 1}, High: 1}
	rows := func(line string, n int) []byte { return []byte("a,b\n" + strings.Repeat(line+"\n", n)) }
	for name, c := range map[string]struct {
		content []byte
		wanted  Wanted
		doubt   string
	}{
		"as the data were":         {rows("110,5", 12), scaled, ""},
		"scaled already":           {rows("1,0", 12), scaled, "12 of 12 examples have values far outside of [-3, 3], where those lay that the model was trained on (after scaling); are they in the same units?"},
		"one far away":             {append(rows("110,5", 12), "10000,5\n"...), scaled, ""},
		"never scaled":             {rows("100,7\n10,3", 6), plain, ""},
		"scaled by another":        {rows("1,0\n0,1", 6), plain, "all values lie in [0, 1], and those that the model was trained on in [0, 200]; are they in the same units?"},
		"too few to tell":          {rows("1,0", 9), plain, ""},
		"divided by too much":      {npyBytes(t, "|u1", false, []int{10, 2}, slices.Repeat([]byte{16, 0}, 10)), sixteenths, "all values lie in [0, 0.06275], and those that the model was trained on in [0, 1]; are they in the same units?"},
		"data without known range": {rows("1,0", 12), Wanted{Shape: nn.Shape{2}, Columns: []string{"a", "b"}}, "12 of 12 examples have values far outside of [0, 0]"},
	} {
		path, told := filepath.Join(t.TempDir(), "a"), ""
		write(t, path, c.content)
		c.wanted.Report = func(text string) { told += text }
		if _, _, err := examplesOf(t, path, c.wanted); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := path + ": " + c.doubt; c.doubt == "" && told != "" || c.doubt != "" && !strings.HasPrefix(told, want) {
			t.Errorf("%s: told %q, want %q", name, told, c.doubt)
		}
	}
}

// A model that was trained on noise takes noisy pictures; another says what may be
// wrong with them.
func TestNoisyPictures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	write(t, path, npyBytes(t, "<f4", false, []int{1, 2}, []float32{-0.5, 1.25}))
	w := Wanted{Shape: nn.Shape{2, 1, 1}, High: 1}
	_, _, err := examplesOf(t, path, w)
	mustFail(t, err, "element 0 is -0.5, and the model was trained on pictures with values in [0, 1]; keep them there where that is noise")
	w.Noise = 0.4
	_, _, err = examplesOf(t, path, w)
	mustFail(t, err, "element 0 is -0.5")
	w.Noise = 0.5
	if got, _, err := examplesOf(t, path, w); err != nil || !slices.Equal(got, []float32{-0.5, 1.25}) {
		t.Errorf("read %v, %v", got, err)
	}
}

// A coloured picture is made grey where the model's were; a grey one may have
// three channels.
func TestColouredPicturesForGreyModels(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.png")
	w := Wanted{Shape: nn.Shape{1, 1, 1}, High: 1, Source: registry.Tree{"kind": "folder", "colour": "auto"}}
	for _, c := range []struct {
		pixel    color.NRGBA
		coloured bool
	}{{color.NRGBA{51, 51, 51, 255}, false}, {color.NRGBA{51, 55, 48, 255}, false}, {color.NRGBA{51, 61, 51, 255}, true}} {
		picture := image.NewNRGBA(image.Rect(0, 0, 1, 1))
		picture.SetNRGBA(0, 0, c.pixel)
		write(t, path, pngOf(t, picture))
		w.Source["colour"] = "auto"
		_, _, err := examplesOf(t, path, w)
		if c.coloured {
			mustFail(t, err, "wanted a grey picture, as the model was trained on, found one with colours")
		} else if err != nil {
			t.Errorf("%v: %v", c.pixel, err)
		}
		w.Source["colour"] = "grey"
		if _, _, err := examplesOf(t, path, w); err != nil {
			t.Errorf("%v, where colours were made grey: %v", c.pixel, err)
		}
	}
}

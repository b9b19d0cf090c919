package data

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// seriesWanted is what a model of windows takes of the columns up and down.
func seriesWanted(window, stride int) Wanted {
	return Wanted{
		Shape: nn.Shape{window, 2}, Columns: []string{"up", "down"},
		Source: registry.Tree{"kind": "series", "stride": float64(stride), "header": true, "separator": "comma"},
	}
}

// TestEveryStepOfASeriesIsInAWindow reads series of all lengths, some windows at
// a time. Those that begin a stride apart are all there; one more ends with the
// series where these do not.
func TestEveryStepOfASeriesIsInAWindow(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.IntRange(1, 40).Draw(rt, "steps")
		window, stride := rapid.IntRange(1, 9).Draw(rt, "window"), rapid.IntRange(1, 12).Draw(rt, "stride")
		path := filepath.Join(dir, "series.csv")
		write(t, path, []byte(ramp(steps)))
		var got []int
		err := SeriesExamples(t.Context(), path, seriesWanted(window, stride), rapid.IntRange(1, 5).Draw(rt, "rows"), func(x *nn.Matrix, starts []int) error {
			if len(starts) != x.Rows {
				rt.Fatalf("%d windows begin at %v", x.Rows, starts)
			}
			for i, start := range starts {
				for e, v := range x.Row(i) {
					if want := float32(start+e/2) * float32(1-2*(e%2)); v != want {
						rt.Fatalf("window %d, element %d is %v, wanted %v", start, e, v, want)
					}
				}
			}
			got = append(got, starts...)
			return nil
		})
		if steps < window {
			if err == nil {
				rt.Fatalf("a window of %d steps fits into %d", window, steps)
			}
			return
		}
		var want []int
		for start := 0; start+window <= steps; start += min(stride, window) {
			want = append(want, start)
		}
		if last := steps - window; want[len(want)-1] != last {
			want = append(want, last)
		}
		if err != nil || !slices.Equal(got, want) {
			rt.Fatalf("windows begin at %v, wanted %v: %v", got, want, err)
		}
	})
}

// TestSeriesInArrays: steps × columns are one series; windows × steps × columns
// are apart from each other, as are windows in rows.
func TestSeriesInArrays(t *testing.T) {
	values := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	for name, c := range map[string]struct {
		dims   []int
		starts []int
		want   []float32
	}{
		"a series":         {[]int{4, 2}, []int{0, 1}, []float32{1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7, 8}},
		"windows":          {[]int{1, 3, 2}, nil, values[:6]},
		"windows in a row": {[]int{1, 6}, nil, values[:6]},
	} {
		path := filepath.Join(t.TempDir(), "a.npy")
		size := 1
		for _, n := range c.dims {
			size *= n
		}
		write(t, path, npyBytes(t, "<f4", false, c.dims, values[:size]))
		var got []float32
		var from []int
		err := SeriesExamples(t.Context(), path, seriesWanted(3, 1), 10, func(x *nn.Matrix, starts []int) error {
			got, from = append(got, x.Data...), append(from, starts...)
			return nil
		})
		if err != nil || !slices.Equal(got, c.want) || !slices.Equal(from, c.starts) {
			t.Errorf("%s: read %v from %v on: %v", name, got, from, err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.npy")
	write(t, path, npyBytes(t, "<f4", false, []int{2, 4}, values))
	mustFail(t, SeriesExamples(t.Context(), path, seriesWanted(3, 1), 10, nil), "wanted examples of 3×2, as the model was trained on, found 4")
}

func TestSeriesThatDoNotFit(t *testing.T) {
	for text, words := range map[string]string{
		ramp(2):                 "wanted at least 3 steps, a window of those that the model was trained on, found 2",
		"up,down\n":             "wanted at least 3 steps",
		"up,down\n1,2\n3,\n5,6": "a.csv:3: column down: wanted a number, found nothing",
	} {
		path := filepath.Join(t.TempDir(), "a.csv")
		write(t, path, []byte(text))
		err := SeriesExamples(t.Context(), path, seriesWanted(3, 1), 10, func(*nn.Matrix, []int) error { return nil })
		mustFail(t, err, words)
		if strings.Count(err.Error(), path) > 1 {
			t.Errorf("the file is named twice: %v", err)
		}
	}
}

package data

import (
	"math"
	"slices"
	"testing"
)

// TestScalingAsInScikitLearn holds the scalings against the numbers in the
// documentation of scikit-learn's StandardScaler, MinMaxScaler and
// MaxAbsScaler.
func TestScalingAsInScikitLearn(t *testing.T) {
	cases := []struct {
		name  string
		train [][]float64
		want  [][]float32
		other []float64
		seen  []float32
	}{
		{"standard", [][]float64{{0, 0}, {0, 0}, {1, 1}, {1, 1}}, [][]float32{{-1, -1}, {-1, -1}, {1, 1}, {1, 1}}, []float64{2, 2}, []float32{3, 3}},
		{"minmax", [][]float64{{-1, 2}, {-0.5, 6}, {0, 10}, {1, 18}}, [][]float32{{0, 0}, {0.25, 0.25}, {0.5, 0.5}, {1, 1}}, []float64{2, 2}, []float32{1.5, 0}},
		{"unit", [][]float64{{1, -1, 2}, {2, 0, 0}, {0, 1, -1}}, [][]float32{{0.5, -1, 1}, {1, 0, 0}, {0, 1, -0.5}}, []float64{-4, 2, 1}, []float32{-2, 2, 0.5}},
	}
	for _, c := range cases {
		s := fitScaling(c.name, c.train)
		got := make([]float32, len(c.other))
		for i, row := range c.train {
			if s.Apply(got, row); !slices.Equal(got, c.want[i]) {
				t.Errorf("%s: %v became %v, wanted %v", c.name, row, got, c.want[i])
			}
		}
		if s.Apply(got, c.other); !slices.Equal(got, c.seen) {
			t.Errorf("%s: %v, not fitted on, became %v, wanted %v", c.name, c.other, got, c.seen)
		}
	}
	if fitScaling("none", [][]float64{{1}}) != nil {
		t.Error("none is a scaling")
	}
}

// TestConstantColumnsAreOnlyShifted has columns whose mean is no float64, so
// that they seem to vary by its rounding.
func TestConstantColumnsAreOnlyShifted(t *testing.T) {
	for _, v := range []float64{0.1, 1e9 + 0.1, -3e-20, 0} {
		rows := slices.Repeat([][]float64{{v}}, 1001)
		for _, name := range []string{"standard", "minmax"} {
			s := fitScaling(name, rows)
			// 1e-13: the mean of 1001 equal numbers is off by at most as many roundings.
			if s.Scale[0] != 1 || math.Abs(s.Offset[0]-v) > 1e-13*math.Abs(v) {
				t.Errorf("%s: a column of %v is shifted by %v and divided by %v", name, v, s.Offset[0], s.Scale[0])
			}
		}
	}
	tiny := fitScaling("standard", [][]float64{{1e-30}, {3e-30}})
	if math.Abs(tiny.Scale[0]/1e-30-1) > 1e-12 { // a few roundings
		t.Errorf("a column of small numbers is divided by %v, wanted 1e-30", tiny.Scale[0])
	}
}

func TestScalingOfWindows(t *testing.T) {
	s := &Scaling{Offset: []float64{1, 10}, Scale: []float64{2, 5}}
	x, back := make([]float32, 4), make([]float64, 4)
	values := []float64{3, 20, 5, 0}
	s.Apply(x, values)
	if want := []float32{1, 2, 2, -2}; !slices.Equal(x, want) {
		t.Errorf("two steps of two columns became %v, wanted %v", x, want)
	}
	if s.Undo(back, x); !slices.Equal(back, values) {
		t.Errorf("undone to %v, wanted %v", back, values)
	}
}

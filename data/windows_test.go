package data

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// TestNoStepIsInTwoSplits cuts series of all sizes, with classes that are left
// out of training: training steps come before those that are validated with, and
// these before those that are tested on.
func TestNoStepIsInTwoSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(30, 90).Draw(t, "steps")
		d := &Series{
			Window: rapid.IntRange(1, 9).Draw(t, "window"), Stride: rapid.IntRange(1, 12).Draw(t, "stride"),
			TestSteps: rapid.IntRange(9, 14).Draw(t, "test_steps"), Validation: rapid.IntRange(0, 4).Draw(t, "validation"),
			TrainLimit: rapid.IntRange(0, 20).Draw(t, "train_limit"), TestLimit: rapid.IntRange(0, 5).Draw(t, "test_limit"),
			Scaling: "none",
		}
		file := raw{width: 1}
		labels := rapid.SliceOfN(rapid.Int32Range(0, 1), steps, steps).Draw(t, "labels")
		for i := range steps {
			file.values = append(file.values, float64(i))
		}
		border, err := d.border(steps, false)
		if err != nil {
			t.Fatal(err)
		}
		var normal []int32
		if rapid.Bool().Draw(t, "normal") {
			normal = []int32{1}
		}
		set := &Set{Shape: nn.Shape{d.Window, 1}}
		if d.cut(set, seriesPart{steps: file, labels: labels, end: border}, seriesPart{steps: file, labels: labels, begin: border, end: steps}, normal) != nil {
			return // too few windows to part
		}
		train, validation, test := stepsOf(set.Train), stepsOf(set.Validation), stepsOf(set.Test)
		if rest := set.Series.Rest; rest != nil {
			test = append(test, stepsOf(rest)...)
		}
		if slices.Max(train) >= border || slices.Min(test) < border || validation != nil && (slices.Max(train) >= slices.Min(validation) || slices.Max(validation) >= border) {
			t.Fatalf("trained on %v, validated with %v, tested on %v from %d on", train, validation, test, border)
		}
		if d.TestLimit == 0 && d.Stride <= d.Window && (slices.Max(test) != steps-1 || len(compacted(test)) != steps-border) {
			t.Fatalf("tested on %v, wanted every step from %d to %d", test, border, steps-1)
		}
		for _, step := range train {
			if normal != nil && labels[step] != 1 {
				t.Fatalf("step %d is trained on, and is not normal", step)
			}
		}
	})
}

// stepsOf returns the steps in windows of a series whose values are their numbers.
func stepsOf(x *nn.Matrix) []int {
	if x == nil {
		return nil
	}
	steps := make([]int, len(x.Data))
	for i, v := range x.Data {
		steps[i] = int(v)
	}
	return steps
}

func compacted(steps []int) []int { return slices.Compact(slices.Sorted(slices.Values(steps))) }

// TestSeriesEndInAWindowOfTheirOwn: 10 test steps in windows of 4, 3 steps apart.
func TestSeriesEndInAWindowOfTheirOwn(t *testing.T) {
	for name, c := range map[string]struct {
		given registry.Tree
		rest  []int
	}{
		"a rest":     {registry.Tree{"stride": 4.0, "test_steps": 10.0}, []int{16, 17, 18, 19}},
		"none":       {registry.Tree{"stride": 3.0, "test_steps": 10.0}, nil},
		"left out":   {registry.Tree{"stride": 4.0, "test_steps": 10.0, "test_limit": 1.0}, nil},
		"every step": {registry.Tree{"test_steps": 10.0}, nil},
	} {
		set, err := loadSeries(t, strings.ReplaceAll(ramp(20), "up,down", "up,other"), "", c.given.With("window", 4.0).With("columns", []any{"up"}))
		if err != nil {
			t.Fatal(err)
		}
		if got := stepsOf(set.Series.Rest); !slices.Equal(got, c.rest) || c.rest != nil && int(set.Series.RestStart) != c.rest[0] {
			t.Errorf("%s: the last window holds %v from %d on, wanted %v", name, got, set.Series.RestStart, c.rest)
		}
	}
}

// TestSeriesKeepLabelsOfSteps, in their own file each.
func TestSeriesKeepLabelsOfSteps(t *testing.T) {
	given := registry.Tree{"window": 2.0, "label": "l", "validation": 1.0}
	set, err := loadSeries(t, "v,l\n0,n\n1,n\n2,a\n3,n\n4,n\n", "v,l\n5,n\n6,a\n7,n\n", given)
	if err != nil {
		t.Fatal(err)
	}
	w := set.Series
	if !slices.Equal(w.Train().Labels, []int32{1, 1, 0, 1, 1}) || !slices.Equal(w.Test().Labels, []int32{1, 0, 1}) || w.Validation().Starts[0] != 3 {
		t.Errorf("trained on %+v, validated with %+v, tested on %+v", w.Train(), w.Validation(), w.Test())
	}
	if _, err = loadSeries(t, "v,l\n0,0\n1,0\n2,1\n3,0\n4,0\n", "v,l\n5,0\n6,1\n7,0\n", given.With("normal", []any{0.0})); err != nil {
		t.Errorf("classes that are numbers: %v", err)
	}
	given["test_steps"] = 3.0
	if set, err = loadSeries(t, "v,l\n0,n\n1,n\n2,a\n3,n\n4,n\n5,a\n6,n\n7,n\n", "", given); err != nil || len(set.Series.Test().Labels) != 8 {
		t.Errorf("in one file: %v", err)
	}
}

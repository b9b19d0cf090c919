package data

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// loadSeries loads train.csv, and test.csv where test is not empty.
func loadSeries(t *testing.T, train, test string, given registry.Tree) (*Set, error) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "train.csv"), []byte(train))
	given = given.With("kind", "series").With("train", "train.csv")
	if test != "" {
		write(t, filepath.Join(dir, "test.csv"), []byte(test))
		given = given.With("test", "test.csv")
	}
	source, _ := resolve(t, given)
	set, err := source.Load(t.Context(), dir, nil)
	if err != nil {
		return nil, err
	}
	facts, err := source.Describe(dir)
	if err != nil || facts.Train != set.Train.Rows || facts.Validation != rowsOf(set.Validation) || facts.Test != set.Test.Rows || facts.Shape.String() != set.Shape.String() {
		t.Errorf("described as %+v, %v", facts, err)
	}
	return set, nil
}

// ramp is a series of so many steps, whose columns are n and −n at step n.
func ramp(steps int) string {
	var text strings.Builder
	text.WriteString("up,down\n")
	for n := range steps {
		fmt.Fprintf(&text, "%d,%d\n", n, -n)
	}
	return text.String()
}

func TestSeriesWindows(t *testing.T) {
	cases := []struct {
		name                     string
		given                    registry.Tree
		test                     string
		train, validation, tests []int32
	}{
		{"every step", registry.Tree{"window": 4.0, "test_steps": 5.0}, "", []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, nil, []int32{15, 16}},
		{"a stride and a rest", registry.Tree{"window": 4.0, "stride": 4.0}, "", []int32{0, 4, 8, 12}, nil, []int32{16}},
		{"gaps", registry.Tree{"window": 2.0, "stride": 5.0, "test_fraction": 0.4}, "", []int32{0, 5, 10}, nil, []int32{12, 17}},
		{"validation apart from training", registry.Tree{"window": 4.0, "stride": 2.0, "validation": 2.0, "test_steps": 4.0}, "", []int32{0, 2, 4, 6}, []int32{10, 12}, []int32{16}},
		{"limits", registry.Tree{"window": 4.0, "validation": 2.0, "train_limit": 8.0, "test_limit": 1.0, "test_steps": 6.0}, "", []int32{0, 1, 2}, []int32{6, 7}, []int32{14}},
		{"a file to test on", registry.Tree{"window": 8.0, "stride": 6.0}, ramp(15), []int32{0, 6, 12}, nil, []int32{0, 6}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			set, err := loadSeries(t, ramp(20), c.test, c.given)
			if err != nil {
				t.Fatal(err)
			}
			w := set.Series
			if !slices.Equal(w.TrainStarts, c.train) || !slices.Equal(w.ValidationStarts, c.validation) || !slices.Equal(w.TestStarts, c.tests) {
				t.Errorf("windows begin at %v, %v and %v, wanted %v, %v and %v", w.TrainStarts, w.ValidationStarts, w.TestStarts, c.train, c.validation, c.tests)
			}
			for i, start := range w.TestStarts {
				for e, v := range set.Test.Row(i) {
					if want := float32(int(start)+e/2) * float32(1-2*(e%2)); v != want {
						t.Fatalf("test window %d, element %d is %v, wanted %v", i, e, v, want)
					}
				}
			}
			if w.Steps != 20 || (c.test != "") != (w.TestSteps == 15) || set.Shape.String() != fmt.Sprintf("%v×2", c.given["window"]) || set.Train.Rows != len(c.train) {
				t.Errorf("%+v of shape %v", w, set.Shape)
			}
		})
	}
}

// TestSeriesScalingSeesTrainingStepsOnce changes every step outside the training
// windows, and wants the scaling to stay; windows overlap, so that a step of
// many windows would weigh more.
func TestSeriesScalingSeesTrainingStepsOnce(t *testing.T) {
	text := func(other float64) string {
		lines := []string{"x"}
		for n := range 20 {
			v := float64(n)
			if n >= 10 {
				v = other
			}
			lines = append(lines, fmt.Sprint(v))
		}
		return strings.Join(lines, "\n") + "\n"
	}
	// Training steps 0 … 9; the windows from 7 on share steps with validation.
	given := registry.Tree{"window": 4.0, "validation": 3.0, "test_steps": 4.0, "scaling": "standard"}
	near, err := loadSeries(t, text(3), "", given)
	if err != nil {
		t.Fatal(err)
	}
	far, err := loadSeries(t, text(-1e6), "", given)
	if err != nil {
		t.Fatal(err)
	}
	// Of 0 … 9: mean 4.5, variance (10² − 1)/12.
	for _, set := range []*Set{near, far} {
		if set.Scaling.Offset[0] != 4.5 || math.Abs(set.Scaling.Scale[0]-math.Sqrt(99./12)) > 1e-15 {
			t.Errorf("scaled by %+v with windows %v and %v", set.Scaling, set.Series.TrainStarts, set.Series.ValidationStarts)
		}
	}
	if !slices.Equal(near.Train.Data, far.Train.Data) || slices.Equal(near.Test.Data, far.Test.Data) {
		t.Error("training follows what is tested on, or testing does not")
	}
	back := make([]float64, 4)
	if near.Scaling.Undo(back, near.Train.Row(2)); math.Abs(back[3]-5) > 1e-6 { // the rounding to float32
		t.Errorf("window 2 is undone to %v, wanted it to end in 5", back)
	}
}

func TestSeriesLabels(t *testing.T) {
	text := "v,beat\n0,n\n1,n\n2,n\n3,v\n4,n\n5,n\n6,n\n7,n\n8,n\n9,a\n10,v\n11,n\n"
	given := registry.Tree{"window": 2.0, "label": "beat", "test_steps": 4.0, "normal": []any{"n"}}
	set, err := loadSeries(t, text, "", given)
	if err != nil {
		t.Fatal(err)
	}
	// Classes a, n, v: the windows at 2 and 3 have a step v; at 9, the first step that is not normal is a.
	if !slices.Equal(set.Series.TrainStarts, []int32{0, 1, 4, 5, 6}) || !slices.Equal(set.TestLabels, []int32{0, 0, 2}) || !slices.Equal(set.Columns, []string{"v"}) {
		t.Errorf("trained on %v, test labels %v of %v, columns %v", set.Series.TrainStarts, set.TestLabels, set.Classes, set.Columns)
	}
	all, err := loadSeries(t, text, "", registry.Tree{"window": 2.0, "label": "beat", "test_steps": 4.0})
	if err != nil || !slices.Equal(all.TrainLabels, []int32{1, 1, 1, 2, 1, 1, 1}) {
		t.Errorf("without normal, windows are of %v: %v", all.TrainLabels, err)
	}
}

func TestSeriesErrors(t *testing.T) {
	cases := []struct {
		name  string
		text  string
		given registry.Tree
		words []string
	}{
		{"a window longer than the part", ramp(20), registry.Tree{"window": 17.0}, []string{"window: 17 steps do not fit into the 16 of the training part"}},
		{"a window longer than the test", ramp(20), registry.Tree{"window": 5.0}, []string{"window: 5 steps do not fit into the 4 of the test part"}},
		{"too much to test on", ramp(20), registry.Tree{"window": 2.0, "test_steps": 20.0}, []string{"test_steps: 20 of 20 steps leave none to train on"}},
		{"too much validation", ramp(20), registry.Tree{"window": 4.0, "validation": 13.0}, []string{"validation: 13 of 13 training examples leave none to train on"}},
		{"validation in all windows", ramp(20), registry.Tree{"window": 4.0, "validation": 11.0}, []string{"validation: every training window shares steps with the 11 validation windows"}},
		{"ragged", "x,y\n1,2\n3\n", registry.Tree{"window": 1.0}, []string{"train.csv:3: wanted 2 columns, found 1"}},
		{"missing", "x,y\n1,2\n,4\n", registry.Tree{"window": 1.0}, []string{"train.csv:3: column x: wanted a number, found nothing", "missing values have to be filled in"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadSeries(t, c.text, "", c.given)
			mustFail(t, err, c.words...)
		})
	}
	_, mistakes := sources.Resolve(registry.Tree{"kind": "series", "train": "a.csv", "test": "b.csv", "window": 4.0, "test_steps": 3.0, "normal": []any{"n"}, "clip": true})
	mustFail(t, mistakes, "test and test_steps both say what is tested on", "normal needs label", "clip needs scaling: minmax")
}

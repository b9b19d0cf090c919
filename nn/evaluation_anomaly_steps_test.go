package nn

import (
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// nought reconstructs everything as 0, so that the squared error of a step is its
// square, whatever window it is in.
type nought struct{}

func (nought) Forward(x *Matrix) *Matrix { return NewMatrix(x.Rows, x.Cols) }

// counted scores windows by their first value.
type counted struct{ nought }

func (counted) scores(x *Matrix) []float64 {
	out := make([]float64, x.Rows)
	for i := range out {
		out[i] = float64(x.Row(i)[0])
	}
	return out
}

// windowsOf cuts windows out of a series of one feature.
func windowsOf(series []float32, window int, starts ...int32) *Matrix {
	x := NewMatrix(0, window)
	for _, start := range starts {
		x.Data = append(x.Data, series[start:int(start)+window]...)
		x.Rows++
	}
	return x
}

// stepSplits are training, validation and test windows of one series, in which
// steps 8, 12 and 13 are anomalous.
func stepSplits(window int, tests []int32, rest int32) *Splits {
	series := []float32{1, 1, 1, 1, 1, 1, 2, 0, 10, 0, 1, 0, 3, 1, 2, 0}
	labels := []int32{1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1}
	at := func(starts ...int32) *Windows { return &Windows{Starts: starts, Labels: labels} }
	s := &Splits{
		Traits: Traits{Shape: Shape{window, 1}, Low: 0, High: 10, Validation: true}, Classes: []string{"odd", "usual"},
		Train: windowsOf(series, window, 0, 1), TrainWindows: at(0, 1),
		Validation: windowsOf(series, window, 5, 6), ValidationWindows: at(5, 6),
		Test: windowsOf(series, window, tests...), TestWindows: at(tests...),
	}
	if rest > 0 {
		s.TestWindows.Rest, s.TestWindows.RestStart = windowsOf(series, window, rest), rest
	}
	s.TrainLabels, s.ValidationLabels = []int32{1, 1}, []int32{1, 0}
	for _, start := range tests {
		s.TestLabels = append(s.TestLabels, slices.Min(labels[start:int(start)+window]))
	}
	return s
}

func evaluateAnomaly(t *testing.T, model Reconstructor, splits *Splits, given registry.Tree) *Findings {
	t.Helper()
	part, mistakes := evaluations.Resolve(given.With("kind", "anomaly"))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	known := Evaluated{
		Traits: splits.Traits, Training: splits.Train.Rows, Held: splits.Validation.Rows, Tested: splits.Test.Rows,
		Classes: splits.Classes, Normal: true, Windows: true,
	}
	names, mistakes := CheckEvaluation(part.(registry.Tree), known)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	f, err := NewSubject(model, splits).Evaluate(part.(registry.Tree))
	if err != nil {
		t.Fatal(err)
	}
	for name := range f.Metrics {
		if !slices.Contains(names, name) {
			t.Errorf("%s is measured, and not named", name)
		}
	}
	return f
}

// TestStepsOfSeriesAreScoredByHand: the test steps 10 … 15 score 1, 0, 9, 1, 4, 0,
// of which the third and fourth are anomalous. Of 8 pairs 6½ are in order. The
// average precision is ½·1 + ½·½. The normal validation steps score 1, 4 and 0,
// and maybe 1 and 0 beside them, with the median 1, above which lie a true and a
// false positive.
func TestStepsOfSeriesAreScoredByHand(t *testing.T) {
	for name, splits := range map[string]*Splits{
		"every step":          stepSplits(3, []int32{10, 11, 12, 13}, 0),
		"a window at the end": stepSplits(3, []int32{10, 12}, 13),
	} {
		f := evaluateAnomaly(t, nought{}, splits, registry.Tree{"threshold": registry.Tree{"kind": "quantile", "level": 0.5}})
		for metric, want := range map[string]float64{
			"auroc": 0.8125, "average_precision": 0.75, "quantile=0.5.threshold": 1, "quantile=0.5.f1": 0.5,
			"quantile=0.5.false_positive_rate": 0.25, "quantile=0.5.recall": 0.5,
			"quantile=0.5.point_adjusted_f1": 0.8, // both steps of the stretch found, one false
		} {
			if got, ok := f.Metrics["test.anomaly."+metric]; !ok || got != want {
				t.Errorf("%s: %s is %v, wanted %v", name, metric, got, want)
			}
		}
		course := chartNamed(t, f, "step-scores.anomaly").Series
		if !slices.Equal(course.Lines[0].Values, []float32{1, 0, 9, 1, 4, 0}) || course.Lines[0].Steps[0] != 10 || course.Level != 1 || !slices.Equal(course.Spans, [][2]int32{{12, 13}}) {
			t.Errorf("%s: the scores are drawn as %+v", name, course)
		}
		if series := chartNamed(t, f, "series.anomaly").Series; !slices.Equal(series.Lines[0].Values, []float32{1, 0, 3, 1, 2, 0}) {
			t.Errorf("%s: the series is drawn as %+v", name, series)
		}
	}
}

func chartNamed(t *testing.T, f *Findings, name string) Chart {
	t.Helper()
	for _, c := range f.Charts {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no chart %s", name)
	return Chart{}
}

// TestWindowsAreScoredWhereThatIsAskedFor: join: none holds windows against their
// own labels, of which three of four are anomalous.
func TestWindowsAreScoredWhereThatIsAskedFor(t *testing.T) {
	splits := stepSplits(2, []int32{10, 11, 12, 14}, 0)
	f := evaluateAnomaly(t, nought{}, splits, registry.Tree{"join": "none"})
	// They score ½, 4½, 5 and 2; the second and third are anomalous.
	if got := f.Metrics["test.anomaly.join=none.auroc"]; got != 1 {
		t.Errorf("AUROC over windows is %v, wanted 1: %v", got, f.Metrics)
	}
	for name := range f.Metrics {
		if strings.Contains(name, "point_adjusted") {
			t.Errorf("%s is measured of windows", name)
		}
	}
}

// Models that score whole windows give their score to each of the steps.
func TestScoresOfWindowsAreThoseOfTheirSteps(t *testing.T) {
	a := &Anomaly{Score: "mse"}
	splits := &Splits{Traits: Traits{Shape: Shape{2, 1}}}
	x := windowsOf([]float32{1, 2, 3, 7}, 2, 0, 1, 2)
	got := a.bySteps(NewSubject(counted{}, splits), x, &Windows{Starts: []int32{4, 5, 6}})
	if !slices.Equal(got.scores, []float64{1, 1.5, 2.5, 3}) || !slices.Equal(got.steps, []int32{4, 5, 6, 7}) {
		t.Errorf("steps %v score %v", got.steps, got.scores)
	}
	a.Join = JoinMax
	if got = a.bySteps(NewSubject(counted{}, splits), x, &Windows{Starts: []int32{4, 5, 6}}); !slices.Equal(got.scores, []float64{1, 2, 3, 3}) {
		t.Errorf("joined by their largest, steps score %v", got.scores)
	}
}

// Kim et al. 2022, figure 1: of a stretch that is found anywhere every step counts
// as found. Stretches that a gap in the steps parts are two.
func TestPointAdjustment(t *testing.T) {
	d := &scored{scores: []float64{0, 5, 0, 0, 5, 0, 0, 0}, steps: []int32{0, 1, 2, 3, 4, 5, 9, 10}}
	anomalous := []bool{true, true, true, false, false, true, true, true}
	// Found: steps 0 … 2; false: 4; missed: 5, and 9 and 10.
	holds(t, "F1", pointAdjustedF1(d, anomalous, 1), 2.*3/(3+1+6), 1e-15)
	holds(t, "F1 of nothing found", pointAdjustedF1(d, anomalous, 9), 0, 0)
	d.scores[6] = 7
	holds(t, "F1 of the second", pointAdjustedF1(d, anomalous, 6), 2.*2/(2+0+6), 1e-15)
	if spans := spansOf(d.steps, anomalous); !slices.Equal(spans, [][2]int32{{0, 2}, {5, 5}, {9, 10}}) {
		t.Errorf("stretches %v", spans)
	}
}

// Of many features the first are drawn, by their names, and that is said.
func TestSeriesOfManyFeaturesAreDrawnInPart(t *testing.T) {
	x := made(2, 2*6, 3)
	s := &Subject{Splits: &Splits{Traits: Traits{Shape: Shape{2, 6}}, Columns: []string{"a", "b", "c", "d", "e", "f"}, Test: x, TestWindows: &Windows{Starts: []int32{3, 4}}}}
	lines := s.testSeries()
	if len(lines) != shownFeatures || lines[3].Name != "d" || s.seriesTitle() != "the test series, 4 of 6 features" {
		t.Fatalf("%d lines, called %q: %q", len(lines), lines[len(lines)-1].Name, s.seriesTitle())
	}
	// Step 4 is in both windows, and is drawn once, as the first has it.
	if want := []float32{x.Row(0)[3], x.Row(0)[9], x.Row(1)[9]}; !slices.Equal(lines[3].Values, want) || !slices.Equal(lines[3].Steps, []int32{3, 4, 5}) {
		t.Errorf("drawn at %v: %v, wanted %v", lines[3].Steps, lines[3].Values, want)
	}
}

// What stands out of a long line does so when it is thinned.
func TestThinnedLinesKeepTheirPeaks(t *testing.T) {
	l := Line{Name: "x", Steps: make([]int32, 50_000), Values: make([]float32, 50_000)}
	for i := range l.Steps {
		l.Steps[i] = int32(i)
	}
	l.Values[12_345], l.Values[40_000] = 9, -9
	got := l.thinned()
	if len(got.Steps) > shownPoints || !slices.IsSorted(got.Steps) {
		t.Fatalf("%d points, in order: %v", len(got.Steps), slices.IsSorted(got.Steps))
	}
	for step, want := range map[int32]float32{12_345: 9, 40_000: -9} {
		if i := slices.Index(got.Steps, step); i < 0 || got.Values[i] != want {
			t.Errorf("step %d is lost", step)
		}
	}
}

func TestJoinsAreForSeries(t *testing.T) {
	part, mistakes := evaluations.Resolve(registry.Tree{"kind": "anomaly", "join": "median", "normal": []any{"a"}})
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	_, mistakes = CheckEvaluation(part.(registry.Tree), Evaluated{Traits: Traits{Shape: Shape{4}}, Training: 100, Tested: 10, Classes: []string{"a", "b"}})
	if len(mistakes) != 1 || mistakes[0].Path != "join" {
		t.Errorf("mistakes %v", mistakes)
	}
	one, _ := evaluations.Resolve(registry.Tree{"kind": "anomaly", "join": "mean"})
	other, _ := evaluations.Resolve("anomaly")
	if string(registry.Canonical(one)) != string(registry.Canonical(other)) {
		t.Error("join: mean is another evaluation than none given")
	}
}

// Thresholds of a series are set by steps, of which windows of three have at most
// three each; what they are is said.
func TestThresholdsOfSeriesNeedSteps(t *testing.T) {
	known := Evaluated{Traits: Traits{Shape: Shape{3, 1}}, Training: 100, Held: 20, Tested: 10, Classes: []string{"a", "b"}, Normal: true, Windows: true}
	for rate, want := range map[float64]string{0.02: "", 0.01: "the threshold conformal=0.01 needs 99 normal steps to be set by, and there are 60"} {
		part, mistakes := evaluations.Resolve(registry.Tree{"kind": "anomaly", "threshold": registry.Tree{"kind": "conformal", "rate": rate}})
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		_, mistakes = CheckEvaluation(part.(registry.Tree), known)
		switch {
		case want == "" && len(mistakes) > 0:
			t.Errorf("rate %v: %v", rate, mistakes)
		case want != "" && (len(mistakes) != 1 || mistakes[0].Message != want || mistakes[0].Hint != "set data.validation to more windows, up to 33 where they do not overlap"):
			t.Errorf("rate %v: %v", rate, mistakes)
		}
	}
}

// Steps between windows, and the guarantee that neighbours break, are spoken of.
func TestWhatStepsCannotDoIsNoted(t *testing.T) {
	f := evaluateAnomaly(t, nought{}, stepSplits(2, []int32{9, 12, 14}, 0), registry.Tree{"threshold": registry.Tree{"kind": "conformal", "rate": 0.5}})
	notes := strings.Join(f.Notes, "; ")
	for _, want := range []string{"1 test steps between windows are in none, and are not scored", "steps of a series resemble their neighbours"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes are %q, wanted %q among them", notes, want)
		}
	}
}

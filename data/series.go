package data

import (
	"context"
	"fmt"
	"math"
	"slices"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Series is the kind series: one long series in a CSV file, a step a line, cut
// into windows of steps × columns. Columns are read and chosen as csv does it.
//
// The last part of the series in time is tested on, or a file of its own. Each
// part is cut by itself, so that no window lies across their border: windows
// begin at the first step of a part and every stride steps from there. What is
// left at its end is not used, but for that of the test part: steps are scored
// and reconstructed with the help of one more window, which ends with it. The
// last windows of the training part, as many as validation says, are validated
// with, and training windows that reach into the first of them are left out.
// Windows are never shuffled before they are split, as neighbours share steps.
//
// scaling works on each column, as csv's does, and is fitted on the steps that
// lie in training windows, each once.
//
// label is a class for each step. A window is of the class of the first of its
// steps that is not among normal, and of the class of its first step where all
// are, or where normal is not said: one step that is not normal makes a window
// that is not. The steps keep their own classes beside, which anomalies along the
// series are held against.
type Series struct {
	Train        string   `identity:"no" doc:"file of the series, relative to the spec"`
	Test         string   `optional:"yes" identity:"no" doc:"file of another series to test on, with the same columns"`
	TestSteps    int      `optional:"yes" range:"[1, inf)" doc:"without a test file: so many of the last steps"`
	TestFraction float64  `optional:"yes" range:"(0, 1)" doc:"without a test file: this fraction of the steps, the last ones; 0.2 where nothing is said"`
	Window       int      `range:"[1, inf)" doc:"steps of a window"`
	Stride       int      `default:"1" range:"[1, inf)" doc:"steps from the beginning of a window to that of the next"`
	Header       bool     `default:"true" doc:"the first line names the columns; without, they are c1, c2, …"`
	Separator    string   `default:"comma" enum:"comma|semicolon|tab" doc:"what stands between two columns"`
	Columns      []string `optional:"yes" doc:"columns that are features, in this order; all but label and ignore where nothing is said"`
	Ignore       []string `optional:"yes" doc:"columns that are no features, such as the time"`
	Label        string   `optional:"yes" doc:"column of the classes of steps, words or numbers; never a feature"`
	Scaling      string   `default:"none" enum:"none|standard|minmax|unit" doc:"of each column, fitted on the steps of training windows"`
	Clip         bool     `default:"false" doc:"with scaling: minmax, keep every feature in [0, 1]"`
	Validation   int      `default:"0" range:"[0, inf)" doc:"training windows held out for validation, the last ones"`
	Normal       []string `optional:"yes" numbers:"yes" doc:"classes that are trained on and validated with; the test split keeps all"`
	TrainLimit   int      `optional:"yes" range:"[1, inf)" doc:"use only so many training windows, validation included"`
	TestLimit    int      `optional:"yes" range:"[1, inf)" doc:"use only the first so many test windows"`
}

func init() {
	registry.Add[Series](sources, "series", "windows of one long series in a table")
}

// Normalise implements [registry.Normaliser].
func (*Series) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := normaliseTestBy(resolved, given, "test_steps")
	mistakes = append(mistakes, normaliseClasses(resolved, given, "label")...)
	mistakes = append(mistakes, checkColumns(resolved, given)...)
	return append(mistakes, normaliseClip(resolved, given)...)
}

// Fingerprint implements [Source]. The ends of lines do not matter.
func (d *Series) Fingerprint(dir string) (string, error) {
	return filesFingerprint("series 1", dir, true, []string{"train", "test"}, []string{d.Train, d.Test})
}

// Describe implements [Source]. It reads the files whole.
func (d *Series) Describe(dir string) (Facts, error) {
	set, err := d.Load(context.Background(), dir, nil)
	if err != nil {
		return Facts{}, err
	}
	return set.facts(d.Train), nil
}

// Load implements [Source].
func (d *Series) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := d.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	train, test, err := csvLayout{separators[d.Separator], d.Header, d.Columns, d.Ignore, d.Label}.readBoth(dir, d.Train, d.Test)
	if err != nil {
		return nil, err
	}
	set := &Set{Name: "series", Shape: nn.Shape{d.Window, train.width}, Columns: train.columns, Fingerprint: fingerprint}
	set.Classes = classesOf(train.labels, test.labels)
	normal, err := namedClasses(d.Normal, set.Classes)
	if err != nil {
		return nil, err
	}
	border, err := d.border(train.rows(), d.Test != "")
	if err != nil {
		return nil, err
	}
	trainPart := seriesPart{steps: train.raw, labels: indicesOf(train.labels, set.Classes), end: border}
	testPart := seriesPart{steps: train.raw, labels: trainPart.labels, begin: border, end: train.rows()}
	if d.Test != "" {
		testPart = seriesPart{steps: test.raw, labels: indicesOf(test.labels, set.Classes), end: test.rows()}
	}
	return set, d.cut(set, trainPart, testPart, normal)
}

// border is the number of steps before those that are tested on.
func (d *Series) border(steps int, apart bool) (int, error) {
	switch {
	case apart:
		return steps, nil
	case d.TestSteps >= steps:
		return 0, fmt.Errorf("test_steps: %d of %d steps leave none to train on", d.TestSteps, steps)
	case d.TestSteps > 0:
		return steps - d.TestSteps, nil
	}
	return steps - int(math.Round(d.TestFraction*float64(steps))), nil
}

// seriesPart is a stretch of a series that is cut into windows.
type seriesPart struct {
	steps      raw     // the whole file
	labels     []int32 // of the steps of the file, or nil
	begin, end int     // of the part
}

// starts are the first steps of the windows.
func (p seriesPart) starts(what string, window, stride int) ([]int32, error) {
	if p.end-p.begin < window {
		return nil, fmt.Errorf("window: %d steps do not fit into the %d of the %s part", window, p.end-p.begin, what)
	}
	var starts []int32
	for at := p.begin; at+window <= p.end; at += stride {
		starts = append(starts, int32(at))
	}
	return starts, nil
}

// classes are those of windows, nil where steps have none.
func (p seriesPart) classes(starts, normal []int32, window int) []int32 {
	if p.labels == nil {
		return nil
	}
	classes := make([]int32, len(starts))
	for i, start := range starts {
		steps := p.labels[start : int(start)+window]
		classes[i] = steps[0]
		odd := func(class int32) bool { return !slices.Contains(normal, class) }
		if at := slices.IndexFunc(steps, odd); normal != nil && at >= 0 {
			classes[i] = steps[at]
		}
	}
	return classes
}

// cut cuts both parts into windows and shares them out.
func (d *Series) cut(set *Set, train, test seriesPart, normal []int32) error {
	trainStarts, err := train.starts("training", d.Window, d.Stride)
	if err != nil {
		return err
	}
	testStarts, err := test.starts("test", d.Window, d.Stride)
	if err != nil {
		return err
	}
	s := split{classes: normal, trainLimit: d.TrainLimit, testLimit: d.TestLimit, validation: d.Validation}
	p, err := s.plan(len(trainStarts), train.classes(trainStarts, normal, d.Window), len(testStarts))
	if err != nil {
		return err
	}
	chosen := make([]int32, p.trained+p.validated)
	for i := range chosen {
		chosen[i] = trainStarts[p.order[i]]
	}
	w := &Windows{Window: d.Window, Stride: d.Stride, Steps: train.steps.rows()}
	w.TrainStarts, w.ValidationStarts, w.TestStarts = chosen[:p.trained], chosen[p.trained:], testStarts[:p.tested]
	w.StepLabels = train.labels
	if d.Test != "" {
		w.TestSteps, w.TestStepLabels = test.steps.rows(), test.labels
	}
	if err := w.part(); err != nil {
		return err
	}
	set.Series = w
	return d.fill(set, train, test, normal)
}

// fill fits the scaling and sets the splits.
func (d *Series) fill(set *Set, train, test seriesPart, normal []int32) error {
	w := set.Series
	set.Scaling = fitScaling(d.Scaling, train.steps.pick(covered(w.TrainStarts, w.Window)))
	if set.Scaling != nil {
		set.Scaling.Clip = d.Clip
	}
	trainSteps := train.steps.scaled(nil, set.Scaling)
	testSteps := trainSteps
	if d.Test != "" {
		testSteps = test.steps.scaled(nil, set.Scaling)
	}
	for _, x := range []*nn.Matrix{trainSteps, testSteps} {
		if err := mustBeFinite(x); err != nil {
			return fmt.Errorf("scaling: %s: %w", d.Scaling, err)
		}
	}
	set.put(
		windows(trainSteps, w.TrainStarts, w.Window, train.classes(w.TrainStarts, normal, w.Window)),
		windows(trainSteps, w.ValidationStarts, w.Window, train.classes(w.ValidationStarts, normal, w.Window)),
		windows(testSteps, w.TestStarts, w.Window, test.classes(w.TestStarts, normal, w.Window)))
	set.Low, set.High = extremes(set.Train, set.Validation, set.Test)
	w.takeRest(testSteps, test.end)
	return nil
}

package data

import (
	"context"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// CSV is the kind csv: tables of numbers, packed with gzip or not. All columns
// are features but the label and those that are ignored, or else those that
// columns names, in that order. Columns without a header are called c1, c2, ….
//
// scaling works on each column, and is fitted on the training split alone:
// standard gives it mean 0 and variance 1 (dividing by the standard deviation
// over n), minmax puts its smallest value at 0 and its largest at 1, unit
// divides it by its largest absolute value. A column that does not vary is
// only shifted. Beyond the training split, values can leave [0, 1]; clip keeps
// them there.
type CSV struct {
	Train        string   `identity:"no" doc:"file of the training examples, relative to the spec"`
	Test         string   `optional:"yes" identity:"no" doc:"file of the test examples, with the same columns"`
	TestCount    int      `optional:"yes" range:"[1, inf)" doc:"without a test file: so many of the last training examples"`
	TestFraction float64  `optional:"yes" range:"(0, 1)" doc:"without a test file: this fraction of the training examples, the last ones; 0.2 where nothing is said"`
	Header       bool     `default:"true" doc:"the first line names the columns; without, they are c1, c2, …"`
	Separator    string   `default:"comma" enum:"comma|semicolon|tab" doc:"what stands between two columns"`
	Columns      []string `optional:"yes" doc:"columns that are features, in this order; all but label and ignore where nothing is said"`
	Ignore       []string `optional:"yes" doc:"columns that are no features"`
	Label        string   `optional:"yes" doc:"column of the classes, words or numbers; never a feature"`
	Scaling      string   `default:"none" enum:"none|standard|minmax|unit" doc:"of each column, fitted on the training split"`
	Clip         bool     `default:"false" doc:"with scaling: minmax, keep every feature in [0, 1]"`
	Shape        []int    `optional:"yes" range:"[1, inf)" doc:"shape of an example, such as [28, 28, 1]; the number of columns where nothing is said"`
	Validation   int      `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split        string   `default:"last" enum:"last|random" doc:"random shuffles the training file first"`
	SplitSeed    int      `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal       []string `optional:"yes" numbers:"yes" doc:"classes that are trained on and validated with; the test split keeps all"`
	TrainLimit   int      `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit    int      `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[CSV](sources, "csv", "tables of numbers")
}

// Normalise implements [registry.Normaliser].
func (*CSV) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := append(normaliseTest(resolved, given), normaliseSplit(resolved, given)...)
	mistakes = append(mistakes, normaliseClasses(resolved, given, "label")...)
	mistakes = append(mistakes, checkColumns(resolved, given)...)
	return append(mistakes, normaliseClip(resolved, given)...)
}

// checkColumns refuses features that are chosen twice, or that are the label.
func checkColumns(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	var mistakes registry.Mistakes
	if given["columns"] && given["ignore"] {
		mistakes = append(mistakes, registry.Mistake{Path: "ignore", Key: true, Message: "columns and ignore both say which columns are features", Hint: "keep one of them"})
	}
	columns, _ := resolved["columns"].([]any)
	if label, ok := resolved["label"]; ok && slices.Contains(columns, label) {
		mistakes = append(mistakes, registry.Mistake{Path: "label", Message: fmt.Sprintf("the label %q cannot be a feature too", label), Hint: "take it out of columns"})
	}
	return mistakes
}

func (d *CSV) split() split {
	return split{
		random: d.Split == "random", seed: d.SplitSeed, testCount: d.TestCount, testFraction: d.TestFraction,
		trainLimit: d.TrainLimit, testLimit: d.TestLimit, validation: d.Validation,
	}
}

// Fingerprint implements [Source]. The ends of lines do not matter.
func (d *CSV) Fingerprint(dir string) (string, error) {
	return filesFingerprint("csv 1", dir, true, []string{"train", "test"}, []string{d.Train, d.Test})
}

// Describe implements [Source]. It reads the files whole.
func (d *CSV) Describe(dir string) (Facts, error) {
	set, err := d.Load(context.Background(), dir, nil)
	if err != nil {
		return Facts{}, err
	}
	return set.facts(d.Train), nil
}

// Load implements [Source].
func (d *CSV) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := d.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	train, test, err := csvLayout{separators[d.Separator], d.Header, d.Columns, d.Ignore, d.Label}.readBoth(dir, d.Train, d.Test)
	if err != nil {
		return nil, err
	}
	set := &Set{Name: "csv", Columns: train.columns, Fingerprint: fingerprint}
	if set.Shape, err = shaped(d.Shape, nn.Shape{len(train.columns)}); err != nil {
		return nil, err
	}
	return set, d.cut(set, train, test)
}

// cut names the classes, cuts the splits and scales them.
func (d *CSV) cut(set *Set, train, test *csvTable) (err error) {
	s := d.split()
	set.Classes = classesOf(train.labels, test.labels)
	if s.classes, err = namedClasses(d.Normal, set.Classes); err != nil {
		return err
	}
	return s.applyScaled(set, d.Scaling, d.Clip, train.raw, test.raw, indicesOf(train.labels, set.Classes), indicesOf(test.labels, set.Classes))
}

// separators are what may stand between two columns.
var separators = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'}

// readBoth reads the training file, and the test file where there is one, which
// must have the same columns.
func (l csvLayout) readBoth(dir, trainPath, testPath string) (train, test *csvTable, err error) {
	if train, err = readCSVFile("train", l, within(dir, trainPath)); err != nil {
		return nil, nil, err
	}
	if testPath == "" {
		return train, &csvTable{raw: raw{width: train.width}}, nil
	}
	l.columns = train.columns
	if test, err = readCSVFile("test", l, within(dir, testPath)); err != nil {
		return nil, nil, err
	}
	if !slices.Equal(test.names, train.names) {
		return nil, nil, fmt.Errorf("test: wanted the columns of %s, %s, found %s in %s", trainPath, abridged(train.names), abridged(test.names), testPath)
	}
	return train, test, nil
}

func readCSVFile(name string, layout csvLayout, path string) (*csvTable, error) {
	if err := mustExist(name, path); err != nil {
		return nil, err
	}
	file, err := openPacked(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer file.Close()
	return layout.read(path, file)
}

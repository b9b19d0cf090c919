package data

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// IDX is the kind idx: files in the format of MNIST, packed with gzip or not.
// Examples are features (two dimensions), grey pictures (three) or pictures
// with channels (four). An element is divided by 255 in a file of bytes, and
// by 1 in others, unless divisor says otherwise. Labels are whole numbers.
type IDX struct {
	Train        string  `identity:"no" doc:"file of the training examples, relative to the spec"`
	TrainLabels  string  `optional:"yes" identity:"no" doc:"file of their labels"`
	Test         string  `optional:"yes" identity:"no" doc:"file of the test examples"`
	TestLabels   string  `optional:"yes" identity:"no" doc:"file of their labels"`
	TestCount    int     `optional:"yes" range:"[1, inf)" doc:"without a test file: so many of the last training examples"`
	TestFraction float64 `optional:"yes" range:"(0, 1)" doc:"without a test file: this fraction of the training examples, the last ones; 0.2 where nothing is said"`
	Divisor      float64 `optional:"yes" range:"(0, inf)" doc:"what elements are divided by; 255 for bytes, 1 for others"`
	Shape        []int   `optional:"yes" range:"[1, inf)" doc:"shape of an example, where it is another than the file says"`
	Validation   int     `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split        string  `default:"last" enum:"last|random" doc:"random shuffles the training file first"`
	SplitSeed    int     `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal       []int   `optional:"yes" doc:"labels that are trained on and validated with; the test split keeps all"`
	TrainLimit   int     `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit    int     `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[IDX](sources, "idx", "files in the format of MNIST")
}

// Normalise implements [registry.Normaliser].
func (*IDX) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := append(normaliseTest(resolved, given), normaliseSplit(resolved, given)...)
	mistakes = append(mistakes, normaliseClasses(resolved, given, "train_labels")...)
	return append(mistakes, needsEach(given, "test", "test_labels")...)
}

func (d *IDX) split() split {
	return split{
		random: d.Split == "random", seed: d.SplitSeed, testCount: d.TestCount, testFraction: d.TestFraction,
		trainLimit: d.TrainLimit, testLimit: d.TestLimit, validation: d.Validation,
	}
}

// Fingerprint implements [Source].
func (d *IDX) Fingerprint(dir string) (string, error) {
	return filesFingerprint("idx 1", dir, false,
		[]string{"train", "train_labels", "test", "test_labels"},
		[]string{d.Train, d.TrainLabels, d.Test, d.TestLabels})
}

// Load implements [Source].
func (d *IDX) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	fingerprint, err := d.Fingerprint(dir)
	if err != nil {
		return nil, err
	}
	train, trainHeader, err := d.examples("train", dir, d.Train)
	if err != nil {
		return nil, err
	}
	test, testHeader, err := d.examples("test", dir, d.Test)
	if err != nil {
		return nil, err
	}
	if d.Test != "" && testHeader.shape().String() != trainHeader.shape().String() {
		return nil, fmt.Errorf("test: wanted examples of %v, as %s has, found %v in %s", trainHeader.shape(), d.Train, testHeader.shape(), d.Test)
	}
	set := &Set{Name: "idx", Fingerprint: fingerprint}
	if set.Shape, err = shaped(d.Shape, trainHeader.shape()); err != nil {
		return nil, err
	}
	return set, d.cut(set, dir, train, test, trainHeader.kind == idxUint8)
}

// cut reads the labels, cuts the splits and finds the range of values.
func (d *IDX) cut(set *Set, dir string, train, test *nn.Matrix, bytes bool) error {
	trainTable, testTable := table{x: train}, table{x: test}
	var err error
	if set.Classes, err = d.labels(dir, &trainTable, &testTable); err != nil {
		return err
	}
	s := d.split()
	wanted := make([]string, len(d.Normal))
	for i, class := range d.Normal {
		wanted[i] = strconv.Itoa(class)
	}
	if s.classes, err = namedClasses(wanted, set.Classes); err != nil {
		return err
	}
	if err := s.apply(set, trainTable, testTable); err != nil {
		return err
	}
	set.Low, set.High = extremes(set.Train, set.Validation, set.Test)
	if bytes {
		set.Low, set.High = 0, float32(math.MaxUint8/d.divisor(idxUint8))
	}
	return nil
}

// Describe implements [Source]. Files of bytes without normal are not
// read beyond their headers.
func (d *IDX) Describe(dir string) (Facts, error) {
	facts := Facts{Name: "idx", Summary: d.Train}
	header, err := d.header("train", dir, d.Train)
	if err != nil {
		return facts, err
	}
	if header.kind != idxUint8 || d.Normal != nil || d.TrainLabels != "" {
		set, err := d.Load(context.Background(), dir, nil)
		if err != nil {
			return facts, err
		}
		return set.facts(facts.Summary), nil
	}
	testRows := 0
	if d.Test != "" {
		testHeader, err := d.header("test", dir, d.Test)
		if err != nil {
			return facts, err
		}
		testRows = testHeader.dims[0]
	}
	p, err := d.split().plan(header.dims[0], nil, testRows)
	if err != nil {
		return facts, err
	}
	facts.Train, facts.Validation, facts.Test = p.trained, p.validated, p.tested
	facts.High = math.MaxUint8 / d.divisor(idxUint8)
	facts.Shape, err = shaped(d.Shape, header.shape())
	return facts, err
}

func (d *IDX) divisor(kind byte) float64 {
	switch {
	case d.Divisor > 0:
		return d.Divisor
	case kind == idxUint8:
		return math.MaxUint8
	}
	return 1
}

// openIDX reads a file that a spec gave as the value of name.
func openIDX(name, dir, path string, read func(r io.Reader, bound int64) error) error {
	path = within(dir, path)
	if err := mustExist(name, path); err != nil {
		return err
	}
	file, err := openPacked(path)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer file.Close()
	if err := read(file, file.bound); err != nil {
		return fmt.Errorf("%s: %s: %w", name, path, explain(err))
	}
	return nil
}

func (d *IDX) header(name, dir, path string) (header idxHeader, err error) {
	err = openIDX(name, dir, path, func(r io.Reader, bound int64) error {
		header, err = readIDXHeader(r, bound)
		if err == nil {
			err = header.mustHoldExamples()
		}
		return err
	})
	return header, err
}

// examples reads a file of examples; without a path there are none.
func (d *IDX) examples(name, dir, path string) (x *nn.Matrix, header idxHeader, err error) {
	if path == "" {
		return nil, header, nil
	}
	err = openIDX(name, dir, path, func(r io.Reader, bound int64) error {
		x, header, err = readIDXExamples(r, bound, d.divisor)
		if err != nil {
			return err
		}
		return mustBeFinite(x)
	})
	return x, header, err
}

// mustBeFinite refuses what training could not use; x may be nil.
func mustBeFinite(x *nn.Matrix) error {
	if x == nil {
		return nil
	}
	for i, v := range x.Data {
		if v-v != 0 {
			return fmt.Errorf("example %d, element %d: wanted a finite float32, found %v", i/x.Cols+1, i%x.Cols+1, v)
		}
	}
	return nil
}

// labels reads the files of labels into the tables, as indices into the
// classes that it returns.
func (d *IDX) labels(dir string, train, test *table) ([]string, error) {
	trainWords, err := readLabelWords("train_labels", dir, d.TrainLabels, train.rows())
	if err != nil {
		return nil, err
	}
	testWords, err := readLabelWords("test_labels", dir, d.TestLabels, test.rows())
	if err != nil {
		return nil, err
	}
	classes := classesOf(trainWords, testWords)
	train.labels, test.labels = indicesOf(trainWords, classes), indicesOf(testWords, classes)
	return classes, nil
}

func readLabelWords(name, dir, path string, rows int) (words []string, err error) {
	if path == "" {
		return nil, nil
	}
	err = openIDX(name, dir, path, func(r io.Reader, bound int64) error {
		labels, err := readIDXLabels(r, bound)
		if err == nil && len(labels) != rows {
			err = fmt.Errorf("wanted %d labels, one an example, found %d", rows, len(labels))
		}
		for _, label := range labels {
			words = append(words, strconv.Itoa(int(label)))
		}
		return err
	})
	return words, err
}

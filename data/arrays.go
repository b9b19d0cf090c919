package data

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"slices"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// arrays is a data set in arrays of NumPy: what npy and npz have in common. An
// array is named by the parameter that gives it.
type arrays struct {
	kind    string
	summary string
	given   map[string]string // train, train_labels, test, test_labels
	open    func(name string) (*arrayFile, error)
	divisor float64 // 0 for that of the elements
	shape   []int
	scaling string
	clip    bool
	normal  []int
	split   split
}

// arrayFile is an array that is read, out of a file of its own or an archive.
type arrayFile struct {
	io.ReadCloser
	path  string // for errors
	bound int64  // no more bytes can come out
}

// arrayRoles are the parameters that give arrays, in the order of the fingerprint.
var arrayRoles = []string{"train", "train_labels", "test", "test_labels"}

// normaliseArrays is what npy and npz have to settle alike.
func normaliseArrays(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	mistakes := append(normaliseTest(resolved, given), normaliseSplit(resolved, given)...)
	mistakes = append(mistakes, normaliseClasses(resolved, given, "train_labels")...)
	mistakes = append(mistakes, needsEach(given, "test", "test_labels")...)
	if resolved["scaling"] != "none" && given["divisor"] {
		mistakes = append(mistakes, registry.Mistake{Path: "divisor", Key: true, Message: "divisor has no effect beside scaling", Hint: "keep one of them"})
	}
	return append(mistakes, normaliseClip(resolved, given)...)
}

// has tells whether a spec gives an array.
func (a *arrays) has(name string) bool { return a.given[name] != "" }

// within opens an array and says where what goes wrong with it stands.
func (a *arrays) within(name string, read func(file *arrayFile) error) error {
	file, err := a.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := read(file); err != nil {
		return fmt.Errorf("%s: %s: %w", name, file.path, explain(err))
	}
	return nil
}

// fingerprint is a digest over the arrays, packed or not.
func (a *arrays) fingerprint() (string, error) {
	words := []string{a.kind + " 1"}
	for _, name := range arrayRoles {
		if !a.has(name) {
			continue
		}
		sum := sha256.New()
		err := a.within(name, func(file *arrayFile) error {
			_, err := io.Copy(sum, file)
			return err
		})
		if err != nil {
			return "", err
		}
		words = append(words, name, hex.EncodeToString(sum.Sum(nil)))
	}
	return digest(words...), nil
}

// header reads that of an array of examples.
func (a *arrays) header(name string) (h npyHeader, err error) {
	err = a.within(name, func(file *arrayFile) error {
		array, err := openNpy(file, file.bound)
		if err != nil {
			return err
		}
		h = array.npyHeader
		return h.mustHoldExamples()
	})
	return h, err
}

// divisorOf is what elements of a kind are divided by.
func (a *arrays) divisorOf(kind string) float64 {
	switch {
	case a.divisor > 0:
		return a.divisor
	case kind == "u1" && a.scaling == "none":
		return math.MaxUint8
	}
	return 1
}

// examples reads an array of examples, if it is given. begin is called with its
// header; what it returns gets each element, with its index where examples are
// rows.
func (a *arrays) examples(name string, begin func(h npyHeader) (put func(i int, v float64))) error {
	if !a.has(name) {
		return nil
	}
	return a.within(name, func(file *arrayFile) error {
		array, err := openNpy(file, file.bound)
		if err != nil {
			return err
		}
		if err := array.mustHoldExamples(); err != nil {
			return err
		}
		put, divisor := begin(array.npyHeader), a.divisorOf(array.kind)
		return array.read(func(first int, chunk []float64) error {
			for i, v := range chunk {
				v /= divisor
				if err := array.checkNumber(first+i, v); err != nil {
					return err
				}
				put(array.place(first+i), v)
			}
			return nil
		})
	})
}

// headers reads those of both arrays of examples, which must agree; testRows is
// 0 where there is no test array.
func (a *arrays) headers() (train npyHeader, testRows int, err error) {
	if train, err = a.header("train"); err != nil || !a.has("test") {
		return train, 0, err
	}
	test, err := a.header("test")
	if err == nil && !slices.Equal(test.dims[1:], train.dims[1:]) {
		err = fmt.Errorf("test: wanted examples of %v, as %s has, found %v in %s",
			nn.Shape(train.dims[1:]), a.given["train"], nn.Shape(test.dims[1:]), a.given["test"])
	}
	if err == nil && a.bounded(test) != a.bounded(train) {
		err = fmt.Errorf("test: wanted elements of type %s, as %s has, found %s in %s, but bytes are divided and others are not; convert one of them with astype",
			train.kind, a.given["train"], test.kind, a.given["test"])
	}
	if err != nil {
		return train, 0, err
	}
	return train, test.dims[0], nil
}

// load reads everything.
func (a *arrays) load() (*Set, error) {
	fingerprint, err := a.fingerprint()
	if err != nil {
		return nil, err
	}
	header, testRows, err := a.headers()
	if err != nil {
		return nil, err
	}
	set := &Set{Name: a.kind, Fingerprint: fingerprint}
	if set.Shape, err = shaped(a.shape, slices.Clone(header.dims[1:])); err != nil {
		return nil, err
	}
	s := a.split
	classes, trainLabels, testLabels, err := a.classes(&s, header.dims[0], testRows)
	if err != nil {
		return nil, err
	}
	set.Classes = classes
	if a.scaling != "none" {
		return set, a.cutScaled(set, s, trainLabels, testLabels)
	}
	return set, a.cut(set, s, trainLabels, testLabels, a.bounded(header))
}

// cut reads the examples as float32 and cuts the splits.
func (a *arrays) cut(set *Set, s split, trainLabels, testLabels []int32, bounded bool) error {
	train, test := table{labels: trainLabels}, table{labels: testLabels}
	into := func(t *table) func(h npyHeader) func(int, float64) {
		return func(h npyHeader) func(int, float64) {
			t.x = nn.NewMatrix(h.dims[0], nn.Shape(h.dims[1:]).Size())
			return func(i int, v float64) { t.x.Data[i] = float32(v) }
		}
	}
	if err := a.examples("train", into(&train)); err != nil {
		return err
	}
	if err := a.examples("test", into(&test)); err != nil {
		return err
	}
	if err := s.apply(set, train, test); err != nil {
		return err
	}
	set.Low, set.High = extremes(set.Train, set.Validation, set.Test)
	if bounded {
		set.Low, set.High = 0, float32(a.highest())
	}
	return nil
}

// cutScaled reads the examples as float64, cuts the splits and scales them.
func (a *arrays) cutScaled(set *Set, s split, trainLabels, testLabels []int32) error {
	width := set.Shape.Size()
	train, test := raw{width: width}, raw{width: width}
	into := func(t *raw) func(h npyHeader) func(int, float64) {
		return func(h npyHeader) func(int, float64) {
			t.values = make([]float64, h.size())
			return func(i int, v float64) { t.values[i] = v }
		}
	}
	if err := a.examples("train", into(&train)); err != nil {
		return err
	}
	if err := a.examples("test", into(&test)); err != nil {
		return err
	}
	return s.applyScaled(set, a.scaling, a.clip, train, test, trainLabels, testLabels)
}

// bounded tells whether the kind of the elements bounds them: bytes, unscaled.
func (a *arrays) bounded(h npyHeader) bool { return h.kind == "u1" && a.scaling == "none" }

// highest is the largest value that a byte becomes.
func (a *arrays) highest() float64 { return math.MaxUint8 / a.divisorOf("u1") }

// describe does not read the examples where their elements are bytes.
func (a *arrays) describe() (Facts, error) {
	header, testRows, err := a.headers()
	if err != nil {
		return Facts{}, err
	}
	if !a.bounded(header) {
		set, err := a.load()
		if err != nil {
			return Facts{}, err
		}
		return set.facts(a.summary), nil
	}
	s := a.split
	classes, trainLabels, _, err := a.classes(&s, header.dims[0], testRows)
	if err != nil {
		return Facts{}, err
	}
	p, err := s.plan(header.dims[0], trainLabels, testRows)
	if err != nil {
		return Facts{}, err
	}
	facts := Facts{Name: a.kind, Summary: a.summary, High: a.highest(), Train: p.trained, Validation: p.validated, Test: p.tested, Classes: classes}
	facts.Shape, err = shaped(a.shape, slices.Clone(header.dims[1:]))
	return facts, err
}

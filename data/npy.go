package data

import (
	"context"
	"fmt"

	"hourglass.dev/hourglass/registry"
)

// NPY is the kind npy: arrays that numpy.save wrote, packed with gzip or not,
// of float32, float64, whole numbers or bool. The first dimension counts the
// examples, the others are their shape: [features], [steps, features] or
// [height, width, channels]. Grey pictures of two dimensions need shape:
// [28, 28, 1] to be pictures. An element is divided by 255 in an array of
// bytes, uint8, and by 1 in others, unless divisor says otherwise; with scaling
// it is not divided. Labels are whole numbers. Arrays in the order of Fortran
// are put into that of C.
//
// scaling works on each element of an example as csv's does on a column.
type NPY struct {
	Train        string  `identity:"no" doc:"file of the training examples, relative to the spec"`
	TrainLabels  string  `optional:"yes" identity:"no" doc:"file of their labels"`
	Test         string  `optional:"yes" identity:"no" doc:"file of the test examples"`
	TestLabels   string  `optional:"yes" identity:"no" doc:"file of their labels"`
	TestCount    int     `optional:"yes" range:"[1, inf)" doc:"without a test file: so many of the last training examples"`
	TestFraction float64 `optional:"yes" range:"(0, 1)" doc:"without a test file: this fraction of the training examples, the last ones; 0.2 where nothing is said"`
	Divisor      float64 `optional:"yes" range:"(0, inf)" doc:"what elements are divided by; 255 for bytes, 1 for others"`
	Scaling      string  `default:"none" enum:"none|standard|minmax|unit" doc:"of each element of an example, fitted on the training split"`
	Clip         bool    `default:"false" doc:"with scaling: minmax, keep every feature in [0, 1]"`
	Shape        []int   `optional:"yes" range:"[1, inf)" doc:"shape of an example, where it is another than the file says, such as [28, 28, 1]"`
	Validation   int     `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split        string  `default:"last" enum:"last|random" doc:"random shuffles the training file first"`
	SplitSeed    int     `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal       []int   `optional:"yes" doc:"labels that are trained on and validated with; the test split keeps all"`
	TrainLimit   int     `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit    int     `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[NPY](sources, "npy", "arrays of NumPy, one a file")
}

// Normalise implements [registry.Normaliser].
func (*NPY) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseArrays(resolved, given)
}

func (d *NPY) arrays(dir string) *arrays {
	paths := map[string]string{"train": d.Train, "train_labels": d.TrainLabels, "test": d.Test, "test_labels": d.TestLabels}
	return &arrays{
		kind: "npy", summary: d.Train, given: paths,
		open:    func(name string) (*arrayFile, error) { return openNpyFile(name, within(dir, paths[name])) },
		divisor: d.Divisor, shape: d.Shape, scaling: d.Scaling, clip: d.Clip, normal: d.Normal,
		split: split{
			random: d.Split == "random", seed: d.SplitSeed, testCount: d.TestCount, testFraction: d.TestFraction,
			trainLimit: d.TrainLimit, testLimit: d.TestLimit, validation: d.Validation,
		},
	}
}

func openNpyFile(name, path string) (*arrayFile, error) {
	if err := mustExist(name, path); err != nil {
		return nil, err
	}
	file, err := openPacked(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &arrayFile{file, path, file.bound}, nil
}

// Fingerprint implements [Source].
func (d *NPY) Fingerprint(dir string) (string, error) { return d.arrays(dir).fingerprint() }

// Describe implements [Source]. Examples of bytes are not read.
func (d *NPY) Describe(dir string) (Facts, error) { return d.arrays(dir).describe() }

// Load implements [Source].
func (d *NPY) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	return d.arrays(dir).load()
}

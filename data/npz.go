package data

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// NPZ is the kind npz: named arrays in an archive that numpy.savez or
// numpy.savez_compressed wrote. What the arrays hold is read as npy reads it;
// arrays that no parameter names are not read, and do not matter.
type NPZ struct {
	File         string  `identity:"no" doc:"the archive, relative to the spec"`
	Train        string  `identity:"no" doc:"name of the array of training examples, such as x_train"`
	TrainLabels  string  `optional:"yes" identity:"no" doc:"name of the array of their labels"`
	Test         string  `optional:"yes" identity:"no" doc:"name of the array of test examples"`
	TestLabels   string  `optional:"yes" identity:"no" doc:"name of the array of their labels"`
	TestCount    int     `optional:"yes" range:"[1, inf)" doc:"without a test array: so many of the last training examples"`
	TestFraction float64 `optional:"yes" range:"(0, 1)" doc:"without a test array: this fraction of the training examples, the last ones; 0.2 where nothing is said"`
	Divisor      float64 `optional:"yes" range:"(0, inf)" doc:"what elements are divided by; 255 for bytes, 1 for others"`
	Scaling      string  `default:"none" enum:"none|standard|minmax|unit" doc:"of each element of an example, fitted on the training split"`
	Clip         bool    `default:"false" doc:"with scaling: minmax, keep every feature in [0, 1]"`
	Shape        []int   `optional:"yes" range:"[1, inf)" doc:"shape of an example, where it is another than the array says, such as [28, 28, 1]"`
	Validation   int     `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split        string  `default:"last" enum:"last|random" doc:"random shuffles the training array first"`
	SplitSeed    int     `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal       []int   `optional:"yes" doc:"labels that are trained on and validated with; the test split keeps all"`
	TrainLimit   int     `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit    int     `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[NPZ](sources, "npz", "named arrays of NumPy in one archive")
}

// Normalise implements [registry.Normaliser].
func (*NPZ) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseArrays(resolved, given)
}

func (d *NPZ) arrays(dir string) *arrays {
	path := within(dir, d.File)
	names := map[string]string{"train": d.Train, "train_labels": d.TrainLabels, "test": d.Test, "test_labels": d.TestLabels}
	return &arrays{
		kind: "npz", summary: d.File, given: names,
		open:    func(name string) (*arrayFile, error) { return openNpzArray(path, name, names[name]) },
		divisor: d.Divisor, shape: d.Shape, scaling: d.Scaling, clip: d.Clip, normal: d.Normal,
		split: split{
			random: d.Split == "random", seed: d.SplitSeed, testCount: d.TestCount, testFraction: d.TestFraction,
			trainLimit: d.TrainLimit, testLimit: d.TestLimit, validation: d.Validation,
		},
	}
}

// openNpzArray opens an array of an archive by its name, with or without .npy,
// which a spec gave as the value of parameter.
func openNpzArray(path, parameter, name string) (*arrayFile, error) {
	if err := mustExist("file", path); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	array, err := findNpzArray(file, name)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %s: %w", parameter, path, err)
	}
	content, err := array.Open()
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %s: %s: %w", parameter, path, name, err)
	}
	// No more than deflate can unpack, whatever the archive says.
	bound := int64(min(array.UncompressedSize64, array.CompressedSize64*maxRatio))
	return &arrayFile{npzEntry{content, file}, path + ": " + array.Name, bound}, nil
}

func findNpzArray(file *os.File, name string) (*zip.File, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("wanted an archive as numpy.savez writes it: %w", err)
	}
	var names []string
	for _, entry := range archive.File {
		if entry.Name == name || entry.Name == name+".npy" {
			return entry, nil
		}
		names = append(names, strings.TrimSuffix(entry.Name, ".npy"))
	}
	slices.Sort(names)
	hint := "the arrays are " + abridged(names)
	if nearest := registry.Nearest(name, names); nearest != "" {
		hint = "did you mean " + nearest + "?"
	}
	return nil, fmt.Errorf("no array is called %q; %s", name, hint)
}

// npzEntry closes the archive with the array.
type npzEntry struct {
	io.ReadCloser
	archive *os.File
}

func (e npzEntry) Close() error {
	e.ReadCloser.Close()
	return e.archive.Close()
}

// Fingerprint implements [Source].
func (d *NPZ) Fingerprint(dir string) (string, error) { return d.arrays(dir).fingerprint() }

// Describe implements [Source]. Examples of bytes are not read.
func (d *NPZ) Describe(dir string) (Facts, error) { return d.arrays(dir).describe() }

// Load implements [Source].
func (d *NPZ) Load(_ context.Context, dir string, _ func(string)) (*Set, error) {
	return d.arrays(dir).load()
}

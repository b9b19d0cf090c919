package data

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Digits is the kind digits: 1,797 handwritten digits of 8 × 8 pixels, which
// come with the program. A pixel is a whole number from 0 to 16 divided by 16.
// The last 360 examples are the test split, whatever else is said. digits.md
// names source and licence.
type Digits struct {
	Validation int    `default:"0" range:"[0, inf)" doc:"training examples held out for validation, the last ones"`
	Split      string `default:"last" enum:"last|random" doc:"random shuffles the training examples first"`
	SplitSeed  int    `default:"1" range:"[0, inf)" doc:"of the shuffle, beside split: random"`
	Normal     []int  `optional:"yes" range:"[0, 9]" doc:"digits that are trained on and validated with; the test split keeps all"`
	TrainLimit int    `optional:"yes" range:"[1, inf)" doc:"use only so many training examples, validation included"`
	TestLimit  int    `optional:"yes" range:"[1, inf)" doc:"use only the first so many test examples"`
}

func init() {
	registry.Add[Digits](sources, "digits", "handwritten digits, 8×8, 1,437 to train on and 360 to test on; comes with the program")
}

//go:embed digits.csv.gz
var digitsPacked []byte

const (
	digitsSHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8" // unpacked
	digitsTrain  = 1437
	digitsTest   = 360
	digitsPixels = 8 * 8
)

var digits = named{
	facts: Facts{
		Name:    "digits",
		Summary: "handwritten digits, small; comes with the program",
		Origin:  "E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998 (its test set, as in scikit-learn)",
		Licence: "CC BY 4.0",
		Shape:   pictures(8, 8), Low: 0, High: 1,
		Train: digitsTrain, Test: digitsTest,
		Classes: digitClasses,
	},
	trainCounts: []int{143, 146, 142, 146, 144, 145, 144, 143, 141, 143},
	fingerprint: []string{"csv, numbers / 16, the last 360 for testing", digitsSHA256},
	read:        readDigits,
}

func readDigits() (train, test table, err error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(digitsPacked))
	if err != nil {
		return train, test, err
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		return train, test, err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	all := table{x: nn.NewMatrix(len(lines), digitsPixels), labels: make([]int32, len(lines))}
	for i, line := range lines {
		if all.labels[i], err = readDigit(all.x.Row(i), line); err != nil {
			return train, test, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return all.slice(0, digitsTrain), all.slice(digitsTrain, len(lines)), nil
}

func readDigit(pixels []float32, line string) (int32, error) {
	words := strings.Split(line, ",")
	if len(words) != digitsPixels+1 {
		return 0, fmt.Errorf("wanted %d numbers, found %d", digitsPixels+1, len(words))
	}
	for j := range pixels {
		value, err := strconv.ParseFloat(words[j], 32)
		if err != nil {
			return 0, err
		}
		pixels[j] = float32(value) / 16
	}
	label, err := strconv.ParseFloat(words[digitsPixels], 32)
	return int32(label), err
}

func (d *Digits) split() split {
	return split{
		random: d.Split == "random", seed: d.SplitSeed, validation: d.Validation,
		classes: classIndices(d.Normal), trainLimit: d.TrainLimit, testLimit: d.TestLimit,
	}
}

// Load implements [Source].
func (d *Digits) Load(ctx context.Context, _ string, report func(string)) (*Set, error) {
	return digits.load(ctx, d.split(), report)
}

// Fingerprint implements [Source].
func (d *Digits) Fingerprint(string) (string, error) { return digest(digits.fingerprint...), nil }

// Describe implements [Source].
func (d *Digits) Describe(string) (Facts, error) { return digits.describe(d.split()) }

// Normalise implements [registry.Normaliser].
func (d *Digits) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return digits.normalise(resolved, given)
}

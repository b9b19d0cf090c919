package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Source is a data set as a spec declares it. Relative paths in it start from
// dir. An error of any of its methods is one of the run, not of a trial.
type Source interface {
	// Load reads all examples. report is told what takes a while, such as
	// "fetching MNIST from …, 11 MB", and may be nil.
	Load(ctx context.Context, dir string, report func(string)) (*Set, error)
	// Fingerprint identifies what the data hold, in hex. Data that are the same
	// everywhere, named or generated, are not read for it; files are.
	Fingerprint(dir string) (string, error)
	// Describe tells shape, range and counts. Named and generated data are not
	// read for it.
	Describe(dir string) (Facts, error)
}

var sources = registry.NewRole[Source]("data", "where the examples come from")

// Set is a data set in memory. The matrices have one example a row; a split
// that has no examples is nil, and so are labels where there are none.
type Set struct {
	Name  string // the kind, such as mnist
	Shape nn.Shape
	// Low and High bound all values of all splits. Where the kind guarantees
	// bounds, as pictures do with 0 and 1, they are those, and otherwise the
	// smallest and the largest value that occur.
	Low, High float32

	Train, Validation, Test *nn.Matrix
	// Drawn is one draw of Train where its elements are the probabilities of 0
	// and 1, and each presentation of an example is a draw; nil elsewhere.
	Drawn                                     *nn.Matrix
	TrainLabels, ValidationLabels, TestLabels []int32  // indices into Classes
	Classes                                   []string // names of the classes

	// The factors that made-up examples follow from, one example a row, where
	// the kind knows them; Factors names them.
	TrainFactors, ValidationFactors, TestFactors *nn.Matrix
	Factors                                      []string

	Columns     []string // names of the features, where the data have them
	Scaling     *Scaling // how the features were scaled, or nil
	Series      *Windows // where windows of a series come from, or nil
	Fingerprint string
}

// Facts are what is known of a data set without holding it.
type Facts struct {
	Name    string   `json:"name"`
	Summary string   `json:"summary"`
	Origin  string   `json:"origin,omitempty"`  // who made it, and where it is described
	Licence string   `json:"licence,omitempty"` // of the data
	Shape   nn.Shape `json:"shape"`
	// Low and High bound all values; they are infinite where nothing is known.
	Low  float64 `json:"-"`
	High float64 `json:"-"`

	Train      int      `json:"train"` // examples
	Validation int      `json:"validation"`
	Test       int      `json:"test"`
	Classes    []string `json:"classes,omitempty"`
	Factors    []string `json:"factors,omitempty"` // that made-up examples follow from
}

// Within tells whether all values are known to lie in [low, high].
func (f Facts) Within(low, high float64) bool { return f.Low >= low && f.High <= high }

// Bytes is the memory that the examples take: each value once, as float32.
func (f Facts) Bytes() int64 {
	return int64(f.Train+f.Validation+f.Test) * int64(f.Shape.Size()) * 4
}

// MarshalJSON adds range and memory; a bound that is not known is null.
func (f Facts) MarshalJSON() ([]byte, error) {
	type plain Facts
	return json.Marshal(struct {
		plain
		Low   *float64 `json:"low"`
		High  *float64 `json:"high"`
		Bytes int64    `json:"bytes"`
	}{plain(f), finite(f.Low), finite(f.High), f.Bytes()})
}

func finite(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// digest is the SHA-256 over words, in hex. Each word is hashed with its
// length, so that no two lists of words run together.
func digest(words ...string) string {
	hash := sha256.New()
	for _, word := range words {
		fmt.Fprintf(hash, "%d:%s", len(word), word)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// put sets the splits.
func (s *Set) put(train, validation, test table) {
	s.Train, s.TrainLabels, s.TrainFactors = train.x, train.labels, train.factors
	s.Validation, s.ValidationLabels, s.ValidationFactors = validation.x, validation.labels, validation.factors
	s.Test, s.TestLabels, s.TestFactors = test.x, test.labels, test.factors
}

// facts are those of a set that was loaded.
func (s *Set) facts(summary string) Facts {
	return Facts{
		Name: s.Name, Summary: summary, Shape: s.Shape, Low: float64(s.Low), High: float64(s.High),
		Train: rowsOf(s.Train), Validation: rowsOf(s.Validation), Test: rowsOf(s.Test),
		Classes: s.Classes, Factors: s.Factors,
	}
}

func rowsOf(x *nn.Matrix) int {
	if x == nil {
		return 0
	}
	return x.Rows
}

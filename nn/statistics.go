package nn

import (
	"sync"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Statistics are what baselines need to know of a training split. Each is
// worked out once, when it is first asked for, and serves every baseline.
type Statistics struct {
	x             *Matrix
	data          Traits
	validation    *Matrix // nil where none is held out
	mean          func() []float64
	decomposition func() (*Decomposition, error)
}

// NewStatistics returns the statistics of the rows of x, which so many threads
// work out together. Their number changes no bits.
func NewStatistics(x *Matrix, threads int) *Statistics {
	s := &Statistics{x: x}
	s.mean = sync.OnceValue(func() []float64 {
		mean := make([]float64, x.Cols)
		kernel.Means(mean, x.Data, x.Rows, x.Cols)
		return mean
	})
	s.decomposition = sync.OnceValues(func() (*Decomposition, error) { return decompose(x, s.mean(), threads) })
	return s
}

// With adds what baselines with something to choose need: the traits of the
// data, and the validation split, or nil.
func (s *Statistics) With(data Traits, validation *Matrix) *Statistics {
	s.data, s.validation = data, validation
	return s
}

// heldRows is how many examples a choice is made by, at most.
const heldRows = 2000

// held returns the examples that a choice is made by: of the validation split,
// or where there is none of the training split.
func (s *Statistics) held() *Matrix {
	if s.validation != nil {
		return head(s.validation, heldRows)
	}
	return head(s.x, heldRows)
}

// Mean returns the mean of each element.
func (s *Statistics) Mean() []float64 { return s.mean() }

// Decomposition returns the principal components.
func (s *Statistics) Decomposition() (*Decomposition, error) { return s.decomposition() }

package nn

import (
	"sync"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// Statistics are what baselines need to know of a training split. Each is
// worked out once, when it is first asked for, and serves every baseline.
type Statistics struct {
	x             *Matrix
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

// Mean returns the mean of each element.
func (s *Statistics) Mean() []float64 { return s.mean() }

// Decomposition returns the principal components.
func (s *Statistics) Decomposition() (*Decomposition, error) { return s.decomposition() }

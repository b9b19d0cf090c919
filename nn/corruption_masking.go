package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Masking](corruptions, "masking", "some elements are set to 0")
}

// Masking sets each element to 0 with a probability (Vincent et al. 2008).
type Masking struct {
	Fraction float64 `range:"(0, 1)" short:"yes" doc:"probability that an element is set to 0"`
}

// Corrupt sets y to x, or 0 where a uniform number is not below 1 − Fraction.
func (m *Masking) Corrupt(y, x []float32, stream kernel.Stream, first uint64, _, _ float32) {
	stream.Mask(y, first, float32(1-m.Fraction))
	kernel.Mul(y, y, x)
}

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
	Fixed    bool    `optional:"yes" doc:"damage an example alike in every epoch"`
}

// Normalise makes fixed: false the same as none.
func (*Masking) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	dropUnfixed(resolved)
	return nil
}

// Fit suits examples of any shape.
func (m *Masking) Fit(Shape) (damage, error) { return m, nil }

// Once tells whether an example is damaged alike in every epoch.
func (m *Masking) Once() bool { return m.Fixed }

// Corrupt sets y to x, or 0 where a uniform number is not below 1 − Fraction.
func (m *Masking) Corrupt(y, x []float32, stream kernel.Stream, first uint64, _, _ float32) {
	stream.Mask(y, first, float32(1-m.Fraction))
	kernel.Mul(y, y, x)
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[SaltPepper](corruptions, "salt-pepper", "some elements are set to the lowest or the highest value")
}

// SaltPepper sets each element to the lowest or the highest value of the data,
// each with half of the probability.
type SaltPepper struct {
	Fraction float64 `range:"(0, 1)" short:"yes" doc:"probability that an element is set to an extreme"`
	Fixed    bool    `optional:"yes" doc:"damage an example alike in every epoch"`
}

// Normalise makes fixed: false the same as none.
func (*SaltPepper) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	dropUnfixed(resolved)
	return nil
}

// Fit suits examples of any shape.
func (s *SaltPepper) Fit(Shape) (damage, error) { return s, nil }

// Once tells whether an example is damaged alike in every epoch.
func (s *SaltPepper) Once() bool { return s.Fixed }

// Corrupt sets y to low where a uniform number is below Fraction/2, to high
// where it is below Fraction, and to x elsewhere.
func (s *SaltPepper) Corrupt(y, x []float32, stream kernel.Stream, first uint64, low, high float32) {
	stream.Uniforms(y, first)
	pepper, salt := float32(s.Fraction/2), float32(s.Fraction)
	for i, u := range y {
		switch {
		case u < pepper:
			y[i] = low
		case u < salt:
			y[i] = high
		default:
			y[i] = x[i]
		}
	}
}

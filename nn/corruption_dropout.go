package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[DropoutNoise](corruptions, "dropout", "some elements are set to 0, the others scaled up to keep the mean")
}

// DropoutNoise sets each element to 0 with a probability and divides the others
// by the probability that they stay, so that the mean of an element stays what
// it is (Srivastava et al. 2014, section 10, as PyTorch and Keras do it).
// Without the scaling it is masking.
type DropoutNoise struct {
	Fraction float64 `range:"(0, 1)" short:"yes" doc:"probability that an element is set to 0"`
	Fixed    bool    `optional:"yes" doc:"damage an example alike in every epoch"`
}

// Normalise makes fixed: false the same as none.
func (*DropoutNoise) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	dropUnfixed(resolved)
	return nil
}

// Fit suits examples of any shape.
func (d *DropoutNoise) Fit(Shape) (damage, error) { return d, nil }

// Once tells whether an example is damaged alike in every epoch.
func (d *DropoutNoise) Once() bool { return d.Fixed }

// Corrupt sets y to x/(1 − Fraction), or 0 where a uniform number is not below
// 1 − Fraction.
func (d *DropoutNoise) Corrupt(y, x []float32, stream kernel.Stream, first uint64, _, _ float32) {
	keep := 1 - d.Fraction
	stream.Mask(y, first, float32(keep))
	kernel.Mul(y, y, x)
	kernel.ScaleBy(y, float32(1/keep))
}

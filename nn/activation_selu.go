package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Selu](activations, "selu", "elu scaled so that activations normalise themselves")
}

// Selu is the self-normalising elu (Klambauer et al. 2017).
type Selu struct{}

func (*Selu) Forward(y, x []float32)          { kernel.Selu(y, x) }
func (*Selu) Backward(dx, dy, _, y []float32) { kernel.SeluGrad(dx, dy, y) }
func (*Selu) NeedsInput() bool                { return false }

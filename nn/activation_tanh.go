package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Tanh](activations, "tanh", "hyperbolic tangent") }

// Tanh is the hyperbolic tangent.
type Tanh struct{}

func (*Tanh) Forward(y, x []float32)          { kernel.Tanh(y, x) }
func (*Tanh) Backward(dx, dy, _, y []float32) { kernel.TanhGrad(dx, dy, y) }
func (*Tanh) NeedsInput() bool                { return false }

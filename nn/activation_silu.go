package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Silu](activations, "silu", "x·sigmoid(x)") }

// Silu is x·sigmoid(x) (Elfwing et al. 2017), also called swish.
type Silu struct{}

func (*Silu) Forward(y, x []float32)          { kernel.Silu(y, x) }
func (*Silu) Backward(dx, dy, x, _ []float32) { kernel.SiluGrad(dx, dy, x) }
func (*Silu) NeedsInput() bool                { return true }

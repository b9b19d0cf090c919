package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Gelu](activations, "gelu", "x·Φ(x), with the error function") }

// Gelu is x·Φ(x), Φ the normal distribution function (Hendrycks and Gimpel
// 2016, the exact form).
type Gelu struct{}

func (*Gelu) Forward(y, x []float32)          { kernel.Gelu(y, x) }
func (*Gelu) Backward(dx, dy, x, _ []float32) { kernel.GeluGrad(dx, dy, x) }
func (*Gelu) NeedsInput() bool                { return true }

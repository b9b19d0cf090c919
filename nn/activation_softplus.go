package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Softplus](activations, "softplus", "log(1 + eˣ)") }

// Softplus is log(1 + eˣ).
type Softplus struct{}

func (*Softplus) Forward(y, x []float32)          { kernel.Softplus(y, x) }
func (*Softplus) Backward(dx, dy, x, _ []float32) { kernel.SoftplusGrad(dx, dy, x) }
func (*Softplus) NeedsInput() bool                { return true }

// Curvature sets c to σ·(1 − σ), σ = sigmoid(x).
func (*Softplus) Curvature(c, x, _ []float32) {
	kernel.Sigmoid(c, x)
	for i, s := range c {
		c[i] = s * (1 - s)
	}
}

func (*Softplus) onnx(g *onnx.Graph, x onnx.Value) onnx.Value { return g.Each("Softplus", x, nil) }

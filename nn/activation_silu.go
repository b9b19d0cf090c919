package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Silu](activations, "silu", "x·sigmoid(x)") }

// Silu is x·sigmoid(x) (Elfwing et al. 2017), also called swish.
type Silu struct{}

func (*Silu) Forward(y, x []float32)          { kernel.Silu(y, x) }
func (*Silu) Backward(dx, dy, x, _ []float32) { kernel.SiluGrad(dx, dy, x) }
func (*Silu) NeedsInput() bool                { return true }

// Curvature sets c to σ·(1 − σ)·(2 + x·(1 − 2σ)), σ = sigmoid(x).
func (*Silu) Curvature(c, x, _ []float32) {
	kernel.Sigmoid(c, x)
	for i, s := range c {
		c[i] = float32(s*(1-s)) * (2 + float32(x[i]*(1-float32(2*s))))
	}
}

func (*Silu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	return g.Each("Mul", x, []string{g.Each("Sigmoid", x, nil).Name})
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Tanh](activations, "tanh", "hyperbolic tangent") }

// Tanh is the hyperbolic tangent.
type Tanh struct{}

func (*Tanh) Forward(y, x []float32)          { kernel.Tanh(y, x) }
func (*Tanh) Backward(dx, dy, _, y []float32) { kernel.TanhGrad(dx, dy, y) }
func (*Tanh) NeedsInput() bool                { return false }

// Curvature sets c to −2·y·(1 − y²).
func (*Tanh) Curvature(c, _, y []float32) {
	for i, v := range y {
		c[i] = float32(-2*v) * (1 - float32(v*v))
	}
}

func (*Tanh) onnx(g *onnx.Graph, x onnx.Value) onnx.Value { return g.Each("Tanh", x, nil) }

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Sigmoid](activations, "sigmoid", "1/(1 + e⁻ˣ)") }

// Sigmoid is the logistic function 1/(1 + e⁻ˣ).
type Sigmoid struct{}

func (*Sigmoid) Forward(y, x []float32)          { kernel.Sigmoid(y, x) }
func (*Sigmoid) Backward(dx, dy, _, y []float32) { kernel.SigmoidGrad(dx, dy, y) }
func (*Sigmoid) NeedsInput() bool                { return false }

// Range is (0, 1).
func (*Sigmoid) Range() (low, high float64) { return 0, 1 }

// Curvature sets c to y·(1 − y)·(1 − 2y).
func (*Sigmoid) Curvature(c, _, y []float32) {
	for i, v := range y {
		c[i] = float32(v*(1-v)) * (1 - float32(2*v))
	}
}

func (*Sigmoid) onnx(g *onnx.Graph, x onnx.Value) onnx.Value { return g.Each("Sigmoid", x, nil) }

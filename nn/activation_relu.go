package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Relu](activations, "relu", "x where positive, else 0") }

// Relu is max(x, 0), with slope 0 at 0.
type Relu struct{}

func (*Relu) Forward(y, x []float32)          { kernel.Relu(y, x) }
func (*Relu) Backward(dx, dy, _, y []float32) { kernel.ReluGrad(dx, dy, y) }
func (*Relu) NeedsInput() bool                { return false }

// Curvature is 0, with the kink at 0 left out.
func (*Relu) Curvature(c, _, _ []float32) { clear(c) }

func (*Relu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value { return g.Each("Relu", x, nil) }

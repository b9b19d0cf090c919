package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[LeakyRelu](activations, "leaky-relu", "x where positive, else slope·x") }

// LeakyRelu is x where positive and slope·x elsewhere (Maas et al. 2013).
type LeakyRelu struct {
	Slope float64 `default:"0.01" range:"[0, inf)" doc:"slope below zero"`
}

func (a *LeakyRelu) Forward(y, x []float32) { kernel.LeakyRelu(y, x, float32(a.Slope)) }
func (a *LeakyRelu) Backward(dx, dy, x, _ []float32) {
	kernel.LeakyReluGrad(dx, dy, x, float32(a.Slope))
}
func (*LeakyRelu) NeedsInput() bool { return true }

// Curvature is 0, with the kink at 0 left out.
func (*LeakyRelu) Curvature(c, _, _ []float32) { clear(c) }

func (a *LeakyRelu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	return g.Each("LeakyRelu", x, nil, onnx.Float("alpha", a.Slope))
}

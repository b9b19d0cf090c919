package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
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

// seluAlpha is λ·α of selu: minus its limit at −∞.
const seluAlpha = 1.7580993408473766

// Curvature sets c to y + λ·α below 0, which is λ·α·eˣ, and to 0 above.
func (*Selu) Curvature(c, _, y []float32) {
	for i, v := range y {
		c[i] = 0
		if v <= 0 {
			c[i] = v + seluAlpha
		}
	}
}

func (*Selu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	const scale = 1.0507009873554805
	return g.Each("Selu", x, nil, onnx.Float("alpha", seluAlpha/scale), onnx.Float("gamma", scale))
}

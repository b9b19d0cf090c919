package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Gelu](activations, "gelu", "x·Φ(x), with the error function") }

// Gelu is x·Φ(x), Φ the normal distribution function (Hendrycks and Gimpel
// 2016, the exact form).
type Gelu struct{}

func (*Gelu) Forward(y, x []float32)          { kernel.Gelu(y, x) }
func (*Gelu) Backward(dx, dy, x, _ []float32) { kernel.GeluGrad(dx, dy, x) }
func (*Gelu) NeedsInput() bool                { return true }

// Curvature sets c to φ(x)·(2 − x²), φ the density of the normal distribution.
func (*Gelu) Curvature(c, x, _ []float32) {
	const density = 0.3989422804014327 // 1/√(2π)
	for i, v := range x {
		c[i] = -0.5 * float32(v*v)
	}
	kernel.Exp(c, c)
	for i, v := range x {
		c[i] = float32(density*c[i]) * (2 - float32(v*v))
	}
}

// onnx is x·½·(1 + erf(x/√2)): the operator Gelu came later.
func (*Gelu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	const root = 0.7071067811865476 // 1/√2
	erf := g.Each("Erf", g.Each("Mul", x, []string{g.Scalar("root", root)}), nil)
	half := g.Each("Mul", x, []string{g.Scalar("half", 0.5)})
	return g.Each("Mul", half, []string{g.Each("Add", erf, []string{g.Scalar("one", 1)}).Name})
}

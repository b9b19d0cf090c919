package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Elu](activations, "elu", "x where positive, else alpha·(eˣ − 1)") }

// Elu is x where positive and alpha·(eˣ − 1) elsewhere (Clevert et al. 2016).
type Elu struct {
	Alpha float64 `default:"1" range:"[0, inf)" doc:"minus the limit at −∞"`
}

func (a *Elu) Forward(y, x []float32)          { kernel.Elu(y, x, float32(a.Alpha)) }
func (a *Elu) Backward(dx, dy, _, y []float32) { kernel.EluGrad(dx, dy, y, float32(a.Alpha)) }
func (*Elu) NeedsInput() bool                  { return false }

// Curvature sets c to y + alpha below 0, which is alpha·eˣ, and to 0 above.
func (a *Elu) Curvature(c, _, y []float32) {
	for i, v := range y {
		c[i] = 0
		if v <= 0 {
			c[i] = v + float32(a.Alpha)
		}
	}
}

func (a *Elu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	return g.Each("Elu", x, nil, onnx.Float("alpha", a.Alpha))
}

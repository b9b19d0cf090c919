package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[JumpRelu](activations, "jump-relu", "x above a threshold, else 0; for a sparse code")
}

// JumpRelu is x where it is above a threshold θ and 0 elsewhere (Rajamanoharan
// et al. 2024, equation 4).
//
// Its derivative, 1 above θ and 0 below, says nothing of the jump between, so
// that a unit below would never learn to rise. Training therefore takes the
// paper's straight-through estimate (equation 11) of the jump's: its height θ,
// spread evenly over a band as wide as Bandwidth around θ,
//
//	f′(x) ≈ [x > θ] + θ/bandwidth·[|x − θ| < bandwidth/2]
//
// In the paper θ is learnt by that slope; here it is given, and what is learnt
// is the bias of the unit, which moves x against θ. Penalties on the encoder's
// Jacobian see the same slope.
type JumpRelu struct {
	Threshold float64 `default:"0.1" range:"(0, inf)" doc:"where a unit becomes active"`
	Bandwidth float64 `default:"0.05" range:"(0, inf)" doc:"width of the band around the threshold in which the jump has a slope"`
}

// Forward sets y to x above the threshold, else to 0.
func (a *JumpRelu) Forward(y, x []float32) {
	threshold := float32(a.Threshold)
	for i, v := range x {
		if v <= threshold {
			v = 0
		}
		y[i] = v
	}
}

// Backward sets dx to dy times the slope.
func (a *JumpRelu) Backward(dx, dy, x, _ []float32) {
	threshold, half, jump := float32(a.Threshold), float32(a.Bandwidth/2), float32(a.Threshold/a.Bandwidth)
	for i, v := range x {
		slope := float32(0)
		if v > threshold {
			slope = 1
		}
		if d := v - threshold; d < half && d > -half {
			slope += jump
		}
		dx[i] = slope * dy[i]
	}
}

// Curvature is 0, with the jumps left out.
func (*JumpRelu) Curvature(c, _, _ []float32) { clear(c) }

func (*JumpRelu) NeedsInput() bool { return true }

func (a *JumpRelu) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	above := g.Node("Greater", []string{x.Name, g.Scalar("threshold", a.Threshold)})
	x.Name = g.Node("Where", []string{above, x.Name, g.Scalar("zero", 0)})
	return x
}

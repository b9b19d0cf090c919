package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[UnitNorm](bottlenecks, "unit-norm", "a dense layer, scaled to length 1: codes on a sphere")
}

// UnitNorm is a dense layer, its activation included, whose outputs z are
// scaled to Euclidean length 1: h = z/‖z‖, as PyTorch's normalize does. A z
// shorter than 1e-12 becomes 0 and has no gradient.
type UnitNorm struct{}

// Code returns the layer. A single unit has no direction.
func (*UnitNorm) Code(n int, activation Activation) (LayerPart, error) {
	if n < 2 {
		return nil, fmt.Errorf("unit-norm leaves nothing of a code of 1 unit but its sign; take code: 2 or more")
	}
	return &unitNormCode{Dense{Nodes: n, Activation: activation, Bias: true}}, nil
}

// unitNormCode is the layer part of a normalised code.
type unitNormCode struct{ Dense }

func (*unitNormCode) bottleneck() string { return "unit-norm" }

func (u *unitNormCode) Activated(a Activation) (Activation, LayerPart) {
	return u.Activation, &unitNormCode{Dense{Nodes: u.Nodes, Activation: a, Bias: u.Bias}}
}

func (u *unitNormCode) Build(b *Builder, in Shape) Layer {
	l := &unitNorm{
		dense: u.Dense.Build(b, in).(*dense), team: b.team,
		h: newBuffer(b.rows, u.Nodes), inverse: make([]float32, b.rows),
	}
	l.scale, l.slope = l.doScale, l.doSlope
	return l
}

// leastLength is the length below which z counts as 0.
const leastLength = 1e-12

// unitNorm scales what its dense layer yields.
type unitNorm struct {
	dense   *dense
	team    *team
	h       buffer
	inverse []float32 // 1/‖z‖ of each example, or 0

	scale, slope func(part int)
	z, dy        *Matrix
}

func (u *unitNorm) Forward(x *Matrix) *Matrix {
	u.z = u.dense.Forward(x)
	h := u.h.of(x.Rows)
	u.team.each(u.scale)
	return h
}

func (u *unitNorm) doScale(part int) {
	low, high := u.team.span(u.z.Rows, 1, part)
	for i := low; i < high; i++ {
		length := math.Sqrt(kernel.SumSquares(u.z.Row(i)))
		u.inverse[i] = float32(1 / length)
		if length < leastLength {
			u.inverse[i] = 0
		}
		copy(u.h.matrix.Row(i), u.z.Row(i))
		kernel.ScaleBy(u.h.matrix.Row(i), u.inverse[i])
	}
}

func (u *unitNorm) Backward(dy *Matrix, wantInput bool) *Matrix {
	u.dy = dy
	u.team.each(u.slope)
	return u.dense.Backward(dy, wantInput)
}

// doSlope turns the gradient by h into that by z, (dh − h·(h·dh))/‖z‖.
func (u *unitNorm) doSlope(part int) {
	low, high := u.team.span(u.dy.Rows, 1, part)
	for i := low; i < high; i++ {
		h, dy := u.h.matrix.Row(i), u.dy.Row(i)
		kernel.Axpy(dy, -float32(kernel.Dot(h, dy)), h)
		kernel.ScaleBy(dy, u.inverse[i])
	}
}

// onnx divides what the dense layer yields by its length, unless that counts as 0.
func (u *unitNormCode) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	z, err := u.Dense.nodes(g, x, p)
	length := g.Node("ReduceL2", []string{z.Name}, onnx.Ints("axes", []int64{1}))
	short := g.Node("Less", []string{length, g.Scalar("least", leastLength)})
	length = g.Node("Where", []string{short, g.Scalar("far", math.Inf(1)), length})
	return g.Each("Div", z, []string{length}), err
}

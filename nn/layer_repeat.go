package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Repeat](layers, "repeat", "the same input at each step of a series") }

// Repeat makes a series of an example: all its elements are the features of
// each step. It leads from a code to recurrent layers.
type Repeat struct {
	Steps int `range:"[1, 65536]" short:"yes" doc:"number of steps"`
}

// Output has the elements of the input at each step.
func (r *Repeat) Output(in Shape) (Shape, error) { return Shape{r.Steps, in.Size()}, nil }

// Mirror is an error: what steps that differ stand for cannot be told.
func (*Repeat) Mirror(Shape, bool) ([]LayerPart, error) {
	return nil, fmt.Errorf("steps that differ have no one example that they repeat")
}

// Activated is nil: the layer has no activation.
func (*Repeat) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing that counts.
func (*Repeat) Cost(Shape) Cost { return Cost{} }

// Build allocates the layer.
func (r *Repeat) Build(b *Builder, in Shape) Layer {
	l := &repeat{steps: r.Steps, width: in.Size(), team: b.team, y: newBuffer(b.rows, r.Steps*in.Size()), dx: b.gradient(in.Size())}
	l.forward, l.back = l.doForward, l.doBack
	return l
}

type repeat struct {
	steps, width int
	team         *team
	y            buffer
	dx           shared

	forward, back func(part int) // what the threads do
	x, dy         *Matrix        // and what of
}

func (r *repeat) Forward(x *Matrix) *Matrix {
	r.x = x
	y := r.y.of(x.Rows)
	r.team.each(r.forward)
	return y
}

func (r *repeat) doForward(part int) {
	low, high := r.team.span(r.x.Rows, 1, part)
	for e := low; e < high; e++ {
		y := r.y.matrix.Row(e)
		for t := range r.steps {
			copy(y[t*r.width:], r.x.Row(e))
		}
	}
}

func (r *repeat) Backward(dy *Matrix, wantInput bool) *Matrix {
	if !wantInput {
		return nil
	}
	r.dy = dy
	dx := r.dx.of(dy.Rows)
	r.team.each(r.back)
	return dx
}

// doBack adds up the gradients by all steps, in order.
func (r *repeat) doBack(part int) {
	low, high := r.team.span(r.dy.Rows, 1, part)
	for e := low; e < high; e++ {
		kernel.ColumnSums(r.dx.matrix.Row(e), r.dy.Row(e), r.steps, r.width, kernel.Zero)
	}
}

func (r *Repeat) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	x = g.Reshape(x, []int{1, x.Size()})
	return onnx.Value{Name: g.Node("Tile", []string{x.Name, g.Whole("repeats", []int64{1, int64(r.Steps), 1})}), Shape: []int{r.Steps, x.Size()}}, nil
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Dropout](layers, "dropout", "in training some units are set to 0, the others scaled up")
}

// Dropout sets each unit to 0 with a probability, in training alone, and divides
// the others by the probability that they stay (Srivastava et al. 2014, section
// 10, as PyTorch and Keras do it). Which ones is drawn for each example and step.
type Dropout struct {
	Fraction float64 `range:"(0, 1)" short:"yes" doc:"probability that a unit is set to 0"`
}

// Output has the shape of the input.
func (*Dropout) Output(in Shape) (Shape, error) { return in, nil }

// Mirror is nothing: outputs stand for inputs.
func (*Dropout) Mirror(Shape, bool) ([]LayerPart, error) { return nil, nil }

// Activated is nil: the layer has no activation.
func (*Dropout) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (*Dropout) unbounded() {}

// Cost is nothing that counts.
func (*Dropout) Cost(Shape) Cost { return Cost{} }

// Build allocates the layer.
func (d *Dropout) Build(b *Builder, in Shape) Layer {
	l := &dropout{
		drawing: b.drawing(purposeDropout), team: b.team, keep: float32(1 - d.Fraction), scale: float32(1 / (1 - d.Fraction)),
		factors: newBuffer(b.rows, in.Size()), y: newBuffer(b.rows, in.Size()),
	}
	l.forward, l.back = l.doForward, l.doBack
	return l
}

// dropout multiplies by factors that are 0 or scale.
type dropout struct {
	drawing
	team        *team
	keep, scale float32
	factors, y  buffer

	forward, back func(part int) // what the threads do
	x, dy         *Matrix        // and what of
}

func (d *dropout) Forward(x *Matrix) *Matrix {
	if !d.pass.training {
		return x
	}
	d.x = x
	d.factors.of(x.Rows)
	y := d.y.of(x.Rows)
	d.team.each(d.forward)
	return y
}

func (d *dropout) doForward(part int) {
	stream := d.stream()
	low, high := d.team.span(d.x.Rows, 1, part)
	for i := low; i < high; i++ {
		factors := d.factors.matrix.Row(i)
		stream.Mask(factors, uint64(i)*uint64(len(factors)), d.keep)
		kernel.ScaleBy(factors, d.scale)
		kernel.Mul(d.y.matrix.Row(i), d.x.Row(i), factors)
	}
}

// Backward returns dy, changed.
func (d *dropout) Backward(dy *Matrix, wantInput bool) *Matrix {
	if !wantInput || !d.pass.training {
		return dy
	}
	d.dy = dy
	d.team.each(d.back)
	return dy
}

func (d *dropout) doBack(part int) {
	low, high := d.team.span(len(d.dy.Data), cacheLine, part)
	kernel.Mul(d.dy.Data[low:high], d.dy.Data[low:high], d.factors.matrix.Data[low:high])
}

// onnx is nothing: outside training the layer passes on what it gets.
func (*Dropout) onnx(_ *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) { return x, nil }

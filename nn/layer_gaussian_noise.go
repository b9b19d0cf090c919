package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[NoiseLayer](layers, "gaussian-noise", "in training, normal noise is added to each unit")
}

// NoiseLayer adds normal noise with mean 0, in training alone. It is drawn for
// each example and step. Before sigmoid units, much noise drives them to 0 and 1,
// which makes a code that can be rounded to bits (Salakhutdinov and Hinton 2009).
type NoiseLayer struct {
	Sigma float64 `range:"(0, inf)" short:"yes" doc:"standard deviation of the noise"`
}

// Output has the shape of the input.
func (*NoiseLayer) Output(in Shape) (Shape, error) { return in, nil }

// Mirror is nothing: outputs stand for inputs.
func (*NoiseLayer) Mirror(Shape, bool) ([]LayerPart, error) { return nil, nil }

// Activated is nil: the layer has no activation.
func (*NoiseLayer) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (*NoiseLayer) unbounded() {}

// Cost is nothing that counts.
func (*NoiseLayer) Cost(Shape) Cost { return Cost{} }

// Build allocates the layer.
func (n *NoiseLayer) Build(b *Builder, in Shape) Layer {
	l := &noiseLayer{drawing: b.drawing(purposeNoise), team: b.team, sigma: float32(n.Sigma), y: newBuffer(b.rows, in.Size())}
	l.forward = l.doForward
	return l
}

// noiseLayer sets y = x + sigma·ε.
type noiseLayer struct {
	drawing
	team  *team
	sigma float32
	y     buffer

	forward func(part int) // what the threads do
	x       *Matrix        // and what of
}

func (n *noiseLayer) Forward(x *Matrix) *Matrix {
	if !n.pass.training {
		return x
	}
	n.x = x
	y := n.y.of(x.Rows)
	n.team.each(n.forward)
	return y
}

func (n *noiseLayer) doForward(part int) {
	stream := n.stream()
	low, high := n.team.span(n.x.Rows, 1, part)
	for i := low; i < high; i++ {
		x, y := n.x.Row(i), n.y.matrix.Row(i)
		stream.Normals(y, uint64(i)*uint64(len(y)))
		for j, e := range y {
			y[j] = x[j] + float32(n.sigma*e)
		}
	}
}

// Backward returns dy.
func (*noiseLayer) Backward(dy *Matrix, _ bool) *Matrix { return dy }

// onnx is nothing: outside training the layer passes on what it gets.
func (*NoiseLayer) onnx(_ *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) { return x, nil }

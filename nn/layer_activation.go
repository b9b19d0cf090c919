package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[ActivationLayer](layers, "activation", "an activation by itself, such as one behind a batch-norm")
}

// ActivationLayer is an activation as a layer of its own. Layers with weights
// have theirs built in; this one stands behind what normalises their outputs: a
// dense layer with activation linear, batch-norm, activation.
type ActivationLayer struct {
	Activation Activation `optional:"yes" short:"yes" doc:"applied to each element; that of the model unless it says otherwise"`
}

// Output has the shape of the input.
func (*ActivationLayer) Output(in Shape) (Shape, error) { return in, nil }

// Mirror is nothing: what leads back to the layer's outputs gets its activation.
func (*ActivationLayer) Mirror(Shape, bool) ([]LayerPart, error) { return nil, nil }

// Activated returns the activation, and the layer with another one.
func (l *ActivationLayer) Activated(a Activation) (Activation, LayerPart) {
	return l.Activation, &ActivationLayer{a}
}

// Cost is nothing that counts.
func (*ActivationLayer) Cost(Shape) Cost { return Cost{} }

// Build allocates the layer.
func (l *ActivationLayer) Build(b *Builder, in Shape) Layer {
	layer := &activationLayer{activated: newActivated(b, b.rows, in.Size(), l.Activation)}
	layer.take = layer.doTake
	return layer
}

// activationLayer is an end without anything before it.
type activationLayer struct {
	*activated

	take func(part int) // what the threads do
	x    *Matrix        // and what of
}

func (l *activationLayer) Forward(x *Matrix) *Matrix {
	l.x = x
	l.room(x.Rows)
	l.team.each(l.take)
	return l.finish()
}

func (l *activationLayer) doTake(part int) {
	low, high := l.team.span(len(l.x.Data), cacheLine, part)
	copy(l.z.matrix.Data[low:high], l.x.Data[low:high])
}

func (l *activationLayer) Backward(dy *Matrix, _ bool) *Matrix {
	l.back(dy)
	return dy
}

func (l *activationLayer) differentials() []differential { return newSlopes(l.activated, false) }

func (l *ActivationLayer) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	return withActivation(g, x, l.Activation)
}

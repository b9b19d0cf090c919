package nn

import "hourglass.dev/hourglass/registry"

// LayerPart is a layer as a spec declares it.
type LayerPart interface {
	// Output returns the shape of an output example for input examples of
	// the shape in. The error says what would fit.
	Output(in Shape) (Shape, error)
	// Mirror returns the parts that lead from the layer's output back to its
	// input, of shape in, in order and without activation: none where the output
	// can stand for the input. data tells that the input is the data themselves.
	Mirror(in Shape, data bool) ([]LayerPart, error)
	// Activated returns the activation that the part names, or whose range its
	// outputs have, and a copy of the part with another one. A part that can
	// have no other returns no copy, and one that has none returns nil twice.
	Activated(a Activation) (own Activation, with LayerPart)
	// Cost counts what the layer needs for one example of the shape in.
	Cost(in Shape) Cost
	// Build allocates the layer.
	Build(b *Builder, in Shape) Layer
}

// Layer is a layer that has its weights and buffers.
//
// Forward and Backward work on as many examples as x has rows, at most as many
// as the builder was told. What they return belongs to the layer, and is valid
// until they are called again.
type Layer interface {
	// Forward returns the outputs, [rows × out].
	Forward(x *Matrix) *Matrix
	// Backward takes the gradient by the outputs of the last Forward, which it
	// may overwrite, adds the gradients of the weights to theirs, and returns
	// the gradient by the inputs, or nil where wantInput is false.
	Backward(dy *Matrix, wantInput bool) *Matrix
}

// Cost is what a layer needs for one example.
type Cost struct {
	Parameters int
	// Products counts multiply-adds of the forward pass, which the gradients
	// by the weights need again, and those by the inputs too.
	Products int
	// Within counts those of them whose inputs come from the layer itself, as
	// from one step to the next: their gradients are always needed.
	Within int
	// Once counts others, of the forward pass alone.
	Once int
}

var layers = registry.NewRole[LayerPart]("layer", "a layer of the encoder or decoder; a bare number is a dense layer of so many nodes").WithScalar("dense")

package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Flatten](layers, "flatten", "the elements of an example in a row")
	registry.Add[Reshape](layers, "reshape", "the same elements in another shape")
}

// Flatten reads examples as flat. Dense layers do so by themselves.
type Flatten struct{}

// Output has the same elements.
func (*Flatten) Output(in Shape) (Shape, error) { return Shape{in.Size()}, nil }

// Mirror restores the shape.
func (*Flatten) Mirror(in Shape, _ bool) ([]LayerPart, error) { return reshapeTo(in), nil }

// Activated is nil: the layer has no activation.
func (*Flatten) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing.
func (*Flatten) Cost(Shape) Cost { return Cost{} }

// Build returns a layer that does nothing: the elements lie as they are to.
func (*Flatten) Build(*Builder, Shape) Layer { return unchanged{} }

// Reshape reads the same elements as another shape.
type Reshape struct {
	Shape []int `range:"[1, 1048576]" doc:"[features], [steps, features] or [height, width, channels]"`
}

func reshapeTo(s Shape) []LayerPart { return []LayerPart{&Reshape{Shape: s}} }

// Output has the same elements in the declared shape.
func (r *Reshape) Output(in Shape) (Shape, error) {
	out := Shape(r.Shape)
	if out.Size() != in.Size() {
		return nil, fmt.Errorf("%s has %d elements, not %d", out, out.Size(), in.Size())
	}
	return out, nil
}

// Mirror restores the shape.
func (r *Reshape) Mirror(in Shape, _ bool) ([]LayerPart, error) { return reshapeTo(in), nil }

// Activated is nil: the layer has no activation.
func (*Reshape) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing.
func (*Reshape) Cost(Shape) Cost { return Cost{} }

// Build returns a layer that does nothing: the elements lie as they are to.
func (*Reshape) Build(*Builder, Shape) Layer { return unchanged{} }

// unchanged passes on what it gets.
type unchanged struct{}

func (unchanged) Forward(x *Matrix) *Matrix { return x }

func (unchanged) Backward(dy *Matrix, _ bool) *Matrix { return dy }

func (*Flatten) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	return g.Flat(x), nil
}

func (r *Reshape) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	return g.Reshape(x, r.Shape), nil
}

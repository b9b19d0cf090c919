package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Dense](layers, "dense", "every node sees every input") }

// Dense is a fully connected layer: y = f(x·w + b), w of shape [in × nodes].
type Dense struct {
	Nodes      int        `range:"[1, 1048576]" short:"yes" doc:"number of nodes"`
	Activation Activation `optional:"yes" doc:"applied to each node; that of the model unless it says otherwise"`

	restored Shape // of the output, in a mirror image
}

// Output is a flat shape of Nodes elements, or that of the layer's mirror
// image. Any input fits: it is read as flat.
func (d *Dense) Output(Shape) (Shape, error) {
	if d.restored != nil {
		return d.restored, nil
	}
	return Shape{d.Nodes}, nil
}

// Mirror leads back to as many nodes as there are inputs, in their shape.
func (d *Dense) Mirror(in Shape, _ bool) ([]LayerPart, error) {
	return []LayerPart{&Dense{Nodes: in.Size(), restored: in}}, nil
}

// Activated returns the layer's activation and the layer with another one.
func (d *Dense) Activated(a Activation) (Activation, LayerPart) {
	return d.Activation, &Dense{Nodes: d.Nodes, Activation: a, restored: d.restored}
}

// Cost is a weight for each input and node, and a bias for each node.
func (d *Dense) Cost(in Shape) Cost {
	weights := in.Size() * d.Nodes
	return Cost{Parameters: weights + d.Nodes, Products: weights}
}

// Build draws the weights.
func (d *Dense) Build(b *Builder, in Shape) Layer {
	return newDense(b, in.Size(), d.Nodes, d.Activation, b.Weights("w", in.Size(), d.Nodes), false)
}

// dense computes y = f(x·w + b), or y = f(x·wᵀ + b) where it is transposed:
// then w has the shape [nodes × in] and belongs to an encoder's layer too.
type dense struct {
	*activated
	in, nodes  int
	transposed bool
	w, b       *Param

	x  *Matrix // of the last Forward
	dx buffer

	// What the threads of the team do, in this order, and what of.
	product, gradients, inputs func(part int)
	startB, startW             kernel.Start
}

func newDense(b *Builder, in, nodes int, activation Activation, w *Param, transposed bool) *dense {
	d := &dense{in: in, nodes: nodes, transposed: transposed, w: w, b: b.Biases("b", nodes, in), activated: newActivated(b, b.rows, nodes, activation)}
	d.dx = newBuffer(b.rows, in)
	d.product, d.gradients, d.inputs = d.doProduct, d.doGradients, d.doInputs
	return d
}

func (d *dense) Forward(x *Matrix) *Matrix {
	d.x = x
	d.room(x.Rows)
	d.team.each(d.product)
	return d.finish()
}

func (d *dense) doProduct(part int) {
	z, s := d.z.matrix.Data, d.team.scratch[part]
	if d.transposed {
		kernel.MultiplyTB(z, d.x.Data, d.w.Value, d.x.Rows, d.nodes, d.in, kernel.Bias, d.b.Value, s)
	} else {
		kernel.Multiply(z, d.x.Data, d.w.Value, d.x.Rows, d.nodes, d.in, kernel.Bias, d.b.Value, s)
	}
}

func (d *dense) Backward(dy *Matrix, wantInput bool) *Matrix {
	d.startB, d.startW = d.b.start(), d.w.start()
	d.back(dy)
	d.team.each(d.gradients)
	if !wantInput {
		return nil
	}
	dx := d.dx.of(dy.Rows)
	d.team.each(d.inputs)
	return dx
}

// doGradients adds up the gradients by the biases and weights.
func (d *dense) doGradients(part int) {
	low, high := d.team.span(d.nodes, cacheLine, part)
	kernel.ColumnSums(d.b.Grad[low:high], d.dy.Data[min(low, len(d.dy.Data)):], d.dy.Rows, d.nodes, d.startB)
	s := d.team.scratch[part]
	if d.transposed {
		kernel.MultiplyTA(d.w.Grad, d.dy.Data, d.x.Data, d.nodes, d.in, d.dy.Rows, d.startW, nil, s)
	} else {
		kernel.MultiplyTA(d.w.Grad, d.x.Data, d.dy.Data, d.in, d.nodes, d.dy.Rows, d.startW, nil, s)
	}
}

// doInputs computes the gradient by the inputs.
func (d *dense) doInputs(part int) {
	dx, s := d.dx.matrix.Data, d.team.scratch[part]
	if d.transposed {
		kernel.Multiply(dx, d.dy.Data, d.w.Value, d.dy.Rows, d.in, d.nodes, kernel.Zero, nil, s)
	} else {
		kernel.MultiplyTB(dx, d.dy.Data, d.w.Value, d.dy.Rows, d.in, d.nodes, kernel.Zero, nil, s)
	}
}

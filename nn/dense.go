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
}

// Output is a flat shape of Nodes elements. Any input fits: it is read as flat.
func (d *Dense) Output(Shape) (Shape, error) { return Shape{d.Nodes}, nil }

// Mirror leads back to as many nodes as there are inputs.
func (d *Dense) Mirror(in Shape) (LayerPart, error) { return &Dense{Nodes: in.Size()}, nil }

// Activated returns the layer's activation and the layer with another one.
func (d *Dense) Activated(a Activation) (Activation, LayerPart) {
	return d.Activation, &Dense{Nodes: d.Nodes, Activation: a}
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
	in, nodes  int
	transposed bool
	w, b       *Param
	activation Activation
	scratch    *kernel.Scratch

	x         *Matrix // of the last Forward
	z, y      buffer  // before and after the activation; the same where it does not need z
	dx        buffer
	linear    bool // the gradient by y is that by z
	objective bool // the loss takes z: Backward is given the gradient by z
}

func newDense(b *Builder, in, nodes int, activation Activation, w *Param, transposed bool) *dense {
	d := &dense{in: in, nodes: nodes, transposed: transposed, w: w, b: b.Biases("b", nodes), activation: activation, scratch: b.scratch}
	_, d.linear = activation.(*Linear)
	d.y = newBuffer(b.rows, nodes)
	d.z = d.y
	if activation.NeedsInput() {
		d.z = newBuffer(b.rows, nodes)
	}
	d.dx = newBuffer(b.rows, in)
	return d
}

// keepInput makes the layer keep z beside y, for a loss that takes it.
func (d *dense) keepInput(rows int) {
	if !d.activation.NeedsInput() {
		d.z = newBuffer(rows, d.nodes)
	}
	d.objective = true
}

func (d *dense) Forward(x *Matrix) *Matrix {
	d.x = x
	z, y := d.z.of(x.Rows), d.y.of(x.Rows)
	if d.transposed {
		kernel.MultiplyTB(z.Data, x.Data, d.w.Value, x.Rows, d.nodes, d.in, kernel.Bias, d.b.Value, d.scratch)
	} else {
		kernel.Multiply(z.Data, x.Data, d.w.Value, x.Rows, d.nodes, d.in, kernel.Bias, d.b.Value, d.scratch)
	}
	d.activation.Forward(y.Data, z.Data)
	return y
}

func (d *dense) Backward(dy *Matrix, wantInput bool) *Matrix {
	if !d.linear && !d.objective {
		d.activation.Backward(dy.Data, dy.Data, d.z.matrix.Data, d.y.matrix.Data)
	}
	kernel.ColumnSums(d.b.Grad, dy.Data, dy.Rows, d.nodes, d.b.start())
	if d.transposed {
		kernel.MultiplyTA(d.w.Grad, dy.Data, d.x.Data, d.nodes, d.in, dy.Rows, d.w.start(), nil, d.scratch)
	} else {
		kernel.MultiplyTA(d.w.Grad, d.x.Data, dy.Data, d.in, d.nodes, dy.Rows, d.w.start(), nil, d.scratch)
	}
	if !wantInput {
		return nil
	}
	dx := d.dx.of(dy.Rows)
	if d.transposed {
		kernel.Multiply(dx.Data, dy.Data, d.w.Value, dy.Rows, d.in, d.nodes, kernel.Zero, nil, d.scratch)
	} else {
		kernel.MultiplyTB(dx.Data, dy.Data, d.w.Value, dy.Rows, d.in, d.nodes, kernel.Zero, nil, d.scratch)
	}
	return dx
}

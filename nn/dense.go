package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Dense](layers, "dense", "every node sees every input") }

// Dense is a fully connected layer: y = f(x·w + b), w of shape [in × nodes]. x is
// an example, read as flat, or per step each of those of a series by itself.
type Dense struct {
	Nodes      int        `range:"[1, 1048576]" short:"yes" doc:"number of nodes"`
	Activation Activation `optional:"yes" doc:"applied to each node; that of the model unless it says otherwise"`
	Per        string     `optional:"yes" enum:"example|step" doc:"what is an input: the example, unless given, or each step of a series by itself, all with the same weights"`
	Bias       bool       `default:"true" added:"yes" doc:"add a number of its own to each node"`

	Initialiser Initialiser `optional:"yes" doc:"how its first weights are drawn; that of the model unless it says otherwise"`

	restored Shape // of the output, in a mirror image
}

// Normalise makes per: example the same as none.
func (*Dense) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["per"] == "example" {
		delete(resolved, "per")
	}
	return nil
}

func (d *Dense) ownInitialiser() Initialiser { return d.Initialiser }

func (d *Dense) perStep() bool { return d.Per == "step" }

// steps returns how many inputs an example of the shape in is read as, and how
// many elements each has.
func (d *Dense) steps(in Shape) (steps, features int, err error) {
	if d.perStep() {
		return seriesOf(in)
	}
	return 1, in.Size(), nil
}

// Output is a flat shape of Nodes elements or, per step, [steps, Nodes]; or the
// shape of the layer's mirror image.
func (d *Dense) Output(in Shape) (Shape, error) {
	steps, _, err := d.steps(in)
	switch {
	case err != nil:
		return nil, err
	case d.restored != nil:
		return d.restored, nil
	case d.perStep():
		return Shape{steps, d.Nodes}, nil
	}
	return Shape{d.Nodes}, nil
}

// Mirror leads back to as many nodes as there are inputs, in their shape.
func (d *Dense) Mirror(in Shape, _ bool) ([]LayerPart, error) {
	_, features, err := d.steps(in)
	return []LayerPart{&Dense{Nodes: features, Per: d.Per, Bias: d.Bias, Initialiser: d.Initialiser, restored: in}}, err
}

// Activated returns the layer's activation and the layer with another one.
func (d *Dense) Activated(a Activation) (Activation, LayerPart) {
	with := *d
	with.Activation = a
	return d.Activation, &with
}

// Cost is a weight for each input and node, and a bias for each node unless there is none.
func (d *Dense) Cost(in Shape) Cost {
	steps, features, _ := d.steps(in)
	weights := features * d.Nodes
	return Cost{Parameters: weights + biasesOf(d.Bias, d.Nodes), Products: steps * weights}
}

// Build draws the weights.
func (d *Dense) Build(b *Builder, in Shape) Layer {
	_, features, _ := d.steps(in)
	return d.build(b, in, b.Weights("w", features, d.Nodes), false)
}

// build makes the layer with some weights.
func (d *Dense) build(b *Builder, in Shape, w *Param, transposed bool) Layer {
	steps, features, _ := d.steps(in)
	return newDense(b, steps, features, d.Nodes, d.Activation, w, transposed, d.Bias)
}

// biasesOf is how many biases there are.
func biasesOf(biased bool, units int) int {
	if biased {
		return units
	}
	return 0
}

// dense computes y = f(x·w + b), or y = f(x·wᵀ + b) where it is transposed:
// then w has the shape [nodes × in] and belongs to an encoder's layer too. x and y
// have so many rows of in and nodes elements for each example. Without biases b is
// nil.
type dense struct {
	*activated
	steps      int
	in, nodes  int
	transposed bool
	w, b       *Param

	x  *Matrix // of the last Forward
	dx buffer

	// What the threads of the team do, in this order, and what of.
	product, gradients, inputs func(part int)
	startB, startW             kernel.Start
}

func newDense(b *Builder, steps, in, nodes int, activation Activation, w *Param, transposed, biased bool) *dense {
	d := &dense{
		steps: steps, in: in, nodes: nodes, transposed: transposed, w: w,
		activated: newActivated(b, b.rows, steps*nodes, activation),
	}
	if biased {
		d.b = b.Biases("b", nodes, in)
	}
	d.dx = newBuffer(b.rows, steps*in)
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
	z, rows, s := d.z.matrix.Data, d.steps*d.x.Rows, d.team.scratch[part]
	start, biases := kernel.Zero, []float32(nil)
	if d.b != nil {
		start, biases = kernel.Bias, d.b.Value
	}
	if d.transposed {
		kernel.MultiplyTB(z, d.x.Data, d.w.Value, rows, d.nodes, d.in, start, biases, s)
	} else {
		kernel.Multiply(z, d.x.Data, d.w.Value, rows, d.nodes, d.in, start, biases, s)
	}
}

func (d *dense) Backward(dy *Matrix, wantInput bool) *Matrix {
	d.startW = d.w.start()
	if d.b != nil {
		d.startB = d.b.start()
	}
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
	rows, s := d.steps*d.dy.Rows, d.team.scratch[part]
	if d.b != nil {
		kernel.ColumnSums(d.b.Grad[low:high], d.dy.Data[min(low, len(d.dy.Data)):], rows, d.nodes, d.startB)
	}
	if d.transposed {
		kernel.MultiplyTA(d.w.Grad, d.dy.Data, d.x.Data, d.nodes, d.in, rows, d.startW, nil, s)
	} else {
		kernel.MultiplyTA(d.w.Grad, d.x.Data, d.dy.Data, d.in, d.nodes, rows, d.startW, nil, s)
	}
}

// doInputs computes the gradient by the inputs.
func (d *dense) doInputs(part int) {
	dx, rows, s := d.dx.matrix.Data, d.steps*d.dy.Rows, d.team.scratch[part]
	if d.transposed {
		kernel.Multiply(dx, d.dy.Data, d.w.Value, rows, d.in, d.nodes, kernel.Zero, nil, s)
	} else {
		kernel.MultiplyTB(dx, d.dy.Data, d.w.Value, rows, d.in, d.nodes, kernel.Zero, nil, s)
	}
}

func (d *Dense) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	if p.part != LayerPart(d) { // a part that embeds this one, and does more
		return x, ErrNoONNX
	}
	return d.nodes(g, x, p)
}

// nodes multiplies inputs that stand one behind the other: examples, or steps of them.
func (d *Dense) nodes(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	steps, features, err := d.steps(x.Shape)
	if err != nil {
		return x, err
	}
	w, transposed := p.find("w")
	turn := 0
	if transposed {
		turn = 1
	}
	x = g.Reshape(x, []int{features})
	y := onnx.Value{Shape: []int{d.Nodes}}
	y.Name = g.Node("Gemm", p.withBiases(g, d.Bias, x.Name, g.Tensor("w", w.Shape, w.Value)), onnx.Int("transB", turn))
	if d.perStep() {
		y = g.Reshape(y, []int{steps, d.Nodes})
	}
	y, err = withActivation(g, y, d.Activation)
	if d.restored != nil {
		y = g.Reshape(y, d.restored)
	}
	return y, err
}

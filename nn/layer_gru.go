package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[GRU](layers, "gru", "gated recurrent units, over the steps of a series")
}

// GRU is a layer of gated recurrent units (Cho et al. 2014) in the form that
// PyTorch and Keras compute, in which the reset gate acts on a product. At each
// step of a series, from h₀ = 0 on,
//
//	r = σ(x·w_r + b_r + h·u_r + ub_r)    a = σ(x·w_a + b_a + h·u_a + ub_a)
//	n = tanh(x·w_n + b_n + r⊙(h·u_n + ub_n))
//	h ← n + a⊙(h − n)
//
// w is [features × 3·nodes], u [nodes × 3·nodes], their columns in the order r, a,
// n, as those of PyTorch, where a is called z. u is orthogonal at first, as in
// Keras. The rows of a picture are its steps.
type GRU struct {
	Nodes  int    `range:"[1, 65536]" short:"yes" doc:"number of nodes"`
	Return string `optional:"yes" enum:"last|sequence" doc:"outputs of the last step or of all; unless given, of all where a layer that takes steps follows, or the decoder ends, else of the last"`
}

func (g *GRU) recurrent() recurrentPart {
	return recurrentPart{nodes: g.Nodes, gates: 3, biases: 2, sequence: g.Return == "sequence"}
}

// Output is [nodes], or [steps, nodes] where the sequence is returned.
func (g *GRU) Output(in Shape) (Shape, error) { return g.recurrent().output(in) }

// Mirror leads back to the series by another such layer.
func (g *GRU) Mirror(in Shape, data bool) ([]LayerPart, error) {
	return g.recurrent().mirror(in, data, func(nodes int) LayerPart { return &GRU{nodes, "sequence"} })
}

// Activated returns tanh, within whose range the outputs lie. There can be no other.
func (*GRU) Activated(Activation) (Activation, LayerPart) { return &Tanh{}, nil }

// Cost is that of three gates.
func (g *GRU) Cost(in Shape) Cost { return g.recurrent().cost(in) }

// Build draws the weights.
func (g *GRU) Build(b *Builder, in Shape) Layer {
	c := &gru{recurrent: newRecurrent(b, g.recurrent(), in)}
	c.ub = b.Biases("ub", 3*g.Nodes, g.Nodes)
	c.cell = c
	return c.recurrent
}

// gru keeps the gates r, a and n in z, one behind the other, and likewise the
// products of outputs in q.
type gru struct {
	*recurrent
	part []float32 // gradient by one of the gates
}

func (g *gru) reserve(rows int) {
	g.q = make([]float32, len(g.z))
	g.part = make([]float32, rows*g.nodes)
}

func (g *gru) forward(t, low, high int, s *kernel.Scratch) {
	n, m := g.nodes, (high-low)*g.nodes
	z, q, spare := g.block(g.z, t, 3*n, low, high), g.block(g.q, t, 3*n, low, high), g.block(g.spare, 0, 3*n, low, high)
	before, h := g.block(g.h, t, n, low, high), g.block(g.h, t+1, n, low, high)
	kernel.Multiply(q, before, g.u.Value, high-low, 3*n, n, kernel.Bias, g.ub.Value, s)
	g.byGate(z, spare)
	g.byGate(q, spare)
	kernel.Add(z[:2*m], z[:2*m], q[:2*m])
	kernel.Sigmoid(z[:2*m], z[:2*m])
	r, a, next := z[:m], z[m:2*m], z[2*m:]
	kernel.Mul(h, r, q[2*m:])
	kernel.Add(next, next, h)
	kernel.Tanh(next, next)
	for j, v := range next {
		h[j] = v + float32(a[j]*(before[j]-v))
	}
}

func (g *gru) backward(t, low, high int, s *kernel.Scratch) {
	n, m := g.nodes, (high-low)*g.nodes
	z, q, spare := g.block(g.z, t, 3*n, low, high), g.block(g.q, t, 3*n, low, high), g.block(g.spare, 0, 3*n, low, high)
	r, a, next, product := z[:m], z[m:2*m], z[2*m:], q[2*m:]
	before, dh, part := g.block(g.h, t, n, low, high), g.block(g.dh, t, n, low, high), g.block(g.part, 0, n, low, high)
	for j, v := range next {
		part[j] = dh[j] * (before[j] - v)
	}
	kernel.SigmoidGrad(part, part, a)
	g.place(spare, part, 1)
	for j, v := range a {
		part[j] = dh[j] * (1 - v)
	}
	kernel.TanhGrad(part, part, next)
	g.place(spare, part, 2)
	kernel.Mul(q[:m], part, product)
	kernel.SigmoidGrad(q[:m], q[:m], r)
	g.place(spare, q[:m], 0)
	kernel.Mul(product, part, r)
	kernel.Mul(part, dh, a)
	copy(z, spare)
	g.place(spare, product, 2) // the gradient by q differs from that by z in n alone
	copy(q, spare)
	if t > 0 {
		dh = g.block(g.dh, t-1, n, low, high)
		kernel.Add(dh, dh, part)
		kernel.MultiplyTB(dh, q, g.u.Value, high-low, n, 3*n, kernel.Keep, nil, s)
	}
}

func (g *GRU) onnx(graph *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	return g.recurrent().onnx(graph, x, p, "GRU", []int{1, 0, 2}, onnx.Int("linear_before_reset", 1))
}

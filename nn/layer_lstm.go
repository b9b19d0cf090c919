package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[LSTM](layers, "lstm", "long short-term memory, over the steps of a series")
}

// LSTM is a layer of long short-term memory (Hochreiter and Schmidhuber 1997, with
// the forget gate of Gers, Schmidhuber and Cummins 2000). At each step of a
// series, from h₀ = c₀ = 0 on,
//
//	i = σ(x·w_i + h·u_i + b_i)    f = σ(x·w_f + h·u_f + b_f)
//	g = tanh(x·w_g + h·u_g + b_g) o = σ(x·w_o + h·u_o + b_o)
//	c ← f⊙c + i⊙g                 h ← o⊙tanh(c)
//
// w is [features × 4·nodes], u [nodes × 4·nodes], their columns in the order i, f,
// g, o, as those of PyTorch and Keras. As in Keras there is one bias, 1 more than
// what the model's initialiser draws for f, and u is orthogonal at first. The rows
// of a picture are its steps.
type LSTM struct {
	Nodes  int    `range:"[1, 65536]" short:"yes" doc:"number of nodes"`
	Return string `optional:"yes" enum:"last|sequence" doc:"outputs of the last step or of all; unless given, of all where a layer that takes steps follows, or the decoder ends, else of the last"`
}

func (l *LSTM) recurrent() recurrentPart {
	return recurrentPart{nodes: l.Nodes, gates: 4, biases: 1, sequence: l.Return == "sequence"}
}

// Output is [nodes], or [steps, nodes] where the sequence is returned.
func (l *LSTM) Output(in Shape) (Shape, error) { return l.recurrent().output(in) }

// Mirror leads back to the series by another such layer.
func (l *LSTM) Mirror(in Shape, data bool) ([]LayerPart, error) {
	return l.recurrent().mirror(in, data, func(nodes int) LayerPart { return &LSTM{nodes, "sequence"} })
}

// Activated returns tanh, within whose range the outputs lie. There can be no other.
func (*LSTM) Activated(Activation) (Activation, LayerPart) { return &Tanh{}, nil }

// Cost is that of four gates.
func (l *LSTM) Cost(in Shape) Cost { return l.recurrent().cost(in) }

// Build draws the weights.
func (l *LSTM) Build(b *Builder, in Shape) Layer {
	c := &lstm{recurrent: newRecurrent(b, l.recurrent(), in)}
	forget := c.b
	forget.first = func(values []float32, _ kernel.Stream) {
		for j := range values[l.Nodes : 2*l.Nodes] {
			values[l.Nodes+j]++
		}
	}
	c.cell = c
	return c.recurrent
}

// lstm keeps the gates i, f, g and o in z, one behind the other.
type lstm struct {
	*recurrent
	c, squashed []float32 // cells of each step, and tanh of them
	dc, part    []float32 // gradient by the cells of a step, and by one of the gates
}

func (l *lstm) reserve(rows int) {
	n := rows * l.nodes
	l.c, l.squashed = make([]float32, n*l.steps), make([]float32, n*l.steps)
	l.dc, l.part = make([]float32, n), make([]float32, n)
}

func (l *lstm) forward(t, low, high int, s *kernel.Scratch) {
	n, m := l.nodes, (high-low)*l.nodes
	z := l.block(l.z, t, 4*n, low, high)
	if t > 0 {
		kernel.Multiply(z, l.block(l.h, t, n, low, high), l.u.Value, high-low, 4*n, n, kernel.Keep, nil, s)
	}
	l.byGate(z, l.block(l.spare, 0, 4*n, low, high))
	i, f, g, o := z[:m], z[m:2*m], z[2*m:3*m], z[3*m:]
	kernel.Sigmoid(z[:2*m], z[:2*m])
	kernel.Tanh(g, g)
	kernel.Sigmoid(o, o)
	c, squashed, h := l.block(l.c, t, n, low, high), l.block(l.squashed, t, n, low, high), l.block(l.h, t+1, n, low, high)
	kernel.Mul(c, i, g)
	if t > 0 {
		kernel.Mul(h, f, l.block(l.c, t-1, n, low, high))
		kernel.Add(c, c, h)
	}
	kernel.Tanh(squashed, c)
	kernel.Mul(h, o, squashed)
}

func (l *lstm) backward(t, low, high int, s *kernel.Scratch) {
	n, m := l.nodes, (high-low)*l.nodes
	z, spare := l.block(l.z, t, 4*n, low, high), l.block(l.spare, 0, 4*n, low, high)
	i, f, g, o := z[:m], z[m:2*m], z[2*m:3*m], z[3*m:]
	dh, squashed := l.block(l.dh, t, n, low, high), l.block(l.squashed, t, n, low, high)
	dc, part := l.block(l.dc, 0, n, low, high), l.block(l.part, 0, n, low, high)
	if t == l.steps-1 {
		clear(dc)
	}
	kernel.Mul(part, dh, o)
	kernel.TanhGrad(part, part, squashed)
	kernel.Add(dc, dc, part)
	gate := func(number int, by, of []float32, slope func(dx, dy, y []float32), y []float32) {
		kernel.Mul(part, by, of)
		slope(part, part, y)
		l.place(spare, part, number)
	}
	gate(0, dc, g, kernel.SigmoidGrad, i)
	if t > 0 {
		gate(1, dc, l.block(l.c, t-1, n, low, high), kernel.SigmoidGrad, f)
	} else { // the cells before the first step are 0
		clear(part)
		l.place(spare, part, 1)
	}
	gate(2, dc, i, kernel.TanhGrad, g)
	gate(3, dh, squashed, kernel.SigmoidGrad, o)
	kernel.Mul(dc, dc, f)
	copy(z, spare)
	if t > 0 {
		kernel.MultiplyTB(l.block(l.dh, t-1, n, low, high), z, l.u.Value, high-low, n, 4*n, kernel.Keep, nil, s)
	}
}

func (l *LSTM) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	return l.recurrent().onnx(g, x, p, "LSTM", []int{0, 3, 1, 2})
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
)

// cell is what a recurrent layer does in a step with the examples low … high − 1,
// with the scratch of a thread.
type cell interface {
	// reserve makes room for so many examples.
	reserve(rows int)
	// forward turns the step's z, the biases and the products of the inputs,
	// into its h.
	forward(t, low, high int, s *kernel.Scratch)
	// backward turns the step's dh into the gradients by z and by q, and adds
	// what belongs to the step before to that one's dh.
	backward(t, low, high int, s *kernel.Scratch)
}

// recurrent is a recurrent layer at work. Inside, everything stands step by step,
// and in a step example by example, so that the products of the inputs are one
// product over all steps, and those of a step one over all examples.
//
// Each thread takes some examples through all steps by itself.
//
// Long series take much room. It is made by the first pass that needs it, and
// outside training, where nothing has to be kept, for a few examples at a time.
type recurrent struct {
	recurrentPart
	cell      cell
	pass      *pass
	team      *team
	steps, in int
	w, u, b   *Param
	ub        *Param // biases of the products of outputs, or nil

	room  int       // examples that there is room for
	first int       // of the examples that are being worked on
	rows  int       // and how many these are
	x     []float32 // inputs, later the gradients by them, [steps × rows × in]
	z     []float32 // products of the inputs, then gates, at last the gradients by the products, [steps × rows × gates·nodes]
	q     []float32 // products of the outputs of the step before and the gradients by them, or z itself where those are added to it
	h     []float32 // outputs, those before the first step included, which are 0: [(steps + 1) × rows × nodes]
	dh    []float32 // gradients by outputs, [steps × rows × nodes]
	spare []float32 // [rows × gates·nodes]
	y     buffer
	dx    shared

	// What the threads do, in this order, forwards and backwards, and what of.
	enter, inputs, unroll, leave                    func(part int)
	enterBack, unrollBack, gradients, back, leaving func(part int)
	given, dy                                       *Matrix
	startB, startUB, startW, startU                 kernel.Start
}

// newRecurrent leaves the cell, and ub where there is one, to the caller.
func newRecurrent(b *Builder, p recurrentPart, in Shape) *recurrent {
	steps, features, _ := seriesOf(in)
	units, outputs := p.gates*p.nodes, p.nodes
	if p.sequence {
		outputs *= steps
	}
	r := &recurrent{
		recurrentPart: p, pass: b.pass, team: b.team, steps: steps, in: features,
		w: b.Weights("w", features, units),
		u: b.add(&Param{Name: "u", Shape: Shape{p.nodes, units}, fanIn: p.nodes, fanOut: units, first: orthogonal(p.nodes, units)}),
		b: b.Biases("b", units, features),
		y: newBuffer(b.rows, outputs), dx: b.gradient(in.Size()),
	}
	r.enter, r.inputs, r.unroll, r.leave = r.doEnter, r.doInputs, r.doUnroll, r.doLeave
	r.enterBack, r.unrollBack, r.gradients, r.back, r.leaving = r.doEnterBack, r.doUnrollBack, r.doGradients, r.doBack, r.doLeaving
	return r
}

// orthogonal draws weights from outputs to the next step.
func orthogonal(nodes, units int) func([]float32, kernel.Stream) {
	return func(values []float32, stream kernel.Stream) {
		(&OrthogonalWeights{Gain: 1}).Draw(values, nodes, units, stream)
	}
}

// reserve makes room for so many examples.
func (r *recurrent) reserve(rows int) {
	if rows <= r.room {
		return
	}
	r.room = rows
	all, units := rows*r.steps, r.units()
	r.x, r.z, r.spare = make([]float32, all*r.in), make([]float32, all*units), make([]float32, rows*units)
	r.h, r.dh = make([]float32, (all+rows)*r.nodes), make([]float32, all*r.nodes)
	r.q = r.z
	r.cell.reserve(rows)
}

func (r *recurrent) units() int { return r.gates * r.nodes }

// block returns the examples low … high − 1 of step t of values.
func (r *recurrent) block(values []float32, t, width, low, high int) []float32 {
	return values[(t*r.rows+low)*width : (t*r.rows+high)*width]
}

// all returns the steps of this pass of values.
func (r *recurrent) all(values []float32, width int) []float32 {
	return values[:r.steps*r.rows*width]
}

// evaluatedRows is how many examples are worked on at a time outside training.
const evaluatedRows = 64

func (r *recurrent) Forward(x *Matrix) *Matrix {
	r.given = x
	y, most := r.y.of(x.Rows), x.Rows
	if !r.pass.training {
		most = min(most, evaluatedRows)
	}
	r.reserve(most)
	for r.first = 0; r.first < x.Rows; r.first += most {
		r.rows = min(most, x.Rows-r.first)
		clear(r.block(r.h, 0, r.nodes, 0, r.rows))
		r.team.each(r.enter)
		r.team.each(r.inputs)
		r.team.each(r.unroll)
		r.team.each(r.leave)
	}
	return y
}

func (r *recurrent) doEnter(part int) {
	low, high := r.team.span(r.rows, 1, part)
	interleave(r.x, r.given.Data[r.first*r.given.Cols:], r.rows, r.steps, r.in, low, high)
}

func (r *recurrent) doInputs(part int) {
	kernel.Multiply(r.all(r.z, r.units()), r.all(r.x, r.in), r.w.Value, r.steps*r.rows, r.units(), r.in, kernel.Bias, r.b.Value, r.team.scratch[part])
}

// recurrentRows is the unit of examples that threads share.
const recurrentRows = 8

// alone calls do with the examples of a thread, and a scratch that computes
// whole products.
func (r *recurrent) alone(part int, do func(low, high int, s *kernel.Scratch)) {
	low, high := r.team.span(r.rows, recurrentRows, part)
	if low == high {
		return
	}
	s := r.team.scratch[part]
	s.Share(0, 1)
	do(low, high, s)
	s.Share(part, r.team.parts)
}

func (r *recurrent) doUnroll(part int) {
	r.alone(part, func(low, high int, s *kernel.Scratch) {
		for t := range r.steps {
			r.cell.forward(t, low, high, s)
		}
	})
}

func (r *recurrent) doLeave(part int) {
	low, high := r.team.span(r.rows, 1, part)
	y := r.y.matrix.Data[r.first*r.y.matrix.Cols:]
	if r.sequence {
		separate(y, r.h[r.rows*r.nodes:], r.rows, r.steps, r.nodes, low, high)
		return
	}
	copy(y[low*r.nodes:], r.block(r.h, r.steps, r.nodes, low, high))
}

// Backward follows a Forward in training, which has kept what it needs.
func (r *recurrent) Backward(dy *Matrix, wantInput bool) *Matrix {
	r.dy = dy
	r.team.each(r.enterBack)
	r.team.each(r.unrollBack)
	r.startB, r.startW, r.startU = r.b.start(), r.w.start(), r.u.start()
	if r.ub != nil {
		r.startUB = r.ub.start()
	}
	r.team.each(r.gradients)
	if !wantInput {
		return nil
	}
	r.team.each(r.back)
	dx := r.dx.of(r.rows)
	r.team.each(r.leaving)
	return dx
}

func (r *recurrent) doEnterBack(part int) {
	low, high := r.team.span(r.rows, 1, part)
	if r.sequence {
		interleave(r.dh, r.dy.Data, r.rows, r.steps, r.nodes, low, high)
		return
	}
	for t := range r.steps - 1 {
		clear(r.block(r.dh, t, r.nodes, low, high))
	}
	copy(r.block(r.dh, r.steps-1, r.nodes, low, high), r.dy.Data[low*r.nodes:])
}

func (r *recurrent) doUnrollBack(part int) {
	r.alone(part, func(low, high int, s *kernel.Scratch) {
		for t := r.steps - 1; t >= 0; t-- {
			r.cell.backward(t, low, high, s)
		}
	})
}

// doGradients adds up the gradients by the biases and weights over all steps.
func (r *recurrent) doGradients(part int) {
	units, rows, s := r.units(), r.steps*r.rows, r.team.scratch[part]
	dz, dq := r.all(r.z, units), r.all(r.q, units)
	low, high := r.team.span(units, cacheLine, part)
	kernel.ColumnSums(r.b.Grad[low:high], dz[min(low, len(dz)):], rows, units, r.startB)
	if r.ub != nil {
		kernel.ColumnSums(r.ub.Grad[low:high], dq[min(low, len(dq)):], rows, units, r.startUB)
	}
	kernel.MultiplyTA(r.w.Grad, r.all(r.x, r.in), dz, r.in, units, rows, r.startW, nil, s)
	kernel.MultiplyTA(r.u.Grad, r.all(r.h, r.nodes), dq, r.nodes, units, rows, r.startU, nil, s)
}

// doBack puts the gradients by the inputs in the place of these.
func (r *recurrent) doBack(part int) {
	kernel.MultiplyTB(r.all(r.x, r.in), r.all(r.z, r.units()), r.w.Value, r.steps*r.rows, r.in, r.units(), kernel.Zero, nil, r.team.scratch[part])
}

func (r *recurrent) doLeaving(part int) {
	low, high := r.team.span(r.rows, 1, part)
	separate(r.dx.matrix.Data, r.x, r.rows, r.steps, r.in, low, high)
}

// byGate turns values of some examples around in their place: from one example
// behind the other, each with all gates, to one gate behind the other, each with
// all examples, so that kernels can take long stretches. spare is as long.
func (r *recurrent) byGate(values, spare []float32) {
	copy(spare, values)
	examples := len(values) / r.units()
	for gate := range r.gates {
		for e := range examples {
			copy(values[(gate*examples+e)*r.nodes:][:r.nodes], spare[(e*r.gates+gate)*r.nodes:])
		}
	}
}

// place copies the values of a gate to where they stand example by example.
func (r *recurrent) place(values, gate []float32, number int) {
	for e := range len(gate) / r.nodes {
		copy(values[(e*r.gates+number)*r.nodes:][:r.nodes], gate[e*r.nodes:])
	}
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// activated is the end of a layer: an activation, on outputs that the layer
// has worked out. Layers that have one embed it.
type activated struct {
	activation Activation
	team       *team
	z, y       buffer  // before and after the activation; the same where it does not need z
	linear     bool    // the gradient by y is that by z
	rows       bool    // the activation takes one example at a time
	objective  bool    // the loss takes z: the layer's Backward is given the gradient by z
	bend       *Matrix // what is added to the gradient by z in the next Backward, or nil

	activate, slope func(part int) // what the threads do
	dy              *Matrix        // and what of
}

func newActivated(b *Builder, rows, width int, activation Activation) *activated {
	a := &activated{activation: activation, team: b.team, y: newBuffer(rows, width)}
	_, a.linear = activation.(*Linear)
	_, a.rows = activation.(RowActivation)
	a.z = a.y
	if activation.NeedsInput() {
		a.z = newBuffer(rows, width)
	}
	a.activate, a.slope = a.doActivate, a.doSlope
	return a
}

// keepInput makes the layer keep z beside y, for a loss that takes it.
func (a *activated) keepInput(rows int) {
	if !a.activation.NeedsInput() {
		a.z = newBuffer(rows, a.y.matrix.Cols)
	}
	a.objective = true
}

// output returns the end itself. It makes the layers that embed one findable.
func (a *activated) output() *activated { return a }

// room makes room for so many examples and returns that of y.
func (a *activated) room(rows int) *Matrix {
	a.z.of(rows)
	return a.y.of(rows)
}

// finish turns z into y.
func (a *activated) finish() *Matrix {
	if !a.linear || a.objective {
		a.team.each(a.activate)
	}
	return a.y.matrix
}

func (a *activated) doActivate(part int) {
	if a.rows {
		low, high := a.team.span(a.y.matrix.Rows, 1, part)
		for e := low; e < high; e++ {
			a.activation.Forward(a.y.matrix.Row(e), a.z.matrix.Row(e))
		}
		return
	}
	low, high := a.team.span(len(a.y.matrix.Data), cacheLine, part)
	a.activation.Forward(a.y.matrix.Data[low:high], a.z.matrix.Data[low:high])
}

// bends returns whether the gradient by z is not that by y.
func (a *activated) bends() bool { return !a.linear && !a.objective || a.bend != nil }

// back turns dy, the gradient by y, into that by z.
func (a *activated) back(dy *Matrix) {
	a.dy = dy
	if a.bends() {
		a.team.each(a.slope)
		a.bend = nil
	}
}

func (a *activated) doSlope(part int) {
	a.slopeOf(a.team.span(len(a.dy.Data), cacheLine, part))
}

// slopeOf is back for a range of elements.
func (a *activated) slopeOf(low, high int) {
	dy := a.dy.Data[low:high]
	if !a.linear && !a.objective {
		a.activation.Backward(dy, dy, a.z.matrix.Data[low:high], a.y.matrix.Data[low:high])
	}
	if a.bend != nil {
		kernel.Add(dy, dy, a.bend.Data[low:high])
	}
}

// bendBy makes the next Backward add to the gradient by z.
func (a *activated) bendBy(dz *Matrix) {
	if a.bend == nil {
		a.bend = dz
	} else {
		kernel.Add(a.bend.Data, a.bend.Data, dz.Data)
	}
}

// curved returns whether the activation is not made of straight pieces.
func (a *activated) curved() bool {
	switch a.activation.(type) {
	case *Linear, *Relu, *LeakyRelu, *TopK, *JumpRelu:
		return false
	}
	return true
}

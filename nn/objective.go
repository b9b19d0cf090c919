package nn

// objective is what a net is trained on: the reconstruction loss of its
// output, taken from the logits where the output layer is a sigmoid and the
// loss has a form for them.
type objective struct {
	loss   Loss
	logits LogitLoss // nil where the loss takes the reconstructions
	last   *activated
	team   *team
	dy     buffer
	sums   []float64 // the loss of each example

	// What the threads do, and what of.
	measure, slope func(part int)
	y, target      *Matrix
}

func newObjective(loss Loss, net *Net, elements int) *objective {
	o := &objective{loss: loss, team: net.team, dy: newBuffer(net.rows, elements), sums: make([]float64, net.rows)}
	o.measure, o.slope = o.doMeasure, o.doSlope
	logits, ok := loss.(LogitLoss)
	if net.last == nil || !ok {
		return o
	}
	if _, sigmoid := net.last.activation.(*Sigmoid); sigmoid {
		o.logits, o.last = logits, net.last
		net.last.keepInput(net.rows)
	}
	return o
}

// sum returns the loss of the reconstructions y of the last Forward, summed
// over the elements of each example and then over examples, in order.
func (o *objective) sum(y, target *Matrix) float64 {
	o.y, o.target = y, target
	o.team.each(o.measure)
	sum := 0.0
	for _, s := range o.sums[:y.Rows] {
		sum += s
	}
	return sum
}

func (o *objective) doMeasure(part int) {
	low, high := o.team.span(o.y.Rows, 1, part)
	for i := low; i < high; i++ {
		if o.logits != nil {
			o.sums[i] = o.logits.SumLogits(o.last.z.matrix.Row(i), o.target.Row(i))
		} else {
			o.sums[i] = o.loss.Sum(o.y.Row(i), o.target.Row(i))
		}
	}
}

// grad returns the gradient of the batch's loss that the net's Backward takes.
func (o *objective) grad(y, target *Matrix) *Matrix {
	o.y, o.target = y, target
	o.dy.of(y.Rows)
	o.team.each(o.slope)
	return o.dy.matrix
}

func (o *objective) doSlope(part int) {
	low, high := o.team.span(len(o.y.Data), cacheLine, part)
	dy, y, target := o.dy.matrix.Data[low:high], o.y.Data[low:high], o.target.Data[low:high]
	scale := float32(lossScale(o.loss, o.y.Rows, o.y.Cols))
	if o.logits != nil {
		o.logits.GradLogits(dy, y, target, scale)
	} else {
		o.loss.Grad(dy, y, target, scale)
	}
}

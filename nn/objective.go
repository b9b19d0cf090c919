package nn

// objective is what a net is trained on: the reconstruction loss of its
// output, taken from the logits where the output layer is a sigmoid and the
// loss has a form for them.
type objective struct {
	loss   Loss
	logits LogitLoss // nil where the loss takes the reconstructions
	last   *dense
	dy     buffer
}

func newObjective(loss Loss, net *Net, elements int) *objective {
	o := &objective{loss: loss, dy: newBuffer(net.rows, elements)}
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
// over elements and examples.
func (o *objective) sum(y, target []float32) float64 {
	if o.logits != nil {
		return o.logits.SumLogits(o.last.z.matrix.Data, target)
	}
	return o.loss.Sum(y, target)
}

// grad returns the gradient of the batch's loss that the net's Backward takes.
func (o *objective) grad(y, target *Matrix) *Matrix {
	dy := o.dy.of(y.Rows)
	scale := float32(lossScale(o.loss, y.Rows, y.Cols))
	if o.logits != nil {
		o.logits.GradLogits(dy.Data, y.Data, target.Data, scale)
	} else {
		o.loss.Grad(dy.Data, y.Data, target.Data, scale)
	}
	return dy
}

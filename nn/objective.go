package nn

// objective is what a net is trained on: the reconstruction loss of its
// output, taken from the logits where the output layer is a sigmoid and the
// loss has a form for them.
type objective struct {
	loss     Loss
	elements ElementLoss        // nil where the loss is one of pictures
	pictures func() exampleLoss // makes room for another thread
	rooms    []exampleLoss      // of the threads, where the loss is one of pictures
	logits   LogitLoss          // nil where the loss takes the reconstructions
	learned  *learnedNLL        // nil where the loss has no variance to learn
	last     *activated
	team     *team
	dy       buffer
	sums     []float64 // the loss of each example
	total    float64   // their sum

	// What the threads do, and what of.
	measure, slope func(part int)
	learn          func(part int)
	y, target      *Matrix
	scale          float32
}

// newObjective fails where the loss is not defined for data with these traits.
func newObjective(loss Loss, net *Net, data Traits) (*objective, error) {
	o := &objective{loss: loss, team: net.team, dy: newBuffer(net.rows, data.Shape.Size()), sums: make([]float64, net.rows)}
	if pictures, ok := loss.(PictureLoss); ok {
		return o, o.fit(pictures, data)
	}
	o.elements = loss.(ElementLoss)
	o.measure, o.slope = o.doMeasure, o.doSlope
	if net.logVariance != nil {
		o.learned = newLearnedNLL(net.logVariance, data.Shape.Size())
		o.measure, o.slope, o.learn = o.doMeasureLearned, o.doSlopeLearned, o.doLearn
	}
	logits, ok := loss.(LogitLoss)
	if net.last == nil || !ok {
		return o, nil
	}
	if _, sigmoid := net.last.activation.(*Sigmoid); sigmoid {
		o.logits, o.last = logits, net.last
		net.last.keepInput(net.rows)
	}
	return o, nil
}

// fit makes room for pictures in the first thread.
func (o *objective) fit(loss PictureLoss, data Traits) error {
	room, err := loss.Fit(data)
	if err != nil {
		return err
	}
	o.rooms = []exampleLoss{room}
	o.pictures = func() exampleLoss {
		room, _ := loss.Fit(data) // as it did above
		return room
	}
	o.measure, o.slope = o.doMeasurePictures, o.doSlopePictures
	return nil
}

// share lets the threads work. Those that are new get room for pictures.
func (o *objective) share(task func(part int)) {
	for o.pictures != nil && len(o.rooms) < o.team.parts {
		o.rooms = append(o.rooms, o.pictures())
	}
	o.team.each(task)
}

// sum returns the loss of the reconstructions y of the last Forward, summed
// over the elements of each example and then over examples, in order.
func (o *objective) sum(y, target *Matrix) float64 {
	o.y, o.target = y, target
	if o.learned != nil {
		o.learned.refresh()
	}
	o.share(o.measure)
	o.total = 0
	for _, s := range o.sums[:y.Rows] {
		o.total += s
	}
	return o.total
}

// of returns what becomes of a sum over so many examples, and its slope by it:
// for nearly all losses the sum itself.
func (o *objective) of(sum float64, examples int) (value, slope float64) {
	if batch, ok := o.loss.(BatchLoss); ok {
		return batch.Of(sum, examples*o.dy.matrix.Cols)
	}
	return sum, 1
}

// mean returns the loss, given its sum over so many examples.
func (o *objective) mean(sum float64, examples int) float64 {
	value, _ := o.of(sum, examples)
	return float64(value * lossScale(o.loss, examples, o.dy.matrix.Cols))
}

func (o *objective) doMeasure(part int) {
	low, high := o.team.span(o.y.Rows, 1, part)
	for i := low; i < high; i++ {
		if o.logits != nil {
			o.sums[i] = o.logits.SumLogits(o.last.z.matrix.Row(i), o.target.Row(i))
		} else {
			o.sums[i] = o.elements.Sum(o.y.Row(i), o.target.Row(i))
		}
	}
}

func (o *objective) doMeasurePictures(part int) {
	low, high := o.team.span(o.y.Rows, 1, part)
	for i := low; i < high; i++ {
		o.sums[i] = o.rooms[part].Sum(o.y.Row(i), o.target.Row(i))
	}
}

// grad returns the gradient of the batch's loss that the net's Backward takes.
// sum was called with the same examples.
func (o *objective) grad(y, target *Matrix) *Matrix {
	o.y, o.target = y, target
	o.dy.of(y.Rows)
	_, slope := o.of(o.total, y.Rows)
	o.scale = float32(slope * lossScale(o.loss, y.Rows, y.Cols))
	o.share(o.slope)
	if o.learned != nil {
		o.share(o.learn)
		o.learned.finish(y.Rows, lossScale(o.loss, y.Rows, y.Cols))
	}
	return o.dy.matrix
}

func (o *objective) doSlope(part int) {
	low, high := o.team.span(len(o.y.Data), cacheLine, part)
	dy, y, target := o.dy.matrix.Data[low:high], o.y.Data[low:high], o.target.Data[low:high]
	if o.logits != nil {
		o.logits.GradLogits(dy, y, target, o.scale)
	} else {
		o.elements.Grad(dy, y, target, o.scale)
	}
}

func (o *objective) doSlopePictures(part int) {
	low, high := o.team.span(o.y.Rows, 1, part)
	for i := low; i < high; i++ {
		o.rooms[part].Grad(o.dy.matrix.Row(i), o.y.Row(i), o.target.Row(i), o.scale)
	}
}

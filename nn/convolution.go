package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// convolution computes y = f(z), where z is what windows that slide over x see,
// weighted by w of shape [taps·channels × filters], plus b; or, where turned,
// what windows that slide over z see is x. Pictures are interleaved.
//
// Outputs and gradients by inputs are sums of fused multiply-adds from the
// bias, or zero, on. An output of windows over x takes the elements of its
// window in order, one of windows over z the places of x that see it; gradients
// by inputs do it the other way round. Padding adds nothing. The gradient by a
// weight, or a bias, has a sum for each lane, and these are added as
// [kernel.LaneTotals] does. The sum for a bias adds places of z in order, group
// after group. That for a weight adds fused products, group after group, over
// the places of what windows stand on: first the columns whose windows lie inside
// the picture in its width, row by row, then each other column from the top.
//
// Where there is a folding, all this is so for the windows' weights, which are
// sums of those of w; the gradient by an element of w is the sum of theirs.
type convolution struct {
	*activated
	*correlating
	grouped
	in, out grid
	turned  bool
	folding *folding  // where the windows' weights are sums of w, or nil
	w, b    *Param    // b is nil where there are no biases
	own     []float32 // w as this layer has it, where it is that of its mirror image, [taps·filters × channels]; or nil
	pass    *pass

	z      buffer    // interleaved
	end    *crossing // to rows, where the net ends here or the activation takes one example at a time, or nil
	start  []float32 // biases, in all lanes
	zeros  []float32
	v      []float32 // the windows' weights, [taps × channels × filters]
	across []float32 // the same, [taps × filters × channels]
	table  []float32 // either of them in phases
	dv, db []float32 // gradients in lanes, [taps × large × small] and [filters]
	x      *Matrix
	dx     shared

	outwards, inwards []weighing // how outputs, and gradients by inputs, are computed

	dz                        *Matrix // what the threads work on, and do
	slopes, gradients, inputs func(part int)
}

// newConvolution builds a layer over in, with the weights of its mirror image
// where they are shared.
func newConvolution(b *Builder, s sliding, in, out grid, turned bool, kernelTaps int, fold *folding, activation Activation, shared *Param, biased bool) *convolution {
	c := &convolution{in: in, out: out, turned: turned, folding: fold, pass: b.pass}
	if c.w = shared; shared == nil {
		c.w = b.add(&Param{Name: "w", Shape: Shape{kernelTaps * in.channels, out.channels}, fanIn: kernelTaps * in.channels, fanOut: kernelTaps * out.channels})
	} else {
		c.own = make([]float32, c.w.Shape.Size())
	}
	if biased {
		c.b = b.Biases("b", out.channels, kernelTaps*in.channels)
	}
	if _, rows := activation.(RowActivation); b.ends || rows {
		c.end = newCrossing(b.team, b.examples, out.size())
		c.activated = newActivated(b, b.examples, out.size(), activation)
		c.z = newBuffer(b.rows, out.size()*kernel.Lanes)
	} else {
		c.activated = newActivated(b, b.rows, out.size()*kernel.Lanes, activation)
		c.z = c.activated.z
	}
	weights := s.taps() * in.channels * out.channels
	c.start, c.zeros = make([]float32, out.channels*kernel.Lanes), make([]float32, in.channels*kernel.Lanes)
	c.across, c.table = make([]float32, weights), make([]float32, weights)
	if fold != nil {
		c.v = make([]float32, weights)
	}
	c.dv, c.db = make([]float32, weights*kernel.Lanes), make([]float32, out.channels*kernel.Lanes)
	c.dx = b.gradient(in.size() * kernel.Lanes)
	if turned {
		c.correlating = newCorrelating(s, out.channels, in.channels)
		c.outwards, c.inwards = s.scatter(in.channels, out.channels), s.gather(out.channels, in.channels)
	} else {
		c.correlating = newCorrelating(s, in.channels, out.channels)
		c.outwards, c.inwards = s.gather(in.channels, out.channels), s.scatter(out.channels, in.channels)
	}
	c.slopes, c.gradients, c.inputs = c.doSlopes, c.doGradients, c.doInputs
	c.grouped = newGrouped(b, c)
	c.bind()
	return c
}

// ends returns whether the layer's output is in rows.
func (c *convolution) ends() bool { return c.end != nil }

func (c *convolution) begin(x *Matrix) *Matrix {
	c.x = x
	if c.b != nil {
		for i, v := range c.b.Value {
			kernel.Fill(c.start[i*kernel.Lanes:][:kernel.Lanes], v)
		}
	}
	c.readWeights()
	if c.turned {
		c.phases(c.table, c.v, c.in.channels*c.out.channels)
	}
	z := c.z.of(x.Rows)
	if c.end != nil {
		return z
	}
	return c.room(x.Rows)
}

// weigh sets dst, of a group, to what windows over x weigh.
func (c *convolution) weigh(part int, dst, x []float32, all []weighing, weights, start []float32) {
	for i := range all {
		p := &all[i]
		p.Apply(dst[p.dst:], x[p.x:], weights[p.w:], start, c.grouped.team.scratch[part])
	}
}

func (c *convolution) forwardGroup(part, g int) {
	scratch, width := c.grouped.team.scratch[part], c.out.width*c.out.channels*kernel.Lanes
	z, x, weights := c.z.matrix.Row(g), c.x.Row(g), c.outward()
	done := 0
	for i := range c.outwards {
		p := &c.outwards[i]
		p.Apply(z[p.dst:], x[p.x:], weights[p.w:], c.start, scratch)
		if p.complete > done && c.end == nil && !c.linear {
			c.activation.Forward(c.y.matrix.Row(g)[done*width:p.complete*width], z[done*width:p.complete*width])
			done = p.complete
		}
	}
}

// finishRows turns z into rows, and those into y.
func (c *convolution) finishRows() *Matrix {
	c.room(c.pass.rows)
	c.end.flattenTo(c.activated.z.matrix, c.z.matrix)
	return c.finish()
}

func (c *convolution) beginBack(dy *Matrix, wantInput bool) *Matrix {
	if c.end != nil {
		c.activated.back(dy)
		dy = c.end.interleave(dy, true)
	}
	clear(c.dv)
	clear(c.db)
	if wantInput {
		c.turnWeights()
	}
	return dy
}

func (c *convolution) inputGradient(groups int) *Matrix { return c.dx.of(groups) }

func (c *convolution) backGroup(g int, dy, dx []float32) {
	c.gradientsOf(0, g, dy, true)
	if dx != nil {
		c.inputsOf(0, dy, dx)
	}
}

// Backward lets threads share the examples where nothing is added up over them,
// and otherwise the sums.
func (c *convolution) Backward(dy *Matrix, wantInput bool) *Matrix {
	c.dz = c.beginBack(dy, wantInput)
	var dx *Matrix
	if wantInput {
		dx = c.inputGradient(c.dz.Rows)
	}
	c.grouped.team.each(c.slopes)
	c.grouped.team.each(c.gradients)
	if wantInput {
		c.grouped.team.each(c.inputs)
	}
	c.endBack()
	return dx
}

// bent returns whether backGroup is given the gradient by y, and that by z is another.
func (c *convolution) bent() bool { return c.end == nil && !c.linear }

// slopeRows turns the gradient by y of group g into that by z, from element low to high − 1.
func (c *convolution) slopeRows(g int, dy []float32, low, high int) {
	if !c.bent() {
		return
	}
	c.activation.Backward(dy[low:high], dy[low:high], c.z.matrix.Row(g)[low:high], c.y.matrix.Row(g)[low:high])
	if c.bend != nil {
		kernel.Add(dy[low:high], dy[low:high], c.bend.Row(g)[low:high])
	}
}

func (c *convolution) doSlopes(part int) {
	low, high := c.grouped.team.span(c.dz.Rows, 1, part)
	for g := low; g < high; g++ {
		c.slopeRows(g, c.dz.Row(g), 0, c.dz.Cols)
	}
}

func (c *convolution) doGradients(part int) {
	for g := range c.dz.Rows {
		c.gradientsOf(part, g, c.dz.Row(g), false)
	}
}

func (c *convolution) doInputs(part int) {
	low, high := c.grouped.team.span(c.dz.Rows, 1, part)
	for g := low; g < high; g++ {
		c.inputsOf(part, c.dz.Row(g), c.dx.matrix.Row(g))
	}
}

// gradientsOf adds group g to a share of the gradients by weights and biases, a
// few rows at a time. Where it is late, dz is the gradient by y until then.
func (c *convolution) gradientsOf(part, g int, dz []float32, late bool) {
	low, high := c.grouped.team.span(c.elements(), 1, part)
	large, small := c.x.Row(g), dz
	if c.turned {
		large, small = small, large
	}
	rows, ready := c.vertical.out, 0
	for row := 0; row < rows; row += c.band {
		beyond := min(row+c.band, rows)
		next := beyond
		if c.turned {
			next = max(ready, min(c.out.height, (beyond-1)*c.vertical.step-c.vertical.before+c.vertical.window))
		}
		c.reach(part, g, dz, ready, next, late)
		ready = next
		c.add(c.dv, large, small, c.inside(), row, beyond, low, high)
	}
	c.reach(part, g, dz, ready, c.out.height, late)
	c.add(c.dv, large, small, c.outside(), 0, rows, low, high)
}

// reach makes rows of the gradient by z ready where it is late, and adds them to
// that by the biases.
func (c *convolution) reach(part, g int, dz []float32, first, beyond int, late bool) {
	width := c.out.width * c.out.channels * kernel.Lanes
	if late {
		c.slopeRows(g, dz, first*width, beyond*width)
	}
	if c.b == nil {
		return
	}
	low, high := c.grouped.team.span(len(c.db), cacheLine, part)
	rows := dz[first*width : beyond*width]
	kernel.ColumnSums(c.db[low:high], rows[min(low, len(rows)):], (beyond-first)*c.out.width, len(c.db), kernel.Keep)
}

// inputsOf computes the gradient by the inputs of a group.
func (c *convolution) inputsOf(part int, dz, dx []float32) {
	c.weigh(part, dx, dz, c.inwards, c.inward(), c.zeros)
}

// endBack adds up the lanes of the gradients.
func (c *convolution) endBack() {
	c.totals(c.w.Grad, c.dv, c.w.start())
	if c.b != nil {
		kernel.LaneTotals(c.b.Grad, c.db, c.b.start())
	}
	c.bend = nil
}

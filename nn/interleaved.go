package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// picturePart is a part whose layer works on interleaved batches of pictures or
// series.
//
// An interleaved batch is a matrix with a row for each group of
// [kernel.Lanes] examples, whose elements stand side by side: [height, width,
// channels, lanes]. To layers that treat channels alike, a group is an example
// with that many times as many channels. Lanes of the last group that are left
// over repeat its last example; their gradients are 0.
type picturePart interface {
	LayerPart
	interleaved()
}

// groupLayer is a layer of interleaved batches, which works on one group at a
// time.
type groupLayer interface {
	// begin takes the input, and returns the output with room for it.
	begin(x *Matrix) *Matrix
	// forwardGroup sets group g of the output.
	forwardGroup(part, g int)
	// beginBack takes the gradient by the output, and returns it interleaved.
	beginBack(dy *Matrix, wantInput bool) *Matrix
	// backGroup is Backward for group g, given its gradient by the output. It
	// sets dx, that by the input, which is nil where nobody wants it. Groups
	// come in order, on one thread.
	backGroup(g int, dy, dx []float32)
	// endBack follows the last group.
	endBack()
	// inputGradient returns room for the gradient by the input.
	inputGradient(groups int) *Matrix
	// ends returns whether the layer's output is not interleaved: finish then
	// makes it of what forwardGroup has set.
	ends() bool
	finishRows() *Matrix
}

// layouts returns whether the input and the output of a layer are interleaved.
func layouts(layer Layer) (in, out bool) {
	if l, ok := layer.(groupLayer); ok {
		return true, !l.ends()
	}
	return false, false
}

// grouped makes a Layer of a groupLayer that embeds it.
type grouped struct {
	layer  groupLayer
	team   *team
	groups int

	forward, back func(part int)
	dy, dx        *Matrix
}

func newGrouped(b *Builder, layer groupLayer) grouped {
	return grouped{layer: layer, team: b.team}
}

// bind makes the threads work on g, whose place is final.
func (g *grouped) bind() { g.forward, g.back = g.doForward, g.doBack }

func (g *grouped) ends() bool          { return false }
func (g *grouped) finishRows() *Matrix { return nil }
func (g *grouped) endBack()            {}

func (g *grouped) Forward(x *Matrix) *Matrix {
	y := g.layer.begin(x)
	g.groups = x.Rows
	g.team.each(g.forward)
	if g.layer.ends() {
		return g.layer.finishRows()
	}
	return y
}

func (g *grouped) doForward(part int) {
	low, high := g.team.span(g.groups, 1, part)
	for i := low; i < high; i++ {
		g.layer.forwardGroup(part, i)
	}
}

// Backward suits layers whose backGroup adds nothing up.
func (g *grouped) Backward(dy *Matrix, wantInput bool) *Matrix {
	g.dy = g.layer.beginBack(dy, wantInput)
	if !wantInput {
		return nil
	}
	g.dx = g.layer.inputGradient(g.dy.Rows)
	g.team.each(g.back)
	return g.dx
}

func (g *grouped) doBack(part int) {
	low, high := g.team.span(g.dy.Rows, 1, part)
	for i := low; i < high; i++ {
		g.layer.backGroup(i, g.dy.Row(i), g.dx.Row(i))
	}
}

// groups is how many groups so many examples make.
func groups(rows int) int { return (rows + kernel.Lanes - 1) / kernel.Lanes }

// crossing takes batches of examples with so many elements from one layout to
// the other.
type crossing struct {
	team       *team
	rows, cols int
	flat, wide buffer // made when first used

	in, out  *Matrix
	gradient bool

	join, part func(part int)
}

func newCrossing(t *team, rows, cols int) *crossing {
	c := &crossing{team: t, rows: rows, cols: cols}
	c.join, c.part = c.doJoin, c.doPart
	return c
}

// interleave returns x interleaved; lanes that are left over are those of a
// batch, or of a gradient.
func (c *crossing) interleave(x *Matrix, gradient bool) *Matrix {
	if c.wide.matrix == nil {
		c.wide = newBuffer(groups(c.rows), c.cols*kernel.Lanes)
	}
	c.in, c.out, c.gradient = x, c.wide.of(groups(x.Rows)), gradient
	c.team.each(c.join)
	return c.out
}

func (c *crossing) doJoin(part int) {
	low, high := c.team.span(c.out.Rows, 1, part)
	for g := low; g < high; g++ {
		first := g * kernel.Lanes
		rows := min(kernel.Lanes, c.in.Rows-first)
		to := c.out.Row(g)
		kernel.Interleave(to, c.in.Data[first*c.in.Cols:(first+rows)*c.in.Cols], rows, c.in.Cols, c.team.scratch[part])
		if c.gradient && rows < kernel.Lanes {
			for ; len(to) > 0; to = to[kernel.Lanes:] {
				clear(to[rows:kernel.Lanes])
			}
		}
	}
}

// flatten returns so many examples of an interleaved batch, one a row.
func (c *crossing) flatten(x *Matrix, rows int) *Matrix {
	if c.flat.matrix == nil {
		c.flat = newBuffer(c.rows, c.cols)
	}
	c.flattenTo(c.flat.of(rows), x)
	return c.out
}

// flattenTo sets out to the examples of an interleaved batch.
func (c *crossing) flattenTo(out, x *Matrix) {
	c.in, c.out = x, out
	c.team.each(c.part)
}

func (c *crossing) doPart(part int) {
	low, high := c.team.span(c.in.Rows, 1, part)
	for g := low; g < high; g++ {
		first := g * kernel.Lanes
		rows := min(kernel.Lanes, c.out.Rows-first)
		kernel.Deinterleave(c.out.Data[first*c.out.Cols:(first+rows)*c.out.Cols], c.in.Row(g), rows, c.out.Cols, c.team.scratch[part])
	}
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// patchFloats is about how many elements of patches are laid out at a time, so
// that they stay in the second level of the cache.
const patchFloats = 1 << 16

// convolution computes y = f(patches(x)·w + b), w of shape
// [window · channels × filters]. The gradient by the weights is
// patches(x)ᵀ·dz, over examples and places in order, and that by the inputs
// adjoint(dz)·v: what sees the inputs, and the weights turned around,
// [window · filters × channels].
//
// A transposed convolution is the same with patches and adjoint exchanged.
//
// Where the kernel can run over padded pictures instead, no patches are laid
// out. The bits are the same.
type convolution struct {
	*activated
	w, b             *Param
	patches, adjoint patches
	turned           []float32 // v

	step    int               // examples whose patches are laid out at a time
	laid    []float32         // their patches, for the gradient by the weights
	seen    []float32         // or nearby examples with their padding
	own     [][]float32       // patches of each thread, or what the kernel needs
	padded  [][2][]float32    // an example and a gradient of each thread, with their padding
	scratch []*kernel.Scratch // of each thread, for products of its own

	x, dz          *Matrix // of the last Forward, and the gradient by z
	dx             shared
	first, n       int // the examples at work, or the first whose patches are laid out
	startB, startW kernel.Start
	wantInput      bool
	slopes         bool // the gradient by y must be turned into that by z

	forward, inputs, fill, weights, near, direct func(part int) // what the threads do
}

// newConvolution builds the layer: see is how its windows see x, seen how its
// outputs are seen from x.
func newConvolution(b *Builder, see, seen patches, filters int, activation Activation) *convolution {
	window, channels := see.windowH*see.windowW, see.from.channels
	c := &convolution{activated: newActivated(b, see.places()*filters, activation), patches: see, adjoint: seen}
	c.w = b.add(&Param{Name: "w", Shape: Shape{window * channels, filters}, fanIn: window * channels, fanOut: window * filters})
	c.b = b.Biases("b", filters, window*channels)
	c.turned = make([]float32, window*channels*filters)
	c.dx = b.gradient(see.from.size())
	c.step = min(b.rows, max(1, patchFloats/(see.places()*see.width())))
	c.laid = make([]float32, c.step*see.places()*see.width())
	c.forward, c.inputs, c.fill, c.weights = c.doForward, c.doInputs, c.doFill, c.doWeights
	c.near, c.direct = c.doNear, c.doDirect
	return c
}

// prepare gives each thread room of its own.
func (c *convolution) prepare() {
	room := max(c.patches.places()*c.patches.width(), c.adjoint.places()*c.adjoint.width())
	room = max(max(1, patchFloats/room)*room, c.patches.room(), c.adjoint.room())
	for len(c.own) < c.team.parts {
		c.own = append(c.own, make([]float32, room))
		c.padded = append(c.padded, [2][]float32{make([]float32, c.patches.padded()), make([]float32, c.adjoint.padded())})
		c.seen = make([]float32, nearExamples*len(c.own)*c.patches.padded())
		c.scratch = append(c.scratch, kernel.NewScratch())
	}
}

func (c *convolution) Forward(x *Matrix) *Matrix {
	c.x = x
	c.begin(x.Rows)
	c.prepare()
	c.team.each(c.forward)
	if c.patches.direct() {
		return c.y.matrix
	}
	return c.finish()
}

// doForward computes z for a share of the examples, and y where no patches are
// laid out.
func (c *convolution) doForward(part int) {
	low, high := c.team.span(c.x.Rows, 1, part)
	if c.patches.direct() {
		for e := low; e < high; e++ {
			c.slide(part, &c.patches, c.z.matrix.Row(e), c.padded[part][0], c.x.Row(e), c.w.Value, c.b.Value)
			c.finishRow(e)
		}
		return
	}
	c.apply(part, &c.patches, c.z.matrix, c.x, c.w.Value, kernel.Bias, c.b.Value, low, high)
}

// slide sets dst to what windows see of one example, weighted, by way of padded.
func (c *convolution) slide(part int, p *patches, dst, padded, src, w, bias []float32) {
	p.pad(padded, src)
	p.windows.Apply(dst, padded, w, bias, c.own[part], c.scratch[part])
}

// apply sets rows low … high − 1 of dst to patches(src)·w, starting from the
// bias or from zero.
func (c *convolution) apply(part int, p *patches, dst, src *Matrix, w []float32, start kernel.Start, bias []float32, low, high int) {
	per := p.places() * p.width()
	channels := dst.Cols / p.places()
	step := max(1, len(c.own[part])/per)
	for ; low < high; low += step {
		n := min(step, high-low)
		laid := c.own[part][:n*per]
		p.lay(laid, src.Data[low*src.Cols:(low+n)*src.Cols])
		kernel.Multiply(dst.Data[low*dst.Cols:(low+n)*dst.Cols], laid, w, n*p.places(), channels, p.width(), start, bias, c.scratch[part])
	}
}

func (c *convolution) Backward(dy *Matrix, wantInput bool) *Matrix {
	c.dz, c.wantInput, c.startB, c.startW = dy, wantInput, c.b.start(), c.w.start()
	dx := c.dx.of(dy.Rows)
	if wantInput {
		c.turn()
	}
	together := c.patches.direct()
	if together {
		c.backNear(dy)
	} else {
		c.back(dy)
		kernel.ColumnSums(c.b.Grad, dy.Data, dy.Rows*c.patches.places(), len(c.b.Grad), c.startB)
		for c.first = 0; c.first < dy.Rows; c.first += c.step {
			c.team.each(c.fill)
			c.team.each(c.weights)
			c.startW = kernel.Keep
		}
	}
	if !wantInput {
		return nil
	}
	if !together || !c.adjoint.direct() {
		c.team.each(c.inputs)
	}
	return dx
}

// nearExamples is for how many examples in each thread all gradients are worked
// out before those of the next, so that they stay in the caches.
const nearExamples = 4

// backNear works out the gradients without patches.
func (c *convolution) backNear(dy *Matrix) {
	c.dy = dy
	c.slopes = c.bends()
	step := nearExamples * c.team.parts
	for c.first = 0; c.first < dy.Rows; c.first += step {
		c.n = min(step, dy.Rows-c.first)
		c.team.each(c.near)
		c.team.each(c.direct)
		c.startW, c.startB = kernel.Keep, kernel.Keep
	}
	c.bend = nil
}

// doNear pads a share of the examples, and turns the gradients by their outputs into
// those by z and, where that needs no patches, by the inputs.
func (c *convolution) doNear(part int) {
	low, high := c.team.span(c.n, 1, part)
	size := c.patches.padded()
	for i := low; i < high; i++ {
		e := c.first + i
		c.patches.pad(c.seen[i*size:(i+1)*size], c.x.Row(e))
		if c.slopes {
			c.slopeOf(e*c.dz.Cols, (e+1)*c.dz.Cols)
		}
		if c.wantInput && c.adjoint.direct() {
			c.slide(part, &c.adjoint, c.dx.matrix.Row(e), c.padded[part][1], c.dz.Row(e), c.turned, nil)
		}
	}
}

// chunk is the examples whose patches are laid out: from first on, n of them.
func (c *convolution) chunk() (n int) { return min(c.step, c.dz.Rows-c.first) }

func (c *convolution) doFill(part int) {
	low, high := c.team.span(c.chunk(), 1, part)
	per := c.patches.places() * c.patches.width()
	c.patches.lay(c.laid[low*per:high*per], c.x.Data[(c.first+low)*c.x.Cols:(c.first+high)*c.x.Cols])
}

// doWeights adds up a share of the gradient by the weights.
func (c *convolution) doWeights(part int) {
	n, places := c.chunk(), c.patches.places()
	dz := c.dz.Data[c.first*c.dz.Cols : (c.first+n)*c.dz.Cols]
	kernel.MultiplyTA(c.w.Grad, c.laid[:n*places*c.patches.width()], dz, c.patches.width(), len(c.b.Grad), n*places, c.startW, nil, c.team.scratch[part])
}

// doDirect adds up a share of the gradients by the weights and biases, from
// padded examples.
func (c *convolution) doDirect(part int) {
	size := c.patches.padded()
	x, dz := c.seen[:c.n*size], c.dz.Data[c.first*c.dz.Cols:(c.first+c.n)*c.dz.Cols]
	c.patches.windows.Gradient(c.w.Grad, c.b.Grad, x, dz, c.n, c.startW, c.startB, c.team.scratch[part])
}

// turn sets the weights turned around: v[k·filters + f][c] = w[k·channels + c][f],
// or w[(window − 1 − k)·channels + c][f] where what sees the inputs is turned.
func (c *convolution) turn() {
	channels, filters := c.patches.from.channels, len(c.b.Grad)
	window := c.patches.windowH * c.patches.windowW
	for k := range window {
		from := k
		if c.adjoint.turned {
			from = window - 1 - k
		}
		for ch := range channels {
			for f, v := range c.w.Value[(from*channels+ch)*filters:][:filters] {
				c.turned[(k*filters+f)*channels+ch] = v
			}
		}
	}
}

// doInputs computes the gradient by a share of the inputs.
func (c *convolution) doInputs(part int) {
	low, high := c.team.span(c.dz.Rows, 1, part)
	if c.adjoint.direct() {
		for e := low; e < high; e++ {
			c.slide(part, &c.adjoint, c.dx.matrix.Row(e), c.padded[part][1], c.dz.Row(e), c.turned, nil)
		}
		return
	}
	c.apply(part, &c.adjoint, c.dx.matrix, c.dz, c.turned, kernel.Zero, nil, low, high)
}

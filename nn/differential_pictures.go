package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// differentials are the convolution without its biases, and the activation's
// slopes.
func (c *convolution) differentials() []differential {
	d := &convolutionDifferential{
		c: c, zeros: make([]float32, len(c.start)), dv: make([]float32, len(c.dv)), dw: make([]float32, len(c.w.Value)),
	}
	d.outputs, d.inputs, d.products = d.doOutputs, d.doInputs, d.doProducts
	return append([]differential{d}, newSlopes(c.activated, c.end == nil)...)
}

// convolutionDifferential is that of a convolution. Gradients by its weights
// are added up as the layer's own are.
type convolutionDifferential struct {
	c      *convolution
	zeros  []float32 // instead of biases
	dv, dw []float32 // the gradient by the windows' weights in lanes, and that by w

	outputs, inputs, products func(part int) // what the threads do
	dx, dz                    *Matrix        // and what of
}

func (d *convolutionDifferential) size() (wide bool, in, out int) {
	return true, d.c.in.size(), d.c.out.size()
}

func (d *convolutionDifferential) begin(gradients bool) {
	d.c.turnWeights()
	if gradients {
		clear(d.dv)
	}
}

func (d *convolutionDifferential) push(dz, dx *Matrix) {
	d.dz, d.dx = dz, dx
	d.c.grouped.team.each(d.outputs)
}

func (d *convolutionDifferential) doOutputs(part int) {
	low, high := d.c.grouped.team.span(d.dx.Rows, 1, part)
	for g := low; g < high; g++ {
		d.c.weigh(part, d.dz.Row(g), d.dx.Row(g), d.c.outwards, d.c.outward(), d.zeros)
	}
}

func (d *convolutionDifferential) pull(dx, dz *Matrix) {
	d.dz, d.dx = dz, dx
	d.c.grouped.team.each(d.inputs)
}

func (d *convolutionDifferential) doInputs(part int) {
	low, high := d.c.grouped.team.span(d.dz.Rows, 1, part)
	for g := low; g < high; g++ {
		d.c.weigh(part, d.dx.Row(g), d.dz.Row(g), d.c.inwards, d.c.inward(), d.c.zeros)
	}
}

func (d *convolutionDifferential) add(dx, dz *Matrix) {
	d.dz, d.dx = dz, dx
	d.c.grouped.team.each(d.products)
}

func (d *convolutionDifferential) doProducts(part int) {
	c := d.c
	low, high := c.grouped.team.span(c.elements(), 1, part)
	for g := range d.dx.Rows {
		large, small := d.dx.Row(g), d.dz.Row(g)
		if c.turned {
			large, small = small, large
		}
		for row := 0; row < c.vertical.out; row += c.band {
			c.add(d.dv, large, small, c.inside(), row, min(row+c.band, c.vertical.out), low, high)
		}
		c.add(d.dv, large, small, c.outside(), 0, c.vertical.out, low, high)
	}
}

func (d *convolutionDifferential) addGradients(weight float32) {
	d.c.totals(d.dw, d.dv, kernel.Zero)
	d.c.w.addScaled(weight, d.dw)
}

// differentials is pooling itself: its means, or the elements that it has chosen.
func (p *pool) differentials() []differential {
	d := &poolDifferential{pool: p}
	d.outputs, d.inputs = d.doOutputs, d.doInputs
	return []differential{d}
}

type poolDifferential struct {
	*pool
	outputs, inputs func(part int)
	dx, dz          *Matrix
}

func (d *poolDifferential) size() (wide bool, in, out int) {
	return true, d.pool.from.size() / kernel.Lanes, d.pool.to.size() / kernel.Lanes
}

func (*poolDifferential) begin(bool)             {}
func (*poolDifferential) add(dx, dz *Matrix)     {}
func (*poolDifferential) addGradients(_ float32) {}

func (d *poolDifferential) push(dz, dx *Matrix) {
	d.dz, d.dx = dz, dx
	d.team.each(d.outputs)
}

func (d *poolDifferential) doOutputs(part int) {
	low, high := d.team.span(d.dx.Rows, 1, part)
	for g := low; g < high; g++ {
		d.take(g, d.dz.Row(g), d.dx.Row(g))
	}
}

// take sets z to the means of x, or to those of its elements that were the
// largest in the last Forward.
func (d *poolDifferential) take(g int, z, x []float32) {
	for i := range d.views {
		v := &d.views[i]
		for row := v.first; row < v.beyond; row++ {
			place := d.place(v, row)
			z, x := z[place:place+v.width], x[d.seen(v, row):]
			if d.largest {
				d.takeChosen(z, x, d.chosen[g*d.pool.to.size()+place:][:v.width])
			} else {
				kernel.SumPool(z, x, v.scale, v.taps, d.across, d.pool.to.channels)
			}
		}
	}
}

// takeChosen sets a row of z to elements of x that were chosen.
func (d *poolDifferential) takeChosen(z, x []float32, chosen []int32) {
	channels := d.pool.to.channels
	for i := range z {
		z[i] = x[i/channels*d.across+int(chosen[i])+i%channels]
	}
}

func (d *poolDifferential) pull(dx, dz *Matrix) {
	d.dz, d.dx = dz, dx
	d.team.each(d.inputs)
}

func (d *poolDifferential) doInputs(part int) {
	low, high := d.team.span(d.dz.Rows, 1, part)
	for g := low; g < high; g++ {
		d.backGroup(g, d.dz.Row(g), d.dx.Row(g))
	}
}

// differentials is upsampling itself.
func (u *upsampling) differentials() []differential {
	d := &upsamplingDifferential{upsampling: u}
	d.outputs, d.inputs = d.doOutputs, d.doInputs
	return []differential{d}
}

type upsamplingDifferential struct {
	*upsampling
	outputs, inputs func(part int)
	dx, dz          *Matrix
}

func (d *upsamplingDifferential) size() (wide bool, in, out int) {
	return true, d.upsampling.from.size() / kernel.Lanes, d.upsampling.to.size() / kernel.Lanes
}

func (*upsamplingDifferential) begin(bool)             {}
func (*upsamplingDifferential) add(dx, dz *Matrix)     {}
func (*upsamplingDifferential) addGradients(_ float32) {}

func (d *upsamplingDifferential) push(dz, dx *Matrix) {
	d.dz, d.dx = dz, dx
	d.team.each(d.outputs)
}

func (d *upsamplingDifferential) doOutputs(part int) {
	low, high := d.team.span(d.dx.Rows, 1, part)
	for g := low; g < high; g++ {
		d.spread(d.dz.Row(g), d.dx.Row(g))
	}
}

func (d *upsamplingDifferential) pull(dx, dz *Matrix) {
	d.dz, d.dx = dz, dx
	d.team.each(d.inputs)
}

func (d *upsamplingDifferential) doInputs(part int) {
	low, high := d.team.span(d.dz.Rows, 1, part)
	for g := low; g < high; g++ {
		d.backGroup(g, d.dz.Row(g), d.dx.Row(g))
	}
}

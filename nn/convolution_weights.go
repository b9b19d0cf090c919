package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// readWeights sets the windows' weights.
func (c *convolution) readWeights() {
	w := c.w.Value
	if c.own != nil {
		transpose(c.own, w, c.taps(), c.out.channels, c.in.channels)
		w = c.own
	}
	if c.folding == nil {
		c.v = w
	} else {
		c.folding.fold(c.v, w, c.in.channels*c.out.channels)
	}
}

// outward returns the weights from inputs to outputs, once begin has run.
func (c *convolution) outward() []float32 {
	if c.turned {
		return c.table
	}
	return c.v
}

// inward returns the weights from outputs to inputs, once turnWeights has run.
func (c *convolution) inward() []float32 {
	if c.turned {
		return c.across
	}
	return c.table
}

// turnWeights sets those.
func (c *convolution) turnWeights() {
	in, out := c.in.channels, c.out.channels
	transpose(c.across, c.v, c.taps(), in, out)
	if !c.turned {
		c.phases(c.table, c.across, in*out)
	}
}

// totals sets dw, the gradient by w, given that by the windows' weights in
// lanes, or adds it to dw.
func (c *convolution) totals(dw, dv []float32, start kernel.Start) {
	if c.turned == (c.own != nil) { // they are in the same order
		kernel.LaneTotals(dw, dv, start)
		return
	}
	kernel.LaneTotals(c.across, dv, kernel.Zero)
	transpose(c.table, c.across, c.taps(), c.large, c.small)
	if c.folding != nil {
		c.folding.unfold(dw, c.table, c.large*c.small, start)
		return
	}
	if start == kernel.Zero {
		clear(dw)
	}
	kernel.Add(dw, dw, c.table)
}

// transpose sets dst, [n × cols × rows], to src, [n × rows × cols].
func transpose(dst, src []float32, n, rows, cols int) {
	for ; n > 0; n-- {
		for i := range rows {
			for j := range cols {
				dst[j*rows+i] = src[i*cols+j]
			}
		}
		dst, src = dst[rows*cols:], src[rows*cols:]
	}
}

package kernel

import "math"

// The generic product keeps operands and accumulators as float64, so that a step is a product, a sum and a rounding to
// float32, which is exact but for the cases that needsCare finds. Tiles of genericRows×genericCols elements share the
// loads and hide the latency of that chain.
const (
	genericRows  = 2
	genericCols  = 4
	genericSteps = 256 // steps of k in a block
	genericBlock = 64  // rows of dst in a block
)

// genericScratch holds a block of a as float64 and a panel of b, in the order in which a tile reads them.
type genericScratch struct {
	a [genericBlock * genericSteps]float64
	b [genericCols * genericSteps]float64
}

// productGeneric computes p in plain Go. Blocks of k follow each other in order, and dst carries the sums between them.
func productGeneric(p *product, s *Scratch) {
	g := &s.generic
	p.begin()
	for l0 := 0; l0 < p.k; l0 += genericSteps {
		steps := min(genericSteps, p.k-l0)
		for i0 := 0; i0 < p.m; i0 += genericBlock {
			rows := min(genericBlock, p.m-i0)
			g.packA(p, i0, rows, l0, steps)
			for j0 := 0; j0 < p.n; j0 += genericCols {
				cols := min(genericCols, p.n-j0)
				g.packB(p, j0, cols, l0, steps)
				for i := 0; i < rows; i += genericRows {
					tile := g.a[i*steps : (i+genericRows)*steps]
					genericEdge(p, i0+i, j0, min(genericRows, rows-i), cols, tile, g.b[:genericCols*steps])
				}
			}
		}
	}
}

// begin writes what the elements of the product start from into dst.
func (p *product) begin() {
	if p.start == Keep {
		return
	}
	for i := range p.m {
		row := p.dst[i*p.dstRow : i*p.dstRow+p.n]
		if p.start == Bias {
			copy(row, p.bias)
		} else {
			clear(row)
		}
	}
}

// packA converts rows i0… and steps l0… of a: tile after tile, step after step, the rows of a tile side by side.
// Missing rows of the last tile are zero.
func (g *genericScratch) packA(p *product, i0, rows, l0, steps int) {
	for i := range (rows + genericRows - 1) / genericRows * genericRows {
		to := g.a[i/genericRows*genericRows*steps+i%genericRows:]
		if i >= rows {
			for l := range steps {
				to[l*genericRows] = 0
			}
			continue
		}
		from := p.a[(i0+i)*p.aRow+l0*p.aStep:]
		for l := range steps {
			to[l*genericRows] = float64(from[l*p.aStep])
		}
	}
}

// packB converts columns j0… and steps l0… of b, step after step. Missing columns are zero.
func (g *genericScratch) packB(p *product, j0, cols, l0, steps int) {
	for l := range steps {
		to := g.b[l*genericCols : (l+1)*genericCols]
		from := p.b[(l0+l)*p.bStep+j0*p.bCol:]
		for j := range cols {
			to[j] = float64(from[j*p.bCol])
		}
		clear(to[cols:])
	}
}

// genericEdge adds a tile's products to the rows×cols elements of dst at (i, j). Those outside are computed and dropped.
func genericEdge(p *product, i, j, rows, cols int, a, b []float64) {
	var c [genericRows * genericCols]float64
	for r := range rows {
		for q, v := range p.dst[(i+r)*p.dstRow+j:][:cols] {
			c[r*genericCols+q] = float64(v)
		}
	}
	genericTile(&c, a, b)
	for r := range rows {
		to := p.dst[(i+r)*p.dstRow+j:][:cols]
		for q := range to {
			to[q] = float32(c[r*genericCols+q])
		}
	}
}

// genericTile adds the products of packed a and b to c, step after step.
func genericTile(c *[genericRows * genericCols]float64, a, b []float64) {
	c00, c01, c02, c03 := c[0], c[1], c[2], c[3]
	c10, c11, c12, c13 := c[4], c[5], c[6], c[7]
	for len(a) >= genericRows && len(b) >= genericCols {
		a0, a1 := a[0], a[1]
		b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
		c00 = genericStep(a0, b0, c00)
		c01 = genericStep(a0, b1, c01)
		c02 = genericStep(a0, b2, c02)
		c03 = genericStep(a0, b3, c03)
		c10 = genericStep(a1, b0, c10)
		c11 = genericStep(a1, b1, c11)
		c12 = genericStep(a1, b2, c12)
		c13 = genericStep(a1, b3, c13)
		a, b = a[genericRows:], b[genericCols:]
	}
	c[0], c[1], c[2], c[3] = c00, c01, c02, c03
	c[4], c[5], c[6], c[7] = c10, c11, c12, c13
}

// genericStep is FMA of float32 values held as float64.
func genericStep(x, y, z float64) float64 {
	p := float64(x * y)
	s := p + z
	if needsCare(math.Float64bits(s)) {
		return float64(roundOnce(p, z, s))
	}
	return float64(float32(s))
}

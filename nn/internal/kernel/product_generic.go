package kernel

import "math"

// The generic product keeps operands and sums as float64, so that a step is a product, a sum and a rounding to float32.
// Rounding twice is wrong only for the sums that needsCare finds. The fast tile leaves out the half of that test which
// blocks of ordinary size can do without, and gives up where the other half strikes; the careful tile then repeats its
// steps. Tiles of genericRows×genericCols sums share the loads, hide the latency and just fit the registers.
const (
	genericRows  = 2
	genericCols  = 3
	genericSteps = 256 // steps of k in a block
	genericBlock = 64  // rows of dst in a block
	genericRun   = 64  // steps that the fast tile takes before it keeps its sums
)

type (
	genericA    [genericRows]float64 // the elements of a that a tile reads at a step
	genericB    [genericCols]float64
	genericSums [genericRows][genericCols]float64
)

// genericScratch holds a block of a, tile after tile, and a panel of b, as float64.
type genericScratch struct {
	a [genericBlock / genericRows * genericSteps]genericA
	b [genericSteps]genericB
}

// productGeneric computes p in plain Go. Blocks of k follow each other in order, and dst carries the sums between them.
func productGeneric(p *product, s *Scratch) {
	g := &s.generic
	p.begin()
	for l0 := 0; l0 < p.k; l0 += genericSteps {
		steps := min(genericSteps, p.k-l0)
		for i0 := 0; i0 < p.m; i0 += genericBlock {
			rows := min(genericBlock, p.m-i0)
			lowestA := g.packA(p, i0, rows, l0, steps)
			for j := 0; j < p.n; j += genericCols {
				cols := min(genericCols, p.n-j)
				lowestB := g.packB(p, j, cols, l0, steps)
				ordinary := lowestA.exponent()+lowestB.exponent()-46 >= -126-53
				for i := 0; i < rows; i += genericRows {
					a := g.a[i/genericRows*steps:][:steps]
					p.genericTile(i0+i, j, min(genericRows, rows-i), cols, a, g.b[:steps], ordinary)
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

// magnitude orders the absolute values of float32: their bits without the sign, less 1, so that zero comes last.
type magnitude uint32

const noMagnitude magnitude = math.MaxUint32

func magnitudeOf(x float32) magnitude { return magnitude(math.Float32bits(x)&^(1<<31) - 1) }

// exponent returns an e such that all float32 at least as large, and zero, are multiples of 2^(e-23).
//
// A product is then a multiple of 2^(e+f-46). If that is at least 2⁻¹⁷⁹, so is every sum, and one below 2⁻¹²⁶, subnormal
// as a float32, is exact in float64, hence rounded once.
func (m magnitude) exponent() int {
	return max(1, int((uint64(m)+1)>>23)) - 127
}

// packA converts rows i0… and steps l0… of a and returns the least magnitude. Missing rows of the last tile are zero.
func (g *genericScratch) packA(p *product, i0, rows, l0, steps int) magnitude {
	lowest := noMagnitude
	for i := 0; i < rows; i += genericRows {
		tile := g.a[i/genericRows*steps:][:steps]
		for r := range genericRows {
			if i+r >= rows {
				for l := range tile {
					tile[l][r] = 0
				}
				continue
			}
			from := p.a[(i0+i+r)*p.aRow+l0*p.aStep:]
			for l := range tile {
				v := from[l*p.aStep]
				tile[l][r] = float64(v)
				lowest = min(lowest, magnitudeOf(v))
			}
		}
	}
	return lowest
}

// packB converts columns j… and steps l0… of b and returns the least magnitude. Missing columns are zero.
func (g *genericScratch) packB(p *product, j, cols, l0, steps int) magnitude {
	lowest := noMagnitude
	for l := range g.b[:steps] {
		g.b[l] = genericB{}
		from := p.b[(l0+l)*p.bStep+j*p.bCol:]
		for q := range cols {
			v := from[q*p.bCol]
			g.b[l][q] = float64(v)
			lowest = min(lowest, magnitudeOf(v))
		}
	}
	return lowest
}

// genericTile adds a tile's products to the rows×cols elements of dst at (i, j). Those outside are computed and dropped.
func (p *product) genericTile(i, j, rows, cols int, a []genericA, b []genericB, ordinary bool) {
	var c genericSums
	for r := range rows {
		for q, v := range p.dst[(i+r)*p.dstRow+j:][:cols] {
			c[r][q] = float64(v)
		}
	}
	c.add(a, b, ordinary)
	for r := range rows {
		to := p.dst[(i+r)*p.dstRow+j:][:cols]
		for q := range to {
			to[q] = float32(c[r][q])
		}
	}
}

// add adds the products of a and b, step after step. Where they are ordinary, sums among the subnormals are exact in float64.
func (c *genericSums) add(a []genericA, b []genericB, ordinary bool) {
	for len(a) > 0 {
		n := min(genericRun, len(a))
		if !ordinary || !c.addFast(a[:n], b[:n]) {
			c.addCarefully(a[:n], b[:n])
		}
		a, b = a[n:], b[n:]
	}
}

// addCarefully is FMA on values held as float64.
func (c *genericSums) addCarefully(a []genericA, b []genericB) {
	for l := range a {
		for r, x := range &a[l] {
			for q, y := range &b[l] {
				p := float64(x * y)
				s := p + c[r][q]
				if needsCare(math.Float64bits(s)) {
					c[r][q] = float64(roundOnce(p, c[r][q], s))
				} else {
					c[r][q] = float64(float32(s))
				}
			}
		}
	}
}

// addFast is addCarefully for ordinary products. It reports false, and leaves c alone, where a sum had to be rounded
// to float64 and then lies halfway between two float32. A sum halfway that is exact is common, as where a is 1, and rounds well.
func (c *genericSums) addFast(a []genericA, b []genericB) bool {
	c00, c01, c02 := c[0][0], c[0][1], c[0][2]
	c10, c11, c12 := c[1][0], c[1][1], c[1][2]
	b = b[:len(a)]
	var p, s float64
	for l := range a {
		a0, a1 := a[l][0], a[l][1]
		b0, b1, b2 := b[l][0], b[l][1], b[l][2]
		p = float64(a0 * b0)
		s = c00 + p
		if isHalfway(s) && isInexact(p, c00, s) {
			return false
		}
		c00 = float64(float32(s))
		p = float64(a0 * b1)
		s = c01 + p
		if isHalfway(s) && isInexact(p, c01, s) {
			return false
		}
		c01 = float64(float32(s))
		p = float64(a0 * b2)
		s = c02 + p
		if isHalfway(s) && isInexact(p, c02, s) {
			return false
		}
		c02 = float64(float32(s))
		p = float64(a1 * b0)
		s = c10 + p
		if isHalfway(s) && isInexact(p, c10, s) {
			return false
		}
		c10 = float64(float32(s))
		p = float64(a1 * b1)
		s = c11 + p
		if isHalfway(s) && isInexact(p, c11, s) {
			return false
		}
		c11 = float64(float32(s))
		p = float64(a1 * b2)
		s = c12 + p
		if isHalfway(s) && isInexact(p, c12, s) {
			return false
		}
		c12 = float64(float32(s))
	}
	*c = genericSums{{c00, c01, c02}, {c10, c11, c12}}
	return true
}

// isHalfway reports whether s lies in the middle between two float32 of the normal range.
func isHalfway(s float64) bool { return math.Float64bits(s)<<35 == 1<<63 }

// isInexact reports whether s differs from p + z, whose rounded sum it is: both differences are then exact.
func isInexact(p, z, s float64) bool { return s-p != z || s-z != p }

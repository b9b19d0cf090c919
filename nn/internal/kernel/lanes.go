package kernel

import "fmt"

// Lanes is how many examples lie side by side in the interleaved layout: [pixels × channels × Lanes]. An element of it is
// a vector with a lane for each example.
const Lanes = 16

// Weighing is lines of sums over windows of interleaved pictures, all with the same weights. Distances are in float32.
type Weighing struct {
	Lines, Pixels, Filters int // sums: dst[q·DstLine + p·DstPixel + f·Lanes …]
	DstLine, XLine         int // distance of lines, and of their windows
	DstPixel, XPixel       int // distance of neighbouring sums in a line, and of their windows
	Runs, Steps            int // elements of a window: Runs rows of Steps elements without gaps
	XRun, WRun             int // distance of the runs, in x and in the weights
}

// Apply sets the sums, whose terms follow each other in the order of the window's elements:
//
//	for q, p, f, l := range lines, pixels, filters, lanes {
//		acc := start[f*Lanes+l]
//		for r, s := range runs, steps {
//			acc = FMA(x[q*XLine+p*XPixel+r*XRun+s*Lanes+l], w[r*WRun+s*Filters+f], acc)
//		}
//		dst[q*DstLine+p*DstPixel+f*Lanes+l] = acc
//	}
func (c *Weighing) Apply(dst, x, w, start []float32, s *Scratch) {
	if c.Lines == 0 || c.Pixels == 0 || c.Filters == 0 {
		return
	}
	c.check(len(dst), len(x), len(w), len(start))
	if c.Runs == 0 || c.Steps == 0 {
		for i := range c.Lines * c.Pixels {
			copy(dst[i/c.Pixels*c.DstLine+i%c.Pixels*c.DstPixel:], start[:c.Filters*Lanes])
		}
		return
	}
	if t := current.Load().lanes; t != nil {
		t.weigh(c, dst, x, w, start)
		return
	}
	c.applyByProducts(dst, x, w, start, s)
}

// check panics where the sums do not fit the operands.
func (c *Weighing) check(dst, x, w, start int) {
	runs, steps := max(c.Runs-1, 0), max(c.Steps, 0)
	needDst := (c.Lines-1)*c.DstLine + (c.Pixels-1)*c.DstPixel + c.Filters*Lanes
	needX := (c.Lines-1)*c.XLine + (c.Pixels-1)*c.XPixel + runs*c.XRun + steps*Lanes
	needW := runs*c.WRun + steps*c.Filters
	if c.Runs == 0 || c.Steps == 0 {
		needX, needW = 0, 0
	}
	if dst < needDst || x < needX || w < needW || start < c.Filters*Lanes || c.Runs < 0 || c.Steps < 0 {
		panic(fmt.Sprintf("kernel: weighing %+v needs %d, %d, %d and %d elements, got %d, %d, %d and %d",
			*c, needDst, needX, needW, c.Filters*Lanes, dst, x, w, start))
	}
}

// applyByProducts is Apply by a matrix product for each run, whose terms stand in the same order.
func (c *Weighing) applyByProducts(dst, x, w, start []float32, s *Scratch) {
	for i := range c.Lines * c.Pixels {
		q, p := i/c.Pixels, i%c.Pixels
		to := dst[q*c.DstLine+p*c.DstPixel:][:c.Filters*Lanes]
		copy(to, start)
		for r := range c.Runs {
			s.product = product{
				dst: to, dstRow: Lanes, m: c.Filters, n: Lanes, k: c.Steps,
				a: w[r*c.WRun:][:c.Steps*c.Filters], aRow: 1, aStep: c.Filters,
				b: x[q*c.XLine+p*c.XPixel+r*c.XRun:][:c.Steps*Lanes], bStep: Lanes, bCol: 1,
				start: Keep,
			}
			current.Load().product(&s.product, s)
		}
	}
	s.product = product{}
}

// Correlation adds up products of elements of two interleaved pictures, lane by lane. Distances are in float32.
type Correlation struct {
	Rows, Cols     int // sums: neighbouring elements of a by neighbouring ones of b
	DstRow, DstCol int // dst[i·DstRow + j·DstCol …]
	Runs, Steps    int // terms: places in rows
	AStep, ARun    int // distance of places and of their rows, in a
	BStep, BRun    int // and in b
}

// Add adds to the sums, whose terms follow each other in the order of the places:
//
//	for i, j, l := range rows, cols, lanes {
//		acc := dst[i*DstRow+j*DstCol+l]
//		for r, s := range runs, steps {
//			acc = FMA(a[r*ARun+s*AStep+i*Lanes+l], b[r*BRun+s*BStep+j*Lanes+l], acc)
//		}
//		dst[i*DstRow+j*DstCol+l] = acc
//	}
func (c *Correlation) Add(dst, a, b []float32) {
	if c.Rows <= 0 || c.Cols <= 0 || c.Runs <= 0 || c.Steps <= 0 {
		return
	}
	needDst := (c.Rows-1)*c.DstRow + (c.Cols-1)*c.DstCol + Lanes
	needA := (c.Runs-1)*c.ARun + (c.Steps-1)*c.AStep + c.Rows*Lanes
	needB := (c.Runs-1)*c.BRun + (c.Steps-1)*c.BStep + c.Cols*Lanes
	if len(dst) < needDst || len(a) < needA || len(b) < needB {
		panic(fmt.Sprintf("kernel: correlation %+v needs %d, %d and %d elements, got %d, %d and %d", *c, needDst, needA, needB, len(dst), len(a), len(b)))
	}
	if t := current.Load().lanes; t != nil {
		t.correlate(c, dst, a, b)
		return
	}
	for i := range c.Rows {
		for j := range c.Cols {
			acc := (*[Lanes]float32)(dst[i*c.DstRow+j*c.DstCol:])
			for r := range c.Runs {
				for s := range c.Steps {
					x, y := (*[Lanes]float32)(a[r*c.ARun+s*c.AStep+i*Lanes:]), (*[Lanes]float32)(b[r*c.BRun+s*c.BStep+j*Lanes:])
					for l := range acc {
						acc[l] = FMA(x[l], y[l], acc[l])
					}
				}
			}
		}
	}
}

// LaneTotals adds up the lanes of elements: dst[i] is the sum of lanes i·Lanes …, or that is added to it for Keep. Lane l
// gets lane l + 8, then l + 4, l + 2 and l + 1.
func LaneTotals(dst, lanes []float32, start Start) {
	mustMatch("LaneTotals", len(dst)*Lanes, len(lanes))
	for i := range dst {
		t := *(*[Lanes]float32)(lanes[i*Lanes:])
		for half := Lanes / 2; half > 0; half /= 2 {
			for l := range half {
				t[l] += t[l+half]
			}
		}
		if start == Keep {
			t[0] += dst[i]
		}
		dst[i] = t[0]
	}
}

package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// operand returns n elements that start at an offset from alignment, between guards.
func operand(r *rand.Rand, n, offset int, awkward bool) (inside []float32, intact func() bool) {
	inside, intact = guarded(n, offset)
	fill(inside, r, awkward)
	return inside, intact
}

// sameElements fails where an element or a guard is not as it should be.
func sameElements(t *testing.T, what string, got, want []float32, intact ...func() bool) {
	t.Helper()
	for i := range want {
		if !sameFloat(got[i], want[i]) {
			t.Fatalf("%s: element %d is %x, want %x", what, i, got[i], want[i])
		}
	}
	for _, whole := range intact {
		if !whole() {
			t.Fatalf("%s: wrote outside", what)
		}
	}
}

// weighings are sums around the edges of tiles, with gaps between pixels, runs and weights or without.
func weighings() (cases []Weighing) {
	for _, pixels := range []int{1, 2, 3, 4, 5, 6, 7, 11, 13, 14, 15, 28, 29} {
		for _, filters := range []int{1, 2, 3, 4, 5, 8, 9, 16, 17} {
			gap := (pixels + filters) % 3
			steps, runs := 1+(pixels+filters)%5, 1+pixels%3
			cases = append(cases, Weighing{
				Lines: 1 + filters%2, DstLine: (pixels*(filters+gap) + 1) * Lanes, XLine: 2 * Lanes,
				Pixels: pixels, Filters: filters, DstPixel: (filters + gap) * Lanes, XPixel: (1 + gap) * Lanes,
				Steps: steps, Runs: runs, XRun: (steps + gap + 3) * Lanes, WRun: steps*filters + gap,
			})
		}
	}
	empty := Weighing{Lines: 2, DstLine: 6 * Lanes, Pixels: 3, Filters: 2, DstPixel: 2 * Lanes, XPixel: Lanes}
	return append(cases, empty)
}

func TestWeighing(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		for n, c := range weighings() {
			for _, awkward := range []bool{false, true} {
				r := rand.New(rand.NewPCG(uint64(n), 1))
				dst, whole := operand(r, (c.Lines-1)*c.DstLine+(c.Pixels-1)*c.DstPixel+c.Filters*Lanes, n%17, awkward)
				x, _ := operand(r, (c.Lines-1)*c.XLine+(c.Pixels-1)*c.XPixel+max(c.Runs-1, 0)*c.XRun+c.Steps*Lanes, n%5, awkward)
				w, _ := operand(r, max(c.Runs-1, 0)*c.WRun+c.Steps*c.Filters, n%3, awkward)
				start, _ := operand(r, c.Filters*Lanes, n%7, awkward)
				want := append([]float32{}, dst...)
				for i := range c.Lines * c.Pixels * c.Filters * Lanes {
					q, p, f, l := i/(c.Pixels*c.Filters*Lanes), i/(c.Filters*Lanes)%c.Pixels, i/Lanes%c.Filters, i%Lanes
					acc := start[f*Lanes+l]
					for n := range c.Runs * c.Steps {
						run, step := n/c.Steps, n%c.Steps
						acc = FMA(x[q*c.XLine+p*c.XPixel+run*c.XRun+step*Lanes+l], w[run*c.WRun+step*c.Filters+f], acc)
					}
					want[q*c.DstLine+p*c.DstPixel+f*Lanes+l] = acc
				}
				c.Apply(dst, x, w, start, s)
				sameElements(t, fmt.Sprintf("%+v", c), dst, want, whole)
			}
		}
	})
}

// correlations are sums around the edges of tiles, whose elements of dst lie in either order.
func correlations() (cases []Correlation) {
	for _, rows := range []int{1, 2, 3, 4, 6, 7, 8, 13, 14, 15, 17} {
		for _, cols := range []int{1, 2, 3, 4, 5, 8, 16, 17} {
			steps, runs := 1+(rows+cols)%5, 1+rows%3
			c := Correlation{
				Rows: rows, Cols: cols, DstRow: cols * Lanes, DstCol: Lanes, Steps: steps, Runs: runs,
				AStep: rows * Lanes, ARun: (steps + 2) * rows * Lanes, BStep: 2 * cols * Lanes, BRun: (2*steps + 1) * cols * Lanes,
			}
			if rows%2 == 0 {
				c.DstRow, c.DstCol = Lanes, rows*Lanes
			}
			cases = append(cases, c)
		}
	}
	return cases
}

func TestCorrelation(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for n, c := range correlations() {
			for _, awkward := range []bool{false, true} {
				r := rand.New(rand.NewPCG(uint64(n), 2))
				dst, whole := operand(r, c.Rows*c.Cols*Lanes, n%17, awkward)
				a, _ := operand(r, (c.Runs-1)*c.ARun+(c.Steps-1)*c.AStep+c.Rows*Lanes, n%5, awkward)
				b, _ := operand(r, (c.Runs-1)*c.BRun+(c.Steps-1)*c.BStep+c.Cols*Lanes, n%3, awkward)
				want := append([]float32{}, dst...)
				for at := range c.Rows * c.Cols * Lanes {
					i, j, l := at/(c.Cols*Lanes), at/Lanes%c.Cols, at%Lanes
					to := &want[i*c.DstRow+j*c.DstCol+l]
					for q := range c.Runs * c.Steps {
						run, step := q/c.Steps, q%c.Steps
						*to = FMA(a[run*c.ARun+step*c.AStep+i*Lanes+l], b[run*c.BRun+step*c.BStep+j*Lanes+l], *to)
					}
				}
				c.Add(dst, a, b)
				sameElements(t, fmt.Sprintf("%+v", c), dst, want, whole)
			}
		}
	})
}

func TestLaneKernelsRefuseWhatDoesNotFit(t *testing.T) {
	weighing := Weighing{Lines: 1, Pixels: 2, Filters: 3, DstPixel: 3 * Lanes, XPixel: Lanes, Steps: 2, Runs: 2, XRun: 4 * Lanes, WRun: 6}
	correlation := Correlation{Rows: 2, Cols: 3, DstRow: 3 * Lanes, DstCol: Lanes, Steps: 2, Runs: 2, AStep: 2 * Lanes, ARun: 4 * Lanes, BStep: 3 * Lanes, BRun: 6 * Lanes}
	room := func(n int) []float32 { return make([]float32, n) }
	refused := func(what string, run func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s was taken", what)
			}
		}()
		run()
	}
	for short := range 4 { // each of the operands lacks an element in turn
		n := []int{6 * Lanes, 7 * Lanes, 12, 3 * Lanes}
		n[short]--
		refused(fmt.Sprintf("a weighing without element %d", short), func() { weighing.Apply(room(n[0]), room(n[1]), room(n[2]), room(n[3]), NewScratch()) })
	}
	for short := range 3 {
		n := []int{6 * Lanes, 8 * Lanes, 12 * Lanes}
		n[short]--
		refused(fmt.Sprintf("a correlation without element %d", short), func() { correlation.Add(room(n[0]), room(n[1]), room(n[2])) })
	}
}

func TestInterleaving(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		for _, rows := range []int{1, 2, 7, 8, 9, 15, 16} {
			for _, cols := range []int{1, 7, 8, 15, 16, 17, 31, 33, 50} {
				r := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
				x, _ := operand(r, rows*cols, cols%5, false)
				dst, whole := operand(r, cols*Lanes, rows%7, false)
				want := make([]float32, len(dst))
				for i := range want {
					want[i] = x[min(i%Lanes, rows-1)*cols+i/Lanes]
				}
				Interleave(dst, x, rows, cols, s)
				sameElements(t, fmt.Sprintf("%d rows of %d", rows, cols), dst, want, whole)
				back, whole := operand(r, rows*cols, rows%3, false)
				Deinterleave(back, dst, rows, cols, s)
				sameElements(t, fmt.Sprintf("%d rows of %d, back", rows, cols), back, x, whole)
			}
		}
	})
}

func TestLaneTotals(t *testing.T) {
	lanes := make([]float32, 2*Lanes)
	for l := range lanes {
		lanes[l] = float32(l) + 0.25
	}
	lanes[0] = 1 << 25 // so that the order shows
	dst := []float32{7, 7}
	LaneTotals(dst, lanes, Zero)
	tree := func(v []float32) float32 {
		var level [3][8]float32
		for l := range 8 {
			level[0][l] = v[l] + v[l+8]
		}
		for l := range 4 {
			level[1][l] = level[0][l] + level[0][l+4]
		}
		for l := range 2 {
			level[2][l] = level[1][l] + level[1][l+2]
		}
		return level[2][0] + level[2][1]
	}
	if dst[0] != tree(lanes[:Lanes]) || dst[1] != tree(lanes[Lanes:]) {
		t.Errorf("totals are %g, want %g and %g", dst, tree(lanes[:Lanes]), tree(lanes[Lanes:]))
	}
	LaneTotals(dst, lanes, Keep)
	if dst[1] != 2*tree(lanes[Lanes:]) {
		t.Errorf("added to itself, a total is %g, want %g", dst[1], 2*tree(lanes[Lanes:]))
	}
}

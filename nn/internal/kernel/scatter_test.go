package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// defineScatter is the loop that defines Scatter.
func defineScatter(c []float64, x []float32, centre []float64, rows, cols int) {
	for i := range cols {
		for j := range cols {
			sum := 0.0
			for r := range rows {
				sum = math.FMA(float64(x[r*cols+i])-centre[i], float64(x[r*cols+j])-centre[j], sum)
			}
			c[i*cols+j] = sum
		}
	}
}

// scatterInParts computes a scatter matrix with so many goroutines.
func scatterInParts(c []float64, x []float32, centre []float64, rows, cols, parts int) {
	var all sync.WaitGroup
	for _, s := range NewShares(parts) {
		all.Go(func() { Scatter(c, x, centre, rows, cols, s) })
	}
	all.Wait()
}

// guarded64 is guarded in float64.
func guarded64(n, offset int) (inside []float64, intact func() bool) {
	const margin = 64
	all := slices.Repeat([]float64{guard}, margin+offset+n+margin)
	changed := func(v float64) bool { return v != guard }
	inside = all[margin+offset : margin+offset+n : margin+offset+n]
	return inside, func() bool {
		return !slices.ContainsFunc(all[:margin+offset], changed) && !slices.ContainsFunc(all[margin+offset+n:], changed)
	}
}

// testScatter compares a scatter matrix with its definition, misaligned by offset and between guards.
func testScatter(t *testing.T, rows, cols, parts, offset int, awkward bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	x, xIntact := guarded(rows*cols, offset)
	fill(x, r, awkward)
	centre, centreIntact := guarded64(cols, offset+1)
	for j := range centre {
		centre[j] = r.NormFloat64()
	}
	c, intact := guarded64(cols*cols, offset)
	want := make([]float64, cols*cols)
	defineScatter(want, x, centre, rows, cols)
	scatterInParts(c, x, centre, rows, cols, parts)
	for i := range want {
		if canonical(c[i]) != canonical(want[i]) {
			t.Fatalf("rows=%d cols=%d parts=%d offset=%d: element (%d, %d) is %x, want %x",
				rows, cols, parts, offset, i/cols, i%cols, c[i], want[i])
		}
	}
	if !intact() || !xIntact() || !centreIntact() {
		t.Fatalf("rows=%d cols=%d parts=%d offset=%d: wrote outside c", rows, cols, parts, offset)
	}
}

func TestScatterAtTileEdges(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for _, cols := range edges(1, scatterRows, 2*scatterRows, scatterColumns, scatterColumns+scatterRows, 2*scatterColumns) {
			for i, rows := range edges(1, scatterSteps, 2*scatterSteps) {
				testScatter(t, rows, cols, 1, (cols+i)%8, i%3 == 0)
			}
		}
	})
}

// A share that another one covers too would race with it, one that none covers would leave guards in c.
func TestScatterHasTheSameBitsInEveryNumberOfParts(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for _, parts := range []int{1, 2, 3, 8, 50} {
			for i, cols := range []int{1, 25, 101, 144} {
				testScatter(t, 110, cols, parts, i, false)
			}
		}
	})
}

// Each step rounds the sum once, and each difference is rounded before: with u = 2⁻⁵³ the error of a sum of n products is
// at most (n + 2)·u of the sum of their sizes, but for terms in u².
func TestScatterIsNearTheExactOne(t *testing.T) {
	const rows, cols = 300, 30
	r := rand.New(rand.NewPCG(5, 6))
	x, centre := make([]float32, rows*cols), make([]float64, cols)
	fill(x, r, false)
	for j := range centre {
		centre[j] = 10 * r.NormFloat64()
	}
	exact := func(v float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(v) }
	difference := func(row, j int) *big.Float {
		d := exact(float64(x[row*cols+j]))
		return d.Sub(d, exact(centre[j]))
	}
	onEveryPath(t, func(t *testing.T) {
		c := make([]float64, cols*cols)
		Scatter(c, x, centre, rows, cols, NewScratch())
		for i := range cols {
			for j := range cols {
				sum, size := exact(0), 0.0
				for row := range rows {
					product := exact(0).Mul(difference(row, i), difference(row, j))
					sum.Add(sum, product)
					p, _ := product.Float64()
					size += math.Abs(p)
				}
				off, _ := sum.Sub(sum, exact(c[i*cols+j])).Float64()
				if bound := 1.01 * (rows + 2) * 0x1p-53 * size; math.Abs(off) > bound {
					t.Errorf("element (%d, %d) is off by %g, want at most %g", i, j, off, bound)
				}
			}
		}
	})
}

func TestScatterRefusesWrongLengths(t *testing.T) {
	for _, lengths := range [][3]int{{8, 6, 3}, {9, 5, 3}, {9, 6, 2}} {
		t.Run(fmt.Sprint(lengths), func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("lengths %v were taken for 2 rows of 3", lengths)
				}
			}()
			Scatter(make([]float64, lengths[0]), make([]float32, lengths[1]), make([]float64, lengths[2]), 2, 3, NewScratch())
		})
	}
}

// BenchmarkScatter measures the scatter matrix of 3000 examples as wide as MNIST's, on every path.
func BenchmarkScatter(b *testing.B) {
	const rows, cols = 3000, 784
	x, centre, c := make([]float32, rows*cols), make([]float64, cols), make([]float64, cols*cols)
	fill(x, rand.New(rand.NewPCG(1, 1)), false)
	before := Current()
	defer func() {
		if err := Use(before); err != nil {
			b.Fatal(err)
		}
	}()
	for _, name := range Names() {
		for _, parts := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads=%d", name, parts), func(b *testing.B) {
				if err := Use(name); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					scatterInParts(c, x, centre, rows, cols, parts)
				}
				b.ReportMetric(rows*cols*(cols+1)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}

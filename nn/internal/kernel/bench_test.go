package kernel

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// benchShapes are products m×n×k of nets trained at batch 128: a deep one (784-1000-500-250-30), a middle and a small one.
var benchShapes = []struct{ in, out int }{
	{784, 1000}, {1000, 500}, {500, 250}, {250, 30}, {30, 250}, {784, 512}, {256, 32}, {784, 128}, {128, 32},
}

// BenchmarkProducts measures the three products of a dense layer, in×out nodes, at batch 128: output, weight gradient
// and input gradient. Beside GFLOP/s it reports the share of the peak, measured right after.
func BenchmarkProducts(b *testing.B) {
	const batch = 128
	for _, shape := range benchShapes {
		for _, f := range forms {
			m, n, k := batch, shape.out, shape.in
			switch f.name {
			case "TA":
				m, n, k = shape.in, shape.out, batch
			case "TB":
				m, n, k = batch, shape.in, shape.out
			}
			b.Run(fmt.Sprintf("%dx%d/%s", shape.in, shape.out, f.name), func(b *testing.B) { benchProduct(b, f, m, n, k) })
		}
	}
}

func benchProduct(b *testing.B, f form, m, n, k int) {
	r := rand.New(rand.NewPCG(1, 1))
	dst, x, y, s := make([]float32, m*n), make([]float32, m*k), make([]float32, k*n), NewScratch()
	fill(x, r, false)
	fill(y, r, false)
	for b.Loop() {
		f.multiply(dst, x, y, m, n, k, Zero, nil, s)
	}
	gflops := 2 * float64(m) * float64(n) * float64(k) * float64(b.N) / float64(b.Elapsed().Nanoseconds())
	b.ReportMetric(gflops, "GFLOP/s")
	b.ReportMetric(100*gflops/Peak(), "%peak")
}

func BenchmarkPeak(b *testing.B) {
	best := 0.0
	for b.Loop() {
		best = max(best, Peak())
	}
	b.ReportMetric(best, "GFLOP/s")
}

// BenchmarkShares measures a product computed by one and by two goroutines.
func BenchmarkShares(b *testing.B) {
	const m, n, k = 128, 1000, 784
	dst, x, y := make([]float32, m*n), make([]float32, m*k), make([]float32, k*n)
	for _, parts := range []int{1, 2} {
		b.Run(fmt.Sprint(parts), func(b *testing.B) {
			shares := NewShares(parts)
			for b.Loop() {
				var all sync.WaitGroup
				for _, s := range shares {
					all.Go(func() { Multiply(dst, x, y, m, n, k, Zero, nil, s) })
				}
				all.Wait()
			}
			b.ReportMetric(2*m*n*k*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

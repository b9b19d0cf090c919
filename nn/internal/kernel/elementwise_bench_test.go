package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkKernels(b *testing.B) {
	before := Current()
	defer Use(before)
	const n = 128 * 784
	for _, name := range Names() {
		if err := Use(name); err != nil {
			b.Fatal(err)
		}
		for _, c := range kernelCases {
			b.Run(fmt.Sprintf("%s/%s", name, c.name), func(b *testing.B) {
				random := rand.New(rand.NewPCG(9, 10))
				var v [][]float32
				for range c.slices {
					x := make([]float32, n)
					for i := range x {
						x[i] = random.Float32()
					}
					v = append(v, x)
				}
				for b.Loop() {
					c.run(v)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
	}
}

// A million weights are 16 MB with their gradients and moments: more than the second level of any cache.
func BenchmarkAdam(b *testing.B) {
	const n = 1 << 20
	w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	Fill(g, 0.1)
	b.SetBytes(28 * n)
	for b.Loop() {
		Adam(w, g, m, v, adamStep)
	}
}

func BenchmarkColumnSums(b *testing.B) {
	const rows, cols = 128, 1000
	db, dy := make([]float32, cols), make([]float32, rows*cols)
	b.SetBytes(4 * rows * cols)
	for b.Loop() {
		ColumnSums(db, dy, rows, cols, Zero)
	}
}

func BenchmarkPermutation(b *testing.B) {
	p := make([]int32, 60_000)
	for b.Loop() {
		testStream.Permutation(p)
	}
}

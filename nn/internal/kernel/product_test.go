package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// form is one of the three products, with where an element of its operands lies.
type form struct {
	name     string
	multiply func(dst, a, b []float32, m, n, k int, start Start, bias []float32, s *Scratch)
	a        func(i, l, m, k int) int
	b        func(l, j, n, k int) int
}

var forms = []form{
	{"plain", Multiply, func(i, l, _, k int) int { return i*k + l }, func(l, j, n, _ int) int { return l*n + j }},
	{"TA", MultiplyTA, func(i, l, m, _ int) int { return l*m + i }, func(l, j, n, _ int) int { return l*n + j }},
	{"TB", MultiplyTB, func(i, l, _, k int) int { return i*k + l }, func(l, j, _, k int) int { return j*k + l }},
}

// define is the loop that defines the products.
func (f form) define(dst, a, b []float32, m, n, k int, start Start, bias []float32) {
	for i := range m {
		for j := range n {
			acc := float32(0)
			switch start {
			case Keep:
				acc = dst[i*n+j]
			case Bias:
				acc = bias[j]
			}
			for l := range k {
				acc = FMA(a[f.a(i, l, m, k)], b[f.b(l, j, n, k)], acc)
			}
			dst[i*n+j] = acc
		}
	}
}

// onEveryPath runs body once for each path that the machine has, and puts the path in use back.
func onEveryPath(t *testing.T, body func(t *testing.T)) {
	before := Current()
	defer func() {
		if err := Use(before); err != nil {
			t.Fatal(err)
		}
	}()
	for _, name := range Names() {
		if err := Use(name); err != nil {
			t.Fatal(err)
		}
		t.Run(name, body)
	}
}

// guard surrounds the elements under test; no result has its bits.
const guard = -12345.678

// guarded returns n elements that start offset elements into a larger, aligned slice of guards, and a function that
// reports whether the guards still stand.
func guarded(n, offset int) (inside []float32, intact func() bool) {
	const margin = 64
	all := make([]float32, margin+offset+n+margin)
	for i := range all {
		all[i] = guard
	}
	inside = all[margin+offset : margin+offset+n : margin+offset+n]
	return inside, func() bool {
		for i, v := range all {
			if (i < margin+offset || i >= margin+offset+n) && v != guard {
				return false
			}
		}
		return true
	}
}

// fill draws ordinary values, and with awkward set also zeros, subnormals, infinities and NaN.
func fill(x []float32, r *rand.Rand, awkward bool) {
	values := awkwardFloats()
	for i := range x {
		x[i] = float32(r.NormFloat64())
		if awkward && r.IntN(20) == 0 {
			x[i] = values[r.IntN(len(values))]
		}
		if awkward && r.IntN(4) == 0 {
			x[i] *= 0x1p-74
		}
	}
}

// testProduct compares one product with its definition, misaligned by offset and between guards.
func testProduct(t *testing.T, f form, m, n, k int, start Start, offset int, awkward bool, s *Scratch) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(m*1000+n), uint64(k)))
	dst, intact := guarded(m*n, offset)
	a, aIntact := guarded(m*k, offset+1)
	b, bIntact := guarded(k*n, offset+2)
	bias, _ := guarded(n, offset+3)
	for _, x := range [][]float32{dst, a, b, bias} {
		fill(x, r, awkward)
	}
	want := append([]float32(nil), dst...)
	f.define(want, a, b, m, n, k, start, bias)
	f.multiply(dst, a, b, m, n, k, start, bias, s)
	for i := range want {
		if !sameFloat(dst[i], want[i]) {
			t.Fatalf("%s m=%d n=%d k=%d start=%d offset=%d: element (%d, %d) is %x, want %x",
				f.name, m, n, k, start, offset, i/n, i%n, dst[i], want[i])
		}
	}
	if !intact() || !aIntact() || !bIntact() {
		t.Fatalf("%s m=%d n=%d k=%d start=%d offset=%d: wrote outside dst", f.name, m, n, k, start, offset)
	}
}

// edges returns the sizes around each multiple of the units.
func edges(units ...int) []int {
	sizes := []int{}
	for _, u := range units {
		sizes = append(sizes, u-1, u, u+1)
	}
	return sizes
}

func TestProductsAtBlockEdges(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		for _, f := range forms {
			for _, m := range edges(1, 4, 8, 16) {
				for _, n := range edges(1, 4, 8, 16, 24, 32, 48, 64, 96) {
					for i, k := range edges(1, 3, 8, 16) {
						testProduct(t, f, m, n, k, Start((i+m+n)%3), (m+n+k)%16, (m+n+i)%3 == 0, s)
					}
				}
			}
		}
	})
}

func TestProductsOfManyBlocks(t *testing.T) {
	shapes := [][3]int{
		{1, 49, 257}, {9, 97, 513}, {65, 33, 255}, {7, 1201, 65}, {129, 50, 256}, {385, 17, 300}, {513, 65, 40}, {34, 100, 784},
	}
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		for _, f := range forms {
			for i, shape := range shapes {
				for _, awkward := range []bool{false, true} {
					testProduct(t, f, shape[0], shape[1], shape[2], Start(i%3), i, awkward, s)
				}
			}
		}
	})
}

// A share that another one covers too would be added twice, one that none covers would be missing.
func TestSharesMakeUpTheProduct(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for _, parts := range []int{2, 3, 7} {
			shares := NewShares(parts)
			for _, f := range forms {
				for i, shape := range [][3]int{{1, 1, 3}, {128, 30, 9}, {9, 250, 20}, {33, 65, 7}, {40, 16, 5}, {3, 200, 0}, {0, 5, 2}} {
					m, n, k := shape[0], shape[1], shape[2]
					r := rand.New(rand.NewPCG(uint64(parts), uint64(i)))
					dst, a, b, bias := make([]float32, m*n), make([]float32, m*k), make([]float32, k*n), make([]float32, n)
					for _, x := range [][]float32{dst, a, b, bias} {
						fill(x, r, false)
					}
					start := []Start{Keep, Bias}[i%2]
					want := append([]float32(nil), dst...)
					f.define(want, a, b, m, n, k, start, bias)
					for _, s := range shares {
						f.multiply(dst, a, b, m, n, k, start, bias, s)
					}
					for j := range want {
						if dst[j] != want[j] {
							t.Fatalf("%s m=%d n=%d k=%d in %d shares: element %d is %x, want %x",
								f.name, m, n, k, parts, j, dst[j], want[j])
						}
					}
				}
			}
		}
	})
}

func TestProductsDoNotAllocate(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		dst, a, b := make([]float32, 20*70), make([]float32, 20*300), make([]float32, 300*70)
		for _, f := range forms {
			if n := testing.AllocsPerRun(3, func() { f.multiply(dst, a, b, 20, 70, 300, Zero, nil, s) }); n != 0 {
				t.Errorf("%s allocates %g times", f.name, n)
			}
		}
	})
}

func TestProductsRefuseWrongLengths(t *testing.T) {
	for _, f := range forms {
		for i, lengths := range [][4]int{{5, 8, 12, 3}, {6, 7, 12, 3}, {6, 8, 11, 3}, {6, 8, 12, 2}} {
			t.Run(fmt.Sprint(f.name, i), func(t *testing.T) {
				defer func() {
					if recover() == nil {
						t.Errorf("lengths %v were taken for m=2 n=3 k=4", lengths)
					}
				}()
				f.multiply(make([]float32, lengths[0]), make([]float32, lengths[1]), make([]float32, lengths[2]),
					2, 3, 4, Bias, make([]float32, lengths[3]), NewScratch())
			})
		}
	}
}

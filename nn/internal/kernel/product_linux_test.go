package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// beforeForbidden returns n elements that end where memory ends that may be read.
func beforeForbidden(t *testing.T, n int) []float32 {
	t.Helper()
	page := syscall.Getpagesize()
	size := (4*n + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(all); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mprotect(all[size:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&all[size-4*n])), n)
}

// A read past the end of an operand, which guard values cannot show, ends the test process here.
func TestProductsReadNothingBeyondTheirOperands(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		s := NewScratch()
		r := rand.New(rand.NewPCG(3, 4))
		for _, f := range forms {
			for _, shape := range [][3]int{{1, 1, 1}, {9, 17, 5}, {20, 33, 19}, {15, 48, 300}, {31, 100, 37}, {7, 24, 16}} {
				m, n, k := shape[0], shape[1], shape[2]
				dst, a, b, bias := beforeForbidden(t, m*n), beforeForbidden(t, m*k), beforeForbidden(t, k*n), beforeForbidden(t, n)
				for _, x := range [][]float32{a, b, bias} {
					fill(x, r, false)
				}
				want := make([]float32, m*n)
				f.define(want, a, b, m, n, k, Bias, bias)
				f.multiply(dst, a, b, m, n, k, Bias, bias, s)
				for i := range want {
					if dst[i] != want[i] {
						t.Fatalf("%s m=%d n=%d k=%d: element %d is %x, want %x", f.name, m, n, k, i, dst[i], want[i])
					}
				}
			}
		}
	})
}

// Command product writes the assembly of the matrix products: the tiles, the packing, pooling and the loop that measures the peak.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	avx2 := newAVX2()
	for _, s := range []simd{&avx512{}, avx2} {
		for _, rows := range s.rows() {
			for vectors := 1; vectors <= 3; vectors++ {
				tile(s, rows, vectors)
			}
		}
		for vectors := 1; vectors <= 3; vectors++ {
			copyRows(s, vectors)
		}
		transpose(s)
		peak(s)
		pools(s)
	}
	laneTiles(&avx512{}, [5]int{0, 14, 10, 7, 6})
	laneTiles(avx2, [5]int{0, 12, 5, 3, 3})
	Generate()
}

// simd is what differs between the instruction sets.
type simd interface {
	name() string
	lanes() int
	rows() []int // heights of tiles, the highest first
	accumulators() int
	vector() reg.VecVirtual
	spreads() bool // whether a multiply-add spreads an operand in memory over its lanes
	// setEdge makes a mask of the lowest n lanes, n being in a general register.
	setEdge(n reg.Register)
	// loadEdge and storeEdge move the masked lanes; loadEdge sets the others to zero.
	loadEdge(from Mem, to reg.VecVirtual)
	storeEdge(from reg.VecVirtual, to Mem)
	// larger puts x into best where it is larger, and the tap into from.
	larger(x, best, from reg.VecVirtual, tap Mem)
	// where sets to to y where from is the tap, and to zero elsewhere.
	where(from reg.VecVirtual, tap Mem, y, to reg.VecVirtual)
	// transpose turns the rows of a square of lanes×lanes elements into its columns.
	transpose(rows []reg.VecVirtual) []reg.VecVirtual
}

// bytes is the size of a vector.
func bytes(s simd) int { return 4 * s.lanes() }

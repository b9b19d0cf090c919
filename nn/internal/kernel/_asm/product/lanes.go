package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// laneArguments are the same for all lane tiles, so that Go can keep them in a table.
const laneArguments = "dst, from, a, b *float32, dstRow, dstCol, fromRow, fromCol, aRow, aStep, aJump, bStep, bJump, steps, runs, tiles, dstLine, aLine, lines int"

// laneTiles writes the tiles over examples side by side: b is a weight that all lanes share, or has lanes itself.
func laneTiles(s simd, highest [5]int) {
	for cols := 1; cols < len(highest); cols++ {
		for rows := 1; rows <= highest[cols]; rows++ {
			laneTile(s, "weigh", rows, cols, true)
			laneTile(s, "correlate", rows, cols, false)
		}
	}
}

// laneTile writes the function that adds products to as many tiles of dst, below each other, in so many lines:
//
//	dst[i][j] = from[i][j] + Σ a[i][run][l]·b[j][run][l], fused, runs and their steps l in order
//
// where elements are vectors, and those of b single numbers for weigh. Distances are in bytes; those of lines are counted
// from the end of the last tile. from must have no distance of rows where there are several lines.
func laneTile(s simd, name string, rows, cols int, spread bool) {
	TEXT(fmt.Sprintf("%s%dx%d%s", name, rows, cols, s.name()), NOSPLIT, "func("+laneArguments+")")
	Doc(fmt.Sprintf("%s%dx%d%s computes tiles of that number of rows and columns.", name, rows, cols, s.name()))
	Pragma("noescape")
	Label("line")
	left := GP64()
	MOVQ(argument("tiles"), left)
	stay := AllocLocal(8)
	MOVQ(left, stay)
	Label("tile")
	acc := make([][]reg.VecVirtual, rows)
	eachLane("from", rows, cols, func(i, j int, at Mem) {
		if j == 0 {
			acc[i] = vectorsOf(s, cols)
		}
		VMOVUPS(at, acc[i][j])
	})
	laneSteps(s, acc, spread)
	eachLane("dst", rows, cols, func(i, j int, at Mem) { VMOVUPS(acc[i][j], at) })
	for _, p := range [][2]string{{"dst", "dstRow"}, {"from", "fromRow"}, {"a", "aRow"}} {
		distance := Load(Param(p[1]), GP64())
		IMUL3Q(U8(rows), distance, distance)
		ADDQ(distance, argument(p[0]))
	}
	DECQ(stay)
	JNZ(LabelRef("tile"))
	for _, p := range [][2]string{{"dst", "dstLine"}, {"a", "aLine"}} {
		distance := Load(Param(p[1]), GP64())
		ADDQ(distance, argument(p[0]))
	}
	DECQ(argument("lines"))
	JNZ(LabelRef("line"))
	VZEROUPPER()
	RET()
}

// eachLane calls body with the address of each element of a tile of dst or from.
func eachLane(name string, rows, cols int, body func(i, j int, at Mem)) {
	row, down, right := Load(Param(name), GP64()), Load(Param(name+"Row"), GP64()), Load(Param(name+"Col"), GP64())
	triple := GP64()
	if cols > 3 {
		LEAQ(Mem{Base: right, Index: right, Scale: 2}, triple)
	}
	for i := range rows {
		for j := range cols {
			switch j {
			case 0:
				body(i, j, Mem{Base: row})
			case 3:
				body(i, j, Mem{Base: row, Index: triple, Scale: 1})
			default:
				body(i, j, Mem{Base: row, Index: right, Scale: uint8(j)})
			}
		}
		if i < rows-1 {
			ADDQ(down, row)
		}
	}
}

// laneSteps runs over the runs of steps, of which there is at least one each.
func laneSteps(s simd, acc [][]reg.VecVirtual, spread bool) {
	a, b := Load(Param("a"), GP64()), Load(Param("b"), GP64())
	aRow, aStep, bStep := Load(Param("aRow"), GP64()), Load(Param("aStep"), GP64()), Load(Param("bStep"), GP64())
	elements := rowOperands(a, aRow, len(acc))
	runs, steps := Load(Param("runs"), GP64()), GP64()
	Label("run")
	MOVQ(argument("steps"), steps)
	Label("step")
	laneStep(s, acc, elements, b, spread)
	ADDQ(bStep, b)
	for _, base := range bases(elements) {
		ADDQ(aStep, base)
	}
	DECQ(steps)
	JNZ(LabelRef("step"))
	ADDQ(argument("bJump"), b)
	for _, base := range bases(elements) {
		ADDQ(argument("aJump"), base)
	}
	DECQ(runs)
	JNZ(LabelRef("run"))
}

// laneStep adds one step to the accumulators. With a single column, the elements of a come straight from memory.
func laneStep(s simd, acc [][]reg.VecVirtual, elements []Mem, b reg.Register, spread bool) {
	cols := len(acc[0])
	rows := vectorsOf(s, len(acc))
	for i := range rows {
		if cols > 1 {
			VMOVUPS(elements[i], rows[i])
		}
	}
	for j := range cols {
		by := s.vector()
		if spread {
			VBROADCASTSS(Mem{Base: b, Disp: 4 * j}, by)
		} else {
			VMOVUPS(Mem{Base: b, Disp: 64 * j}, by)
		}
		for i := range rows {
			if cols > 1 {
				VFMADD231PS(rows[i], by, acc[i][j])
			} else {
				VFMADD231PS(elements[i], by, acc[i][j])
			}
		}
	}
}

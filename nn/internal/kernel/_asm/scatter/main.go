// Command scatter writes the assembly of scatter matrices: the tile, in float64.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The tile and the panel are those of package kernel.
const (
	tileRows    = 8
	tileColumns = 24
	element     = 8 // bytes
	panelRow    = tileColumns * element
)

func main() {
	ConstraintExpr("amd64")
	tile(simd{name: "AVX512", lanes: 8, rows: 8, vector: ZMM})
	tile(simd{name: "AVX2", lanes: 4, rows: 4, vector: YMM})
	Generate()
}

// simd is an instruction set, and the part of a tile that its registers hold: so many rows of three vectors.
type simd struct {
	name   string
	lanes  int
	rows   int
	vector func() reg.VecVirtual
}

const vectors = 3

// columns is the width of a part.
func (s simd) columns() int { return vectors * s.lanes }

// tile writes the function that adds the products of a block of rows to a tile of c, part by part:
//
//	c[i][j] = c[i][j] + Σ a[l][i]·b[l][j], fused, steps of l in order
//
// a and b point into panels, whose rows follow each other without a gap. cRow is in bytes. There is at least one step.
func tile(s simd) {
	TEXT("scatterTile"+s.name, NOSPLIT, "func(c, a, b *float64, cRow, steps int)")
	Doc("scatterTile" + s.name + " adds the products of so many steps to a tile.")
	Pragma("noescape")
	cRow := Load(Param("cRow"), GP64())
	for i := 0; i < tileRows; i += s.rows {
		for j := 0; j < tileColumns; j += s.columns() {
			part(s, cRow, i, j)
		}
	}
	VZEROUPPER()
	RET()
}

// part writes the loop over the steps for the part of the tile at row i and column j.
func part(s simd, cRow reg.Register, i, j int) {
	sums := make([][]reg.VecVirtual, s.rows)
	for r := range sums {
		sums[r] = vectorsOf(s)
	}
	eachVector(s, cRow, i, j, func(at Mem, r, v int) { VMOVUPD(at, sums[r][v]) })
	a, b := Load(Param("a"), GP64()), Load(Param("b"), GP64())
	steps := Load(Param("steps"), GP64())
	label := fmt.Sprintf("step%dx%d", i, j)
	Label(label)
	row := vectorsOf(s)
	for v := range row {
		VMOVUPD(Mem{Base: b, Disp: j*element + v*s.lanes*element}, row[v])
	}
	for r := range sums {
		spread := s.vector()
		VBROADCASTSD(Mem{Base: a, Disp: (i + r) * element}, spread)
		for v := range row {
			VFMADD231PD(row[v], spread, sums[r][v])
		}
	}
	ADDQ(I32(panelRow), a)
	ADDQ(I32(panelRow), b)
	DECQ(steps)
	JNZ(LabelRef(label))
	eachVector(s, cRow, i, j, func(at Mem, r, v int) { VMOVUPD(sums[r][v], at) })
}

// eachVector calls do with where each vector of the part lies in c.
func eachVector(s simd, cRow reg.Register, i, j int, do func(at Mem, r, v int)) {
	c := Load(Param("c"), GP64())
	for range i {
		ADDQ(cRow, c)
	}
	for r := range s.rows {
		for v := range vectors {
			do(Mem{Base: c, Disp: j*element + v*s.lanes*element}, r, v)
		}
		if r < s.rows-1 {
			ADDQ(cRow, c)
		}
	}
}

// vectorsOf returns fresh registers for a row of a part.
func vectorsOf(s simd) []reg.VecVirtual {
	all := make([]reg.VecVirtual, vectors)
	for i := range all {
		all[i] = s.vector()
	}
	return all
}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// copyRows writes the function that copies a strip of columns into a panel, whose rows are vectors without a gap.
// The last vector has edge columns, the others become zero.
func copyRows(s simd, vectors int) {
	TEXT(fmt.Sprintf("copyRows%d%s", vectors, s.name()), NOSPLIT, "func(dst, src *float32, srcRow, rows, edge int)")
	Doc(fmt.Sprintf("copyRows%d%s copies rows of that number of vectors.", vectors, s.name()))
	Pragma("noescape")
	s.setEdge(Load(Param("edge"), GP64()).(reg.GPVirtual))
	dst, src, srcRow := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("srcRow"), GP64())
	rows := Load(Param("rows"), GP64())
	Label("row")
	row := vectorsOf(s, vectors)
	for v := range row {
		from := Mem{Base: src, Disp: v * bytes(s)}
		if v == vectors-1 {
			s.loadEdge(from, row[v])
		} else {
			VMOVUPS(from, row[v])
		}
	}
	for v := range row {
		VMOVUPS(row[v], Mem{Base: dst, Disp: v * bytes(s)})
	}
	ADDQ(srcRow, src)
	ADDQ(I32(vectors*bytes(s)), dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// transpose writes the function that turns as many rows of src as a vector has lanes into columns of a panel. The rows
// lie at offsets from src, in bytes; a missing one repeats another. The last square is read as far as length goes and
// written whole.
func transpose(s simd) {
	TEXT("transpose"+s.name(), NOSPLIT, "func(dst, src *float32, offsets *int, dstRow, length int)")
	Doc(fmt.Sprintf("transpose%s turns %d rows into columns.", s.name(), s.lanes()))
	Pragma("noescape")
	dst, src, offsets := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("offsets"), GP64())
	dstRow, length := Load(Param("dstRow"), GP64()), Load(Param("length"), GP64())
	Label("square")
	CMPQ(length, I32(s.lanes()))
	JLT(LabelRef("edge"))
	square(s, dst, src, offsets, dstRow, func(from Mem, to reg.VecVirtual) { VMOVUPS(from, to) })
	ADDQ(I32(bytes(s)), src)
	SUBQ(I32(s.lanes()), length)
	JMP(LabelRef("square"))
	Label("edge")
	TESTQ(length, length)
	JZ(LabelRef("done"))
	s.setEdge(length.(reg.GPVirtual))
	square(s, dst, src, offsets, dstRow, s.loadEdge)
	Label("done")
	VZEROUPPER()
	RET()
}

// square transposes one square and moves dst past it.
func square(s simd, dst, src, offsets, dstRow reg.Register, load func(from Mem, to reg.VecVirtual)) {
	rows := vectorsOf(s, s.lanes())
	for i, row := range rows {
		offset := GP64()
		MOVQ(Mem{Base: offsets, Disp: 8 * i}, offset)
		load(Mem{Base: src, Index: offset, Scale: 1}, row)
	}
	for i := range s.lanes() {
		if i == 0 {
			rows = s.transpose(rows)
		}
		VMOVUPS(rows[swapLowBits(i)], Mem{Base: dst})
		ADDQ(dstRow, dst)
	}
}

// transposeLanes transposes squares of 4×4 elements within the 128-bit lanes of the vectors: pairs of elements, then of
// pairs, change places. Columns come out in the order of swapLowBits.
func transposeLanes(s simd, r []reg.VecVirtual) []reg.VecVirtual {
	r = apart(s, r, 1, func(b, a, to Op) { VUNPCKLPS(b, a, to) }, func(b, a, to Op) { VUNPCKHPS(b, a, to) })
	return apart(s, r, 2, func(b, a, to Op) { VUNPCKLPD(b, a, to) }, func(b, a, to Op) { VUNPCKHPD(b, a, to) })
}

// apart combines each vector a with b, distance further on. The low result takes the place of a, the high that of b.
func apart(s simd, r []reg.VecVirtual, distance int, low, high func(b, a, to Op)) []reg.VecVirtual {
	out := make([]reg.VecVirtual, len(r))
	for i := range r {
		if i&distance != 0 {
			continue
		}
		out[i], out[i+distance] = s.vector(), s.vector()
		low(r[i+distance], r[i], out[i])
		high(r[i+distance], r[i], out[i+distance])
	}
	return out
}

// swapLowBits exchanges the two low bits of i.
func swapLowBits(i int) int { return i&^3 | i&1<<1 | i>>1&1 }

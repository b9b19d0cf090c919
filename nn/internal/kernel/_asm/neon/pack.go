package main

import "fmt"

// copyRows writes the function that copies a strip of columns into a panel, whose rows are vectors without a gap; see
// copyRowsFunc.
func copyRows(w *writer, vectors int) {
	w.routine(fmt.Sprintf("copyRows%dNEON", vectors), "dst, src *float32, srcRow, rows, edge int",
		"copies rows of that number of vectors.")
	const dst, src, srcRow, rows = gp(0), gp(1), gp(2), gp(3)
	w.load("dst", dst)
	w.load("src", src)
	w.load("srcRow", srcRow)
	w.load("rows", rows)
	w.load("edge", edge)
	row := vectorsFrom(0, vectors)
	edged := w.label("edge")
	w.op("CMP", immediate(lanes), edge)
	w.op("BNE", edged)
	for _, whole := range []bool{true, false} {
		again := w.label("row")
		w.place(again)
		w.loadEdge(src, row, whole)
		w.op("VST1.P", list(row), offset(dst, vectors*vectorBytes))
		w.op("ADD", srcRow, src)
		w.op("SUBS", "$1", rows)
		w.op("BNE", again)
		w.op("RET")
		if whole {
			w.place(edged)
		}
	}
}

// transpose writes the function that turns four rows of src into columns of a panel; see transposeFunc. Whole squares
// are turned in registers, what is left of the rows element by element.
func transpose(w *writer) {
	w.routine("transposeNEON", "dst, src *float32, offsets *int, dstRow, length int", "turns 4 rows into columns.")
	const dst, src, offsets, dstRow, length = gp(0), gp(1), gp(2), gp(3), gp(4)
	rows := []gp{5, 6, 7, 8}
	w.load("dst", dst)
	w.load("src", src)
	w.load("offsets", offsets)
	w.load("dstRow", dstRow)
	w.load("length", length)
	for i, row := range rows {
		w.op("MOVD", offset(offsets, 8*i), row)
		w.op("ADD", src, row)
	}
	square, element, done := w.label("square"), w.label("element"), w.label("done")
	w.place(square)
	w.op("SUBS", immediate(lanes), length)
	w.op("BLT", element+"s")
	for i, row := range rows {
		w.op("VLD1.P", offset(row, vectorBytes), list(vectorsFrom(vector(i), 1)))
	}
	// Elements of rows 0 and 2 side by side, and those of rows 1 and 3, then the two by turns.
	zip := func(half int, odd, even, to vector) { w.op(fmt.Sprintf("VZIP%d", half), odd.s4(), even.s4(), to.s4()) }
	zip(1, 2, 0, 4)
	zip(1, 3, 1, 5)
	zip(2, 2, 0, 6)
	zip(2, 3, 1, 7)
	zip(1, 5, 4, 0)
	zip(2, 5, 4, 1)
	zip(1, 7, 6, 2)
	zip(2, 7, 6, 3)
	for i := range rows {
		w.op("VST1", list(vectorsFrom(vector(i), 1)), at(dst))
		w.op("ADD", dstRow, dst)
	}
	w.op("B", square)
	w.place(element + "s")
	w.op("ADDS", immediate(lanes), length)
	w.op("BEQ", done)
	w.place(element)
	for i, row := range rows {
		w.op("VLD1.P", offset(row, 4), lane(0, i))
	}
	w.op("VST1", list(vectorsFrom(0, 1)), at(dst))
	w.op("ADD", dstRow, dst)
	w.op("SUBS", "$1", length)
	w.op("BNE", element)
	w.place(done)
	w.op("RET")
}

// peak writes the loop that does nothing but independent fused multiply-adds, as many as hide their latency.
func peak(w *writer) {
	w.routine("peakNEON", "rounds int", "runs rounds of independent fused multiply-adds.")
	const rounds, x = gp(0), vector(31)
	w.load("rounds", rounds)
	w.op("VEOR", "V31.B16", "V31.B16", "V31.B16")
	acc := vectorsFrom(0, 24)
	for _, v := range acc {
		w.op("VMOV", "V31.B16", fmt.Sprintf("%v.B16", v))
	}
	again := w.label("round")
	w.place(again)
	for _, v := range acc {
		w.op("VFMLA", x.s4(), x.s4(), v.s4())
	}
	w.op("SUBS", "$1", rounds)
	w.op("BNE", again)
	w.op("RET")
}

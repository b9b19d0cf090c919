package main

import "fmt"

const (
	lanes       = 4
	vectorBytes = 4 * lanes
	panelMost   = 3 // vectors in a panel of b
)

// heights of tiles. The highest and widest takes 24 accumulators, its panel 3 vectors and elements of a the other 5.
var heights = []int{8, 4, 2, 1}

// products writes the tiles, the packing and the loop that measures the peak.
func products(w *writer) {
	for _, rows := range heights {
		for vectors := 1; vectors <= panelMost; vectors++ {
			tile(w, rows, vectors)
		}
	}
	for vectors := 1; vectors <= panelMost; vectors++ {
		copyRows(w, vectors)
	}
	transpose(w)
	peak(w)
	laneTiles(w)
}

// tileArguments are those of tileFunc.
const tileArguments = "dst, from, a, b, next *float32, dstRow, fromRow, aRow, aStep, bStep, nextRow, steps, edge, tiles int"

// The registers of a tile.
const (
	dst, from, b, next                     = gp(0), gp(1), gp(2), gp(3)
	dstRow, fromRow, aRow, aStep, bStep    = gp(4), gp(5), gp(6), gp(7), gp(8)
	nextRow, steps, edge, scratch, aOffset = gp(9), gp(10), gp(11), gp(12), gp(13)
	step                                   = gp(14)
)

// aRows point to the first elements of a's rows, and keep off the registers that are taken.
var aRows = []gp{15, 16, 17, 19, 20, 21, 22, 23}

// tile writes the function that adds the product of a and a panel of b to as many tiles of dst, below each other; see
// tileFunc. A step loads the elements of a one by one, into the lowest lanes of vectors, and multiplies the panel by
// that lane: no element needs to be spread, and a needs no packing, wherever its rows and steps lie.
func tile(w *writer, rows, vectors int) {
	w.routine(fmt.Sprintf("tile%dx%dNEON", rows, vectors), tileArguments, "computes tiles of that number of rows and vectors.")
	acc := make([][]vector, rows)
	for i := range acc {
		acc[i] = vectorsFrom(vector(i*vectors), vectors)
	}
	free := vector(rows * vectors)
	panel := vectorsFrom(free, vectors)
	elements := vectorsFrom(free+vector(vectors), min(rows, int(32-free)-vectors))
	w.load("edge", edge)
	w.load("dstRow", dstRow)
	w.load("fromRow", fromRow)
	w.load("aRow", aRow)
	w.load("aStep", aStep)
	w.load("bStep", bStep)
	w.load("nextRow", nextRow)
	w.load("a", aRows[0])
	w.load("steps", steps)
	again := w.label("tile")
	w.place(again)
	tileMove(w, from, fromRow, acc, "from", w.loadEdge)
	tileSteps(w, acc, panel, elements)
	tileMove(w, dst, dstRow, acc, "dst", w.storeEdge)
	tileAdvance(w, rows)
	w.load("tiles", scratch)
	w.op("SUBS", "$1", scratch)
	w.op("MOVD", scratch, w.argument("tiles"))
	w.op("BNE", again)
	w.op("RET")
}

// tileMove loads or stores the accumulators, rows of them from the argument on.
func tileMove(w *writer, base, row gp, acc [][]vector, argument string, move func(base gp, v []vector, whole bool)) {
	edged, done := w.label("edge"), w.label("done")
	w.load(argument, base)
	w.op("CMP", immediate(lanes), edge)
	w.op("BNE", edged)
	for _, whole := range []bool{true, false} {
		for i := range acc {
			move(base, acc[i], whole)
			if i < len(acc)-1 {
				w.op("ADD", row, base)
			}
		}
		if whole {
			w.op("B", done)
			w.place(edged)
		}
	}
	w.place(done)
}

// loadEdge loads vectors that lie side by side. If the last one is not whole it has edge lanes, from 1 to 3, and the
// others become zero.
func (w *writer) loadEdge(base gp, v []vector, whole bool) {
	if whole {
		w.op("VLD1", at(base), list(v))
		return
	}
	last := len(v) - 1
	w.wholeVectors("VLD1", base, v[:last])
	single, done := w.label("single"), w.label("loaded")
	w.op("TBZ", "$1", edge, single)
	w.op("FMOVD", offset(base, last*vectorBytes), v[last].float())
	w.op("TBZ", "$0", edge, done)
	w.op("ADD", immediate(last*vectorBytes+8), base, scratch)
	w.op("VLD1", at(scratch), lane(v[last], 2))
	w.op("B", done)
	w.place(single)
	w.op("FMOVS", offset(base, last*vectorBytes), v[last].float())
	w.place(done)
}

// storeEdge stores vectors side by side as loadEdge loads them.
func (w *writer) storeEdge(base gp, v []vector, whole bool) {
	if whole {
		w.op("VST1", list(v), at(base))
		return
	}
	last := len(v) - 1
	w.wholeVectors("VST1", base, v[:last])
	single, done := w.label("single"), w.label("stored")
	w.op("TBZ", "$1", edge, single)
	w.op("FMOVD", v[last].float(), offset(base, last*vectorBytes))
	w.op("TBZ", "$0", edge, done)
	w.op("ADD", immediate(last*vectorBytes+8), base, scratch)
	w.op("VST1", lane(v[last], 2), at(scratch))
	w.op("B", done)
	w.place(single)
	w.op("FMOVS", v[last].float(), offset(base, last*vectorBytes))
	w.place(done)
}

// wholeVectors loads or stores vectors side by side, if any.
func (w *writer) wholeVectors(op string, base gp, v []vector) {
	switch {
	case len(v) == 0:
	case op == "VST1":
		w.op(op, list(v), at(base))
	default:
		w.op(op, at(base), list(v))
	}
}

// tileSteps runs over the steps, of which there is at least one.
func tileSteps(w *writer, acc [][]vector, panel, elements []vector) {
	for i := 1; i < len(acc); i++ {
		w.op("ADD", aRow, aRows[i-1], aRows[i])
	}
	w.load("b", b)
	w.load("next", next)
	w.op("MOVD", "ZR", aOffset)
	w.op("MOVD", steps, step)
	again := w.label("step")
	w.place(again)
	w.op("VLD1.P", indexed(b, bStep), list(panel))
	w.op("PRFM", at(next), "PLDL2KEEP")
	w.op("ADD", nextRow, next)
	for i := range acc {
		element := elements[i%len(elements)]
		w.op("FMOVS", indexed(aRows[i], aOffset), element.float())
		for v := range panel {
			w.multiplyAddLane0(acc[i][v], panel[v], element)
		}
	}
	w.op("ADD", aStep, aOffset)
	w.op("SUBS", "$1", step)
	w.op("BNE", again)
}

// tileAdvance moves the arguments to the next tile: as many rows down, and a line of the cache to the right.
func tileAdvance(w *writer, rows int) {
	w.op("ADD", aRow, aRows[rows-1], aRows[0])
	for _, p := range []struct {
		name string
		row  gp
	}{{"dst", dstRow}, {"from", fromRow}} {
		w.load(p.name, scratch)
		shift := map[int]int{8: 3, 4: 2, 2: 1, 1: 0}[rows]
		w.op("ADD", fmt.Sprintf("%v<<%d", p.row, shift), scratch)
		w.op("MOVD", scratch, w.argument(p.name))
	}
	w.load("next", scratch)
	w.op("ADD", "$64", scratch)
	w.op("MOVD", scratch, w.argument("next"))
}

// vectorsFrom returns n registers that follow each other.
func vectorsFrom(first vector, n int) []vector {
	v := make([]vector, n)
	for i := range v {
		v[i] = first + vector(i)
	}
	return v
}

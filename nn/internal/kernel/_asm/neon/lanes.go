package main

import "fmt"

// laneHighest is the most rows of lane tiles with so many columns: accumulators, the rows and an element take 32 registers.
var laneHighest = [...]int{0, 14, 10, 7, 6}

// laneArguments are those of laneFunc.
const laneArguments = "dst, from, a, b *float32, dstRow, dstCol, fromRow, fromCol, aRow, aStep, aJump, bStep, bJump, steps, runs, tiles, dstLine, aLine, lines int"

// laneTiles writes the tiles over examples side by side: b is a weight that all lanes share, or has lanes itself.
func laneTiles(w *writer) {
	for cols := 1; cols < len(laneHighest); cols++ {
		for rows := 1; rows <= laneHighest[cols]; rows++ {
			laneTile(w, "weigh", rows, cols, true)
			laneTile(w, "correlate", rows, cols, false)
		}
	}
}

// The registers of a lane tile.
const (
	laneA, laneB, laneRow, laneAt       = gp(0), gp(1), gp(2), gp(3)
	laneARow, laneAStep, laneBStep      = gp(4), gp(5), gp(6)
	laneDown, laneRight, laneStep       = gp(7), gp(8), gp(9)
	laneRun, laneTilesLeft, laneScratch = gp(10), gp(11), gp(12)
)

// laneTile writes one of laneFunc: lines of tiles below each other.
func laneTile(w *writer, name string, rows, cols int, spread bool) {
	w.routine(fmt.Sprintf("%s%dx%dNEON", name, rows, cols), laneArguments, "computes tiles of that number of rows and columns.")
	acc := make([][]vector, rows)
	for i := range acc {
		acc[i] = vectorsFrom(vector(i*cols), cols)
	}
	w.load("aRow", laneARow)
	w.load("aStep", laneAStep)
	w.load("bStep", laneBStep)
	line, again := w.label("line"), w.label("tile")
	w.place(line)
	w.load("tiles", laneTilesLeft)
	w.place(again)
	laneMove(w, "from", acc, func(v vector) { w.op("VLD1", at(laneAt), list([]vector{v})) })
	laneSteps(w, acc, spread)
	laneMove(w, "dst", acc, func(v vector) { w.op("VST1", list([]vector{v}), at(laneAt)) })
	for _, p := range [][2]string{{"dst", "dstRow"}, {"from", "fromRow"}, {"a", "aRow"}} {
		w.load(p[1], laneScratch)
		w.op("MOVD", immediate(rows), laneAt)
		w.op("MUL", laneAt, laneScratch)
		w.move(p[0], laneScratch)
	}
	w.op("SUBS", "$1", laneTilesLeft)
	w.op("BNE", again)
	for _, p := range [][2]string{{"dst", "dstLine"}, {"a", "aLine"}} {
		w.load(p[1], laneScratch)
		w.move(p[0], laneScratch)
	}
	w.load("lines", laneScratch)
	w.op("SUBS", "$1", laneScratch)
	w.op("MOVD", laneScratch, w.argument("lines"))
	w.op("BNE", line)
	w.op("RET")
}

// move adds a distance to a parameter.
func (w *writer) move(name string, by gp) {
	w.load(name, laneAt)
	w.op("ADD", by, laneAt)
	w.op("MOVD", laneAt, w.argument(name))
}

// laneMove calls do for each element of a tile of dst or from, whose address is then in laneAt.
func laneMove(w *writer, name string, acc [][]vector, do func(v vector)) {
	w.load(name, laneRow)
	w.load(name+"Row", laneDown)
	w.load(name+"Col", laneRight)
	for i := range acc {
		w.op("MOVD", laneRow, laneAt)
		for j, v := range acc[i] {
			do(v)
			if j < len(acc[i])-1 {
				w.op("ADD", laneRight, laneAt)
			}
		}
		if i < len(acc)-1 {
			w.op("ADD", laneDown, laneRow)
		}
	}
}

// laneSteps runs over the runs of steps, of which there is at least one each.
func laneSteps(w *writer, acc [][]vector, spread bool) {
	w.load("a", laneA)
	w.load("b", laneB)
	w.load("runs", laneRun)
	run, step := w.label("run"), w.label("step")
	w.place(run)
	w.load("steps", laneStep)
	w.place(step)
	laneMultiply(w, acc, spread)
	w.op("ADD", laneAStep, laneA)
	w.op("ADD", laneBStep, laneB)
	w.op("SUBS", "$1", laneStep)
	w.op("BNE", step)
	w.load("aJump", laneScratch)
	w.op("ADD", laneScratch, laneA)
	w.load("bJump", laneScratch)
	w.op("ADD", laneScratch, laneB)
	w.op("SUBS", "$1", laneRun)
	w.op("BNE", run)
}

// laneMultiply adds one step to the accumulators.
func laneMultiply(w *writer, acc [][]vector, spread bool) {
	cols := len(acc[0])
	rows := vectorsFrom(vector(len(acc)*cols), len(acc))
	by := vector(len(acc)*cols + len(acc))
	w.op("MOVD", laneA, laneAt)
	for i, v := range rows {
		w.op("VLD1", at(laneAt), list([]vector{v}))
		if i < len(rows)-1 {
			w.op("ADD", laneARow, laneAt)
		}
	}
	for j := range cols {
		if spread {
			w.op("FMOVS", offset(laneB, 4*j), by.float())
		} else {
			w.op("FMOVQ", offset(laneB, 64*j), fmt.Sprintf("F%d", int(by)))
		}
		for i, v := range rows {
			if spread {
				w.multiplyAddLane0(acc[i][j], v, by)
			} else {
				w.op("VFMLA", v.s4(), by.s4(), acc[i][j].s4())
			}
		}
	}
}

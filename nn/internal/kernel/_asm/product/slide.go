package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// windowArguments are the same for all window tiles, so that Go can keep them in a table.
const windowArguments = "dst, from, a, b *float32, dstRow, fromRow, aRow, aStep, aJump, bStep, bJump, steps, runs, edge, tiles int"

// half is avx512 with vectors of 8 lanes, for products with few columns.
type half struct{ avx512 }

func (*half) name() string           { return "Half" }
func (*half) lanes() int             { return 8 }
func (*half) vector() reg.VecVirtual { return YMM() }

// windowTiles writes the tiles of convolutions: any number of rows up to the highest with one vector, and few rows with
// two or three.
func windowTiles(s simd, highest int, wide bool) {
	for rows := 1; rows <= highest; rows++ {
		windowTile(s, rows, 1)
	}
	for rows := 1; wide && rows <= 3; rows++ {
		windowTile(s, rows, 2)
		windowTile(s, rows, 3)
	}
}

// windowTile writes the function that adds products to as many tiles of dst, below each other, like tile; its steps come
// in runs, between which a and b jump:
//
//	dst[i][j] = from[i][j] + Σ a[i][run][l]·b[run][l][j], fused, runs and their steps l in order
//
// It reads no columns of b past the edge, so that b need not be packed.
func windowTile(s simd, rows, vectors int) {
	TEXT(fmt.Sprintf("window%dx%d%s", rows, vectors, s.name()), NOSPLIT, "func("+windowArguments+")")
	Doc(fmt.Sprintf("window%dx%d%s computes tiles of that number of rows and vectors.", rows, vectors, s.name()))
	Pragma("noescape")
	s.setEdge(Load(Param("edge"), GP64()).(reg.GPVirtual))
	Label("tile")
	acc := tileStart(s, rows, vectors)
	windowSteps(s, acc)
	tileStore(s, acc)
	for _, p := range [][2]string{{"dst", "dstRow"}, {"from", "fromRow"}, {"a", "aRow"}} {
		distance := Load(Param(p[1]), GP64())
		IMUL3Q(U8(rows), distance, distance)
		ADDQ(distance, argument(p[0]))
	}
	DECQ(argument("tiles"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// windowSteps runs over the runs of steps, of which there is at least one each.
func windowSteps(s simd, acc [][]reg.VecVirtual) {
	a, b := Load(Param("a"), GP64()), Load(Param("b"), GP64())
	aRow, aStep, bStep := Load(Param("aRow"), GP64()), Load(Param("aStep"), GP64()), Load(Param("bStep"), GP64())
	elements := rowOperands(a, aRow, len(acc))
	runs, steps := Load(Param("runs"), GP64()), GP64()
	Label("run")
	MOVQ(argument("steps"), steps)
	Label("step")
	windowStep(s, acc, elements, b)
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

// windowStep adds one step to the accumulators.
func windowStep(s simd, acc [][]reg.VecVirtual, elements []Mem, b reg.Register) {
	panel := vectorsOf(s, len(acc[0]))
	for v := range panel {
		from := Mem{Base: b, Disp: v * bytes(s)}
		if v == len(panel)-1 {
			s.loadEdge(from, panel[v])
		} else {
			VMOVUPS(from, panel[v])
		}
	}
	for i := range acc {
		if len(panel) == 1 && s.spreads() {
			VFMADD231PS_BCST(elements[i], panel[0], acc[i][0])
			continue
		}
		element := s.vector()
		VBROADCASTSS(elements[i], element)
		for v := range panel {
			VFMADD231PS(panel[v], element, acc[i][v])
		}
	}
}

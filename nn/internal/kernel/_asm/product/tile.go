package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tileArguments are the same for all tiles, so that Go can keep them in a table.
const tileArguments = "dst, from, a, b, next *float32, dstRow, fromRow, aRow, aStep, bStep, nextRow, steps, edge, tiles int"

// tile writes the function that adds the product of a and a panel of b to as many tiles of dst, below each other:
//
//	dst[i][j] = from[i][j] + Σ a[i][l]·b[l][j], fused, steps of l in order
//
// from may be dst, or a row of biases or zeros with a stride of 0. Strides are in bytes. The last vector has edge columns
// in dst and from; b is read in whole vectors. Each element of a is spread over a vector, which all vectors of b at that
// step share. Meanwhile each tile fetches a column of lines, nextRow apart, into the second level of the cache: the first
// tile from next on, each further tile the lines to the right.
func tile(s simd, rows, vectors int) {
	TEXT(fmt.Sprintf("tile%dx%d%s", rows, vectors, s.name()), NOSPLIT, "func("+tileArguments+")")
	Doc(fmt.Sprintf("tile%dx%d%s computes tiles of that number of rows and vectors.", rows, vectors, s.name()))
	Pragma("noescape")
	s.setEdge(Load(Param("edge"), GP64()).(reg.GPVirtual))
	Label("tile")
	acc := tileStart(s, rows, vectors)
	tileSteps(s, acc)
	tileStore(s, acc)
	for _, p := range [][2]string{{"dst", "dstRow"}, {"from", "fromRow"}, {"a", "aRow"}} {
		distance := Load(Param(p[1]), GP64())
		IMUL3Q(U8(rows), distance, distance)
		ADDQ(distance, argument(p[0]))
	}
	ADDQ(U8(64), argument("next"))
	DECQ(argument("tiles"))
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// argument returns where an argument lies; the function may change it.
func argument(name string) Mem {
	component, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return component.Addr
}

// tileStart loads what the accumulators start from.
func tileStart(s simd, rows, vectors int) [][]reg.VecVirtual {
	acc := make([][]reg.VecVirtual, rows)
	from, fromRow := Load(Param("from"), GP64()), Load(Param("fromRow"), GP64())
	for i := range acc {
		acc[i] = vectorsOf(s, vectors)
		for v := range vectors - 1 {
			VMOVUPS(Mem{Base: from, Disp: v * bytes(s)}, acc[i][v])
		}
		s.loadEdge(Mem{Base: from, Disp: (vectors - 1) * bytes(s)}, acc[i][vectors-1])
		if i < rows-1 {
			ADDQ(fromRow, from)
		}
	}
	return acc
}

// tileSteps runs over the steps, of which there is at least one. A single vector takes the elements of a straight from
// memory where it can: with nobody to share them, loading each into a register of its own would be the bottleneck.
func tileSteps(s simd, acc [][]reg.VecVirtual) {
	a, b := Load(Param("a"), GP64()), Load(Param("b"), GP64())
	aRow, aStep, bStep := Load(Param("aRow"), GP64()), Load(Param("aStep"), GP64()), Load(Param("bStep"), GP64())
	next, nextRow, steps := Load(Param("next"), GP64()), Load(Param("nextRow"), GP64()), Load(Param("steps"), GP64())
	elements := rowOperands(a, aRow, len(acc))
	Label("step")
	panel := vectorsOf(s, len(acc[0]))
	for v := range panel {
		VMOVUPS(Mem{Base: b, Disp: v * bytes(s)}, panel[v])
	}
	PREFETCHT1(Mem{Base: next})
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
	ADDQ(bStep, b)
	ADDQ(nextRow, next)
	for _, base := range bases(elements) {
		ADDQ(aStep, base)
	}
	DECQ(steps)
	JNZ(LabelRef("step"))
}

// tileStore writes the accumulators. Where the last vector is whole it avoids the mask, which is slow in AVX2.
func tileStore(s simd, acc [][]reg.VecVirtual) {
	last := len(acc[0]) - 1
	store := func(whole bool) {
		dst, dstRow := Load(Param("dst"), GP64()), Load(Param("dstRow"), GP64())
		for i := range acc {
			for v := range acc[i] {
				to := Mem{Base: dst, Disp: v * bytes(s)}
				if v == last && !whole {
					s.storeEdge(acc[i][v], to)
				} else {
					VMOVUPS(acc[i][v], to)
				}
			}
			if i < len(acc)-1 {
				ADDQ(dstRow, dst)
			}
		}
	}
	CMPQ(argument("edge"), I8(s.lanes()))
	JNE(LabelRef("edge"))
	store(true)
	JMP(LabelRef("stored"))
	Label("edge")
	store(false)
	Label("stored")
}

// rowOperands returns where the elements of a step lie in rows of a, at most four of them to a base register.
func rowOperands(a, aRow reg.Register, rows int) []Mem {
	triple := GP64()
	if rows > 3 {
		LEAQ(Mem{Base: aRow, Index: aRow, Scale: 2}, triple)
	}
	var operands []Mem
	base := a
	for i := range rows {
		if i > 0 && i%4 == 0 {
			next := GP64()
			LEAQ(Mem{Base: base, Index: aRow, Scale: 4}, next)
			base = next
		}
		switch i % 4 {
		case 0:
			operands = append(operands, Mem{Base: base})
		case 3:
			operands = append(operands, Mem{Base: base, Index: triple, Scale: 1})
		default:
			operands = append(operands, Mem{Base: base, Index: aRow, Scale: uint8(i % 4)})
		}
	}
	return operands
}

// bases returns the base registers of the operands, each once.
func bases(operands []Mem) []reg.Register {
	var all []reg.Register
	for i := 0; i < len(operands); i += 4 {
		all = append(all, operands[i].Base)
	}
	return all
}

// vectorsOf returns n fresh registers.
func vectorsOf(s simd, n int) []reg.VecVirtual {
	all := make([]reg.VecVirtual, n)
	for i := range all {
		all[i] = s.vector()
	}
	return all
}

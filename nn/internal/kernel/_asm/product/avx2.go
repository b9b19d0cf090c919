package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// avx2 has 16 registers of 8 lanes; a mask is a vector, read from a table of ones followed by zeros.
type avx2 struct {
	mask  reg.VecVirtual
	table Mem
}

func newAVX2() *avx2 {
	s := &avx2{table: GLOBL("edgeMasks", RODATA|NOPTR)}
	for i := range 2 * s.lanes() {
		ones := U32(0xffffffff)
		if i >= s.lanes() {
			ones = 0
		}
		DATA(4*i, ones)
	}
	return s
}

func (*avx2) name() string           { return "AVX2" }
func (*avx2) lanes() int             { return 8 }
func (*avx2) rows() []int            { return []int{4, 2, 1} }
func (*avx2) accumulators() int      { return 12 }
func (*avx2) spreads() bool          { return false }
func (*avx2) vector() reg.VecVirtual { return YMM() }

func (s *avx2) setEdge(n reg.Register) {
	s.mask = YMM()
	at, table := GP64(), GP64()
	LEAQ(s.table, table)
	MOVQ(I32(s.lanes()), at)
	SUBQ(n, at)
	VMOVUPS(Mem{Base: table, Index: at, Scale: 4}, s.mask)
}

func (s *avx2) loadEdge(from Mem, to reg.VecVirtual)  { VMASKMOVPS(from, s.mask, to) }
func (s *avx2) storeEdge(from reg.VecVirtual, to Mem) { VMASKMOVPS(from, s.mask, to) }

func (s *avx2) transpose(r []reg.VecVirtual) []reg.VecVirtual {
	low := func(b, a, to Op) { VPERM2F128(U8(0x20), b, a, to) }
	high := func(b, a, to Op) { VPERM2F128(U8(0x31), b, a, to) }
	return apart(s, transposeLanes(s, r), 4, low, high)
}

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// avx512 has 32 registers of 16 lanes and masks of their own.
type avx512 struct{ mask reg.OpmaskVirtual }

func (*avx512) name() string           { return "AVX512" }
func (*avx512) lanes() int             { return 16 }
func (*avx512) rows() []int            { return []int{8, 4, 2, 1} }
func (*avx512) accumulators() int      { return 24 }
func (*avx512) spreads() bool          { return true }
func (*avx512) vector() reg.VecVirtual { return ZMM() }

func (s *avx512) setEdge(n reg.Register) {
	s.mask = K()
	bits := GP64()
	MOVQ(I32(1), bits)
	SHLXQ(n, bits, bits)
	DECQ(bits)
	KMOVW(bits.As32(), s.mask)
}

func (s *avx512) loadEdge(from Mem, to reg.VecVirtual)  { VMOVUPS_Z(from, s.mask, to) }
func (s *avx512) storeEdge(from reg.VecVirtual, to Mem) { VMOVUPS(from, s.mask, to) }

func (s *avx512) transpose(r []reg.VecVirtual) []reg.VecVirtual {
	even := func(b, a, to Op) { VSHUFF32X4(U8(0x88), b, a, to) }
	odd := func(b, a, to Op) { VSHUFF32X4(U8(0xdd), b, a, to) }
	r = transposeLanes(s, r)
	return apart(s, apart(s, r, 4, even, odd), 8, even, odd)
}

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// peak writes the loop that does nothing but independent fused multiply-adds, as many as hide their latency.
func peak(s simd) {
	TEXT("peak"+s.name(), NOSPLIT, "func(rounds int)")
	Doc("peak" + s.name() + " runs rounds of independent fused multiply-adds.")
	rounds := Load(Param("rounds"), GP64())
	acc := vectorsOf(s, s.accumulators())
	for _, v := range acc {
		VXORPS(v, v, v)
	}
	x := s.vector()
	VXORPS(x, x, x)
	Label("round")
	for _, v := range acc {
		VFMADD231PS(x, x, v)
	}
	DECQ(rounds)
	JNZ(LabelRef("round"))
	VZEROUPPER()
	RET()
}

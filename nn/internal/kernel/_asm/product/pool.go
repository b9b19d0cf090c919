package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pools writes the functions that pool a row of places. Places take all their channels next to each other; x and dx go on
// by step elements from one to the next. Taps are elements from a place's first on.
func pools(s simd) {
	const tail = "taps []int, step, places, channels int"
	pool(s, "poolMax", "func(y []float32, chosen []int32, x []float32, "+tail+")", "takes the largest of each window.", poolMax)
	pool(s, "poolMaxGrad", "func(y []float32, chosen []int32, x []float32, "+tail+")", "adds y to where its values come from.", poolMaxGrad)
	pool(s, "poolSum", "func(y, x []float32, scale float32, "+tail+")", "adds up each window, and scales the sum.", poolSum)
	pool(s, "poolSumGrad", "func(y, x []float32, scale float32, "+tail+")", "adds y, scaled, to each window.", poolSumGrad)
}

// window is what a vector of channels of a place needs: y and what goes with it, and the elements that the window sees.
type window struct {
	simd
	y, chosen, x reg.GPVirtual // chosen is 0 where there is none
	scale        reg.VecVirtual
	taps, n      reg.GPVirtual
}

// pool writes a function that runs over places, and vectors of their channels.
func pool(s simd, name, signature, doc string, body func(w *window)) {
	TEXT(name+s.name(), NOSPLIT, signature)
	Doc(name + s.name() + " " + doc)
	Pragma("noescape")
	w := &window{simd: s, y: base("y"), x: base("x"), taps: base("taps"), n: Load(Param("taps").Len(), GP64()).(reg.GPVirtual)}
	moving := []reg.GPVirtual{w.y, w.x}
	if name == "poolMax" || name == "poolMaxGrad" {
		w.chosen = base("chosen")
		moving = append(moving, w.chosen)
	} else {
		w.scale = s.vector()
		VBROADCASTSS(argument("scale"), w.scale)
	}
	places, jump := Load(Param("places"), GP64()), Load(Param("step"), GP64())
	SUBQ(argument("channels"), jump)
	SHLQ(U8(2), jump)
	left, lanes := GP64(), GP64()
	Label("place")
	MOVQ(argument("channels"), left)
	Label("channels")
	MOVQ(I32(s.lanes()), lanes)
	CMPQ(left, lanes)
	CMOVQLT(left, lanes)
	s.setEdge(lanes)
	body(w)
	for _, at := range moving {
		LEAQ(Mem{Base: at, Index: lanes, Scale: 4}, at)
	}
	SUBQ(lanes, left)
	JNZ(LabelRef("channels"))
	ADDQ(jump, w.x)
	DECQ(places)
	JNZ(LabelRef("place"))
	VZEROUPPER()
	RET()
}

// base loads where a slice begins.
func base(name string) reg.GPVirtual { return Load(Param(name).Base(), GP64()).(reg.GPVirtual) }

// each writes the loop over the taps from the first on.
func (w *window) each(first int, label string, body func(tap, x Mem)) {
	tap, at := GP64(), GP64()
	MOVQ(I32(first), tap)
	JMP(LabelRef(label + "End"))
	Label(label)
	MOVQ(Mem{Base: w.taps, Index: tap, Scale: 8}, at)
	body(Mem{Base: w.taps, Index: tap, Scale: 8}, Mem{Base: w.x, Index: at, Scale: 4})
	INCQ(tap)
	Label(label + "End")
	CMPQ(tap, w.n)
	JLT(LabelRef(label))
}

func poolMax(w *window) {
	best, from, x, at := w.vector(), w.vector(), w.vector(), GP64()
	MOVQ(Mem{Base: w.taps}, at)
	w.loadEdge(Mem{Base: w.x, Index: at, Scale: 4}, best)
	VPBROADCASTD(Mem{Base: w.taps}, from)
	w.each(1, "tap", func(tap, place Mem) {
		w.loadEdge(place, x)
		w.larger(x, best, from, tap)
	})
	w.storeEdge(best, Mem{Base: w.y})
	w.storeEdge(from, Mem{Base: w.chosen})
}

func poolMaxGrad(w *window) {
	dy, from, dx, own := w.vector(), w.vector(), w.vector(), w.vector()
	w.loadEdge(Mem{Base: w.y}, dy)
	w.loadEdge(Mem{Base: w.chosen}, from)
	w.each(0, "tap", func(tap, place Mem) {
		w.loadEdge(place, dx)
		w.where(from, tap, dy, own)
		VADDPS(own, dx, dx)
		w.storeEdge(dx, place)
	})
}

func poolSum(w *window) {
	sum, x := w.vector(), w.vector()
	VXORPS(sum, sum, sum)
	w.each(0, "tap", func(_, place Mem) {
		w.loadEdge(place, x)
		VADDPS(x, sum, sum)
	})
	VMULPS(w.scale, sum, sum)
	w.storeEdge(sum, Mem{Base: w.y})
}

func poolSumGrad(w *window) {
	dy, dx := w.vector(), w.vector()
	w.loadEdge(Mem{Base: w.y}, dy)
	VMULPS(w.scale, dy, dy)
	w.each(0, "tap", func(_, place Mem) {
		w.loadEdge(place, dx)
		VADDPS(dy, dx, dx)
		w.storeEdge(dx, place)
	})
}

// greater is the comparison that is false where one is not a number.
const greater = 0x1e

func (s *avx512) larger(x, best, from reg.VecVirtual, tap Mem) {
	is := K()
	VCMPPS(U8(greater), best, x, is)
	VMOVAPS(x, is, best)
	VPBROADCASTD(tap, is, from)
}

func (s *avx512) where(from reg.VecVirtual, tap Mem, y, to reg.VecVirtual) {
	is := K()
	VPCMPEQD_BCST(tap, from, is)
	VMOVAPS_Z(y, is, to)
}

func (s *avx2) larger(x, best, from reg.VecVirtual, tap Mem) {
	is, new := s.vector(), s.vector()
	VCMPPS(U8(greater), best, x, is)
	VPBROADCASTD(tap, new)
	VBLENDVPS(is, x, best, best)
	VBLENDVPS(is, new, from, from)
}

func (s *avx2) where(from reg.VecVirtual, tap Mem, y, to reg.VecVirtual) {
	VPBROADCASTD(tap, to)
	VPCMPEQD(to, from, to)
	VANDPS(to, y, to)
}

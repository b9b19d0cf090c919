package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sumLanes is the number of float64 partial sums.
const sumLanes = 16

// losses writes the sums of losses and the gradient that two of them share.
func losses(s *simd) {
	s.mapTwoBy("scaledDifference", func(y, t, scale vec) vec { return s.mul(scale, s.sub(y, t)) })
	s.sum("squaredError", func(y, t reg.Register, at reg.Register, acc []vec) {
		for i, a := range acc {
			d := s.sub64(s.load64(indexed(y, at), i), s.load64(indexed(t, at), i))
			VADDPD(s.mul64(d, d), a, a)
		}
	})
	s.sum("bceLogits", s.bceLogits)
}

// bceLogits adds (max(z, 0) − t·z) + ln(1 + e^−|z|).
func (s *simd) bceLogits(z, t reg.Register, at reg.Register, acc []vec) {
	for v := range sumLanes / s.lanes() {
		from, target := indexed(z, at).Offset(v*s.bytes()), indexed(t, at).Offset(v*s.bytes())
		x := s.load(from)
		positive, tail := s.max(s.zero(), x), s.softplusTail(x)
		for h := range 2 {
			linear := s.mul64(s.load64(target, h), s.load64(from, h))
			linear = s.sub64(s.upper64(positive, h), linear)
			a := acc[2*v+h]
			VADDPD(s.add64(linear, s.upper64(tail, h)), a, a)
		}
	}
}

// sum writes a float64 reduction over pairs; n is a multiple of sumLanes. term adds the terms of sumLanes pairs to the
// accumulators.
func (s *simd) sum(name string, term func(x, y, at reg.Register, acc []vec)) {
	s.routine(name, "func(x, y *float32, n int) (sums [16]float64)", "adds n terms in 16 lanes, a multiple of 16 of them.")
	p := pointers("x", "y", "n")
	acc := make([]vec, sumLanes*8/s.bytes())
	for i := range acc {
		acc[i] = s.zero()
	}
	at := GP64()
	XORQ(at, at)
	SHLQ(U8(2), p[2])
	Label("terms")
	term(p[0], p[1], at, acc)
	ADDQ(U8(4*sumLanes), at)
	CMPQ(at, p[2])
	JLT(LabelRef("terms"))
	for i, a := range acc {
		VMOVUPD(a, address(Return("sums").Index(i*s.bytes()/8)))
	}
	VZEROUPPER()
	RET()
}

// load64 reads the i-th half vector of float32 as float64.
func (s *simd) load64(from Mem, i int) vec {
	v := s.reg()
	VCVTPS2PD(from.Offset(i*s.bytes()/2), v)
	return v
}

// upper64 converts the lower (0) or the upper (1) half of x to float64.
func (s *simd) upper64(x vec, half int) vec {
	v := s.reg()
	if s.wide {
		y := YMM()
		VEXTRACTF64X4(U8(half), x, y)
		VCVTPS2PD(y, v)
		return v
	}
	y := XMM()
	VEXTRACTF128(U8(half), x, y)
	VCVTPS2PD(y, v)
	return v
}

func (s *simd) add64(a vec, b Op) vec { return s.binary(VADDPD, a, b) }
func (s *simd) sub64(a vec, b Op) vec { return s.binary(VSUBPD, a, b) }
func (s *simd) mul64(a vec, b Op) vec { return s.binary(VMULPD, a, b) }

// columnSums writes the sums of columns: vectors of them, as many as four at a time, over all rows.
func columnSums(s *simd) {
	s.routine("columnSums", "func(db, dy *float32, rows, stride, vectors int)",
		"adds rows, stride bytes apart, to db; that many vectors of columns.")
	p := pointers("db", "dy", "rows", "stride", "vectors")
	for _, abreast := range []int{4, 1} {
		s.columnStrip(p, abreast)
	}
	VZEROUPPER()
	RET()
}

func (s *simd) columnStrip(p []reg.Register, abreast int) {
	db, dy, rows, stride, vectors := p[0], p[1], p[2], p[3], p[4]
	label := func(what string) string { return what + string(rune('0'+abreast)) }
	Label(label("strip"))
	CMPQ(vectors, U8(abreast))
	JLT(LabelRef(label("done")))
	acc := make([]vec, abreast)
	for i := range acc {
		acc[i] = s.load(Mem{Base: db, Disp: i * s.bytes()})
	}
	from, left := GP64(), GP64()
	MOVQ(dy, from)
	MOVQ(rows, left)
	Label(label("row"))
	for i, a := range acc {
		VADDPS(Mem{Base: from, Disp: i * s.bytes()}, a, a)
	}
	ADDQ(stride, from)
	DECQ(left)
	JNZ(LabelRef(label("row")))
	for i, a := range acc {
		VMOVUPS(a, Mem{Base: db, Disp: i * s.bytes()})
	}
	ADDQ(U32(abreast*s.bytes()), db)
	ADDQ(U32(abreast*s.bytes()), dy)
	SUBQ(U8(abreast), vectors)
	JMP(LabelRef(label("strip")))
	Label(label("done"))
}

package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sumLanes is the number of float64 partial sums.
const sumLanes = 16

// Probabilities are clipped to these.
const (
	bceLow  = 1e-7
	bceHigh = 1 - 1e-7
)

// losses writes the sums of losses and the gradient that two of them share.
func losses(s *simd) {
	s.mapTwoBy("scaledDifference", func(y, t, scale vec) vec { return s.mul(scale, s.sub(y, t)) })
	s.mapTwoBy("absoluteErrorGrad", func(y, t, scale vec) vec {
		d := s.sub(y, t)
		positive := s.choose(d, greater, s.zero(), scale, d)
		return s.choose(d, less, s.zero(), s.xor(scale, s.word(1<<31)), positive)
	})
	s.mapTwoBy("bceGrad", s.bceGrad)
	s.huberGrad()
	s.sum("dot", s.eachTerm(func(x, y vec) vec { return s.mul64(x, y) }))
	s.sum("squaredError", s.eachTerm(func(y, t vec) vec {
		d := s.sub64(y, t)
		return s.mul64(d, d)
	}))
	s.sum("absoluteError", s.eachTerm(func(y, t vec) vec { return s.magnitude64(s.sub64(y, t)) }))
	s.sum("bce", s.bce)
	s.sum("bceLogits", s.bceLogits)
	s.sumBy("huber", func(delta vec) terms {
		return s.eachTerm(func(y, t vec) vec {
			d := s.magnitude64(s.sub64(y, t))
			c := s.binary(VMINPD, delta, d)
			return s.mul64(c, s.sub64(d, s.mul64(c, s.double(0.5))))
		})
	})
}

// bceGrad returns scale·((y − t)/(y·(1 − y))), and 0 outside of the clip.
func (s *simd) bceGrad(y, t, scale vec) vec {
	spread := s.mul(y, s.sub(s.load(s.float(1)), y))
	d := s.mul(scale, s.div(s.sub(y, t), spread))
	d = s.choose(y, less, s.float(bceLow), s.zero(), d)
	return s.choose(y, greater, s.float(bceHigh), s.zero(), d)
}

// huberGrad writes z = scale·d, d being the difference of x and y limited to ±delta.
func (s *simd) huberGrad() {
	s.routine("huberGrad", "func(z, x, y *float32, n int, delta, scale float32)", "is the gradient for n pairs, whole vectors.")
	p := pointers("z", "x", "y", "n")
	delta, scale := s.parameter("delta"), s.parameter("scale")
	s.each(p[3], s.lanes(), func(at reg.Register) {
		d := s.sub(s.load(indexed(p[1], at)), indexed(p[2], at))
		d = s.max(s.xor(delta, s.word(1<<31)), s.min(delta, d))
		VMOVUPS(s.mul(scale, d), indexed(p[0], at))
	})
}

// eachTerm makes the terms of a function of pairs in float64.
func (s *simd) eachTerm(f func(x, y vec) vec) terms {
	return func(x, y, at reg.Register, acc []vec) {
		for i, a := range acc {
			VADDPD(f(s.load64(indexed(x, at), i), s.load64(indexed(y, at), i)), a, a)
		}
	}
}

// bce adds −(t·ln p + (1 − t)·ln(1 − p)), p being y clipped.
func (s *simd) bce(y, t reg.Register, at reg.Register, acc []vec) {
	for v := range sumLanes / s.lanes() {
		target := indexed(t, at).Offset(v * s.bytes())
		p := s.load(indexed(y, at).Offset(v * s.bytes()))
		p = s.min(s.load(s.float(bceHigh)), s.max(s.load(s.float(bceLow)), p))
		yes, no := s.log(p), s.logOneMinus(p)
		for h := range 2 {
			t64 := s.load64(target, h)
			rest := s.sub64(s.load(s.double(1)), t64)
			term := s.add64(s.mul64(t64, s.upper64(yes, h)), s.mul64(rest, s.upper64(no, h)))
			a := acc[2*v+h]
			VSUBPD(term, a, a)
		}
	}
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

// terms adds the terms of sumLanes pairs to the accumulators.
type terms func(x, y, at reg.Register, acc []vec)

// sum writes a float64 reduction over pairs; n is a multiple of sumLanes.
func (s *simd) sum(name string, add terms) {
	s.routine(name, "func(x, y *float32, n int) (sums [16]float64)", "adds n terms in 16 lanes, a multiple of 16 of them.")
	s.reduce(add)
}

// sumBy writes a float64 reduction with a parameter, which the terms get in float64.
func (s *simd) sumBy(name string, add func(a vec) terms) {
	s.routine(name, "func(x, y *float32, n int, a float32) (sums [16]float64)",
		"adds n terms in 16 lanes, a multiple of 16 of them.")
	x, a := Load(Param("a"), XMM()).(vec), s.reg()
	VCVTSS2SD(x, x, x)
	VBROADCASTSD(x, a)
	s.reduce(add(a))
}

func (s *simd) reduce(add terms) {
	p := pointers("x", "y", "n")
	acc := make([]vec, sumLanes*8/s.bytes())
	for i := range acc {
		acc[i] = s.zero()
	}
	at := GP64()
	XORQ(at, at)
	SHLQ(U8(2), p[2])
	Label("terms")
	add(p[0], p[1], at, acc)
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

// double returns a vector of float64 constants, in memory.
func (s *simd) double(c float64) Mem { return s.pairs(math.Float64bits(c)) }

func (s *simd) pairs(bits uint64) Mem {
	var row [tableLanes]uint32
	for l := 0; l < tableLanes; l += 2 {
		row[l], row[l+1] = uint32(bits), uint32(bits>>32)
	}
	return s.row(row)
}

func (s *simd) magnitude64(a vec) vec { return s.binary(VANDPD, a, s.pairs(1<<63-1)) }

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

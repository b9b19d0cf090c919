package main

import (
	"fmt"
	"math"
)

// sumLanes is the number of float64 partial sums.
const sumLanes = 16

// Probabilities are clipped to these.
const (
	bceLow  = 1e-7
	bceHigh = 1 - 1e-7
)

// losses writes the sums of losses and their gradients.
func losses(s *simd) {
	s.mapTwoBy("scaledDifference", func(y, t, scale vec) vec { return s.mul(scale, s.sub(y, t)) })
	s.mapTwoBy("absoluteErrorGrad", func(y, t, scale vec) vec {
		d := s.sub(y, t)
		positive := s.choose(d, greater, s.zero(), scale, d)
		return s.choose(d, less, s.zero(), s.xor(scale, s.word(1<<31)), positive)
	})
	s.mapTwoBy("bceGrad", func(y, t, scale vec) vec {
		spread := s.mul(y, s.sub(s.float(1), y))
		d := s.mul(scale, s.div(s.sub(y, t), spread))
		d = s.choose(y, less, s.float(bceLow), s.zero(), d)
		return s.choose(y, greater, s.float(bceHigh), s.zero(), d)
	})
	huberGrad(s)
	s.sum("dot", s.eachTerm(func(x, y vec) vec { return s.mul64(x, y) }))
	s.sum("squaredError", s.eachTerm(func(y, t vec) vec {
		d := s.sub64(y, t)
		return s.mul64(d, d)
	}))
	s.sum("absoluteError", s.eachTerm(func(y, t vec) vec { return s.magnitude64(s.sub64(y, t)) }))
	s.sum("bce", s.bce)
	s.sum("bceLogits", s.bceLogits)
	huber(s)
}

// huberGrad writes z = scale·d, d being the difference of x and y limited to ±delta.
func huberGrad(s *simd) {
	s.begin("huberGrad", "z, x, y *float32, n int, delta, scale float32", "is the gradient for n pairs, whole vectors.")
	p, delta, scale := s.pointers("z", "x", "y", "n"), s.parameter("delta"), s.parameter("scale")
	s.each(p, lanes, func() {
		d := s.sub(s.load(p[1], 0), s.load(p[2], 0))
		d = s.max(s.xor(delta, s.word(1<<31)), s.min(delta, d))
		s.store(s.mul(scale, d), p[0], 0)
	})
	s.op("RET")
}

// terms adds the terms of sumLanes pairs to the accumulators.
type terms func(x, y gp, acc []vec)

// eachTerm makes the terms of a function of pairs in float64.
func (s *simd) eachTerm(f func(x, y vec) vec) terms {
	return func(x, y gp, acc []vec) {
		for i := 0; i < len(acc); i += 2 {
			a, b := s.load(x, 8*i), s.load(y, 8*i)
			for half := range 2 {
				s.accumulate("fadd", acc[i+half], f(s.half64(a, half), s.half64(b, half)))
			}
		}
	}
}

// bce adds −(t·ln p + (1 − t)·ln(1 − p)), p being y clipped.
func (s *simd) bce(y, t gp, acc []vec) {
	for i := 0; i < len(acc); i += 2 {
		p := s.min(s.float(bceHigh), s.max(s.float(bceLow), s.load(y, 8*i)))
		target, yes, no := s.load(t, 8*i), s.log(p), s.logOneMinus(p)
		for half := range 2 {
			t64 := s.half64(target, half)
			rest := s.sub64(s.double(1), t64)
			term := s.add64(s.mul64(t64, s.half64(yes, half)), s.mul64(rest, s.half64(no, half)))
			s.accumulate("fsub", acc[i+half], term)
		}
	}
}

// bceLogits adds (max(z, 0) − t·z) + ln(1 + e^−|z|).
func (s *simd) bceLogits(z, t gp, acc []vec) {
	for i := 0; i < len(acc); i += 2 {
		x, target := s.load(z, 8*i), s.load(t, 8*i)
		positive, tail := s.max(s.zero(), x), s.softplusTail(x)
		for half := range 2 {
			linear := s.mul64(s.half64(target, half), s.half64(x, half))
			linear = s.sub64(s.half64(positive, half), linear)
			s.accumulate("fadd", acc[i+half], s.add64(linear, s.half64(tail, half)))
		}
	}
}

// sum writes a float64 reduction over pairs; n is a multiple of sumLanes.
func (s *simd) sum(name string, add terms) {
	s.begin(name, "x, y *float32, n int) (sums [16]float64", "adds n terms in 16 lanes, a multiple of 16 of them.")
	s.reduce(add)
}

// huber writes the reduction that has delta beside its pairs.
func huber(s *simd) {
	s.begin("huber", "x, y *float32, n int, a float32) (sums [16]float64", "adds n terms in 16 lanes, a multiple of 16 of them.")
	delta := s.keep()
	s.op("FMOVS", s.argument("a"), vector(delta).float())
	s.op("FCVTSD", vector(delta).float(), vector(delta).float())
	s.op("VDUP", fmt.Sprintf("V%d.D[0]", delta), fmt.Sprintf("V%d.D2", delta))
	s.reduce(s.eachTerm(func(y, t vec) vec {
		d := s.magnitude64(s.sub64(y, t))
		c := s.doubles("fmin", 0x4ee0f400, delta, d)
		return s.mul64(c, s.sub64(d, s.mul64(c, s.double(0.5))))
	}))
}

func (s *simd) reduce(add terms) {
	p := s.pointers("x", "y", "n")
	acc := make([]vec, sumLanes/2)
	for i := range acc {
		acc[i] = s.keep()
		name := fmt.Sprintf("V%d.B16", acc[i])
		s.op("VEOR", name, name, name)
	}
	s.each(p, sumLanes, func() { add(p[0], p[1], acc) })
	for i, a := range acc {
		s.op("FMOVQ", vector(a).float(), s.element("sums", 2*i, 8))
	}
	s.op("RET")
}

// accumulate sets acc = acc + v (fadd) or acc − v (fsub) in float64.
func (s *simd) accumulate(name string, acc, v vec) {
	code := map[string]uint32{"fadd": 0x4e60d400, "fsub": 0x4ee0d400}[name]
	s.three(name, code, twoDoubles, acc, acc, v)
}

// half64 converts the lower (0) or the upper (1) half of x to float64.
func (s *simd) half64(x vec, half int) vec {
	if half == 1 {
		return s.two("fcvtl2", 0x4e617800, twoDoubles, fourSingles, x, "")
	}
	return s.two("fcvtl", 0x0e617800, twoDoubles, twoSingles, x, "")
}

func (s *simd) doubles(name string, code uint32, a, b vec) vec {
	return s.three(name, code, twoDoubles, s.value(), a, b)
}

func (s *simd) add64(a, b vec) vec { return s.doubles("fadd", 0x4e60d400, a, b) }
func (s *simd) sub64(a, b vec) vec { return s.doubles("fsub", 0x4ee0d400, a, b) }
func (s *simd) mul64(a, b vec) vec { return s.doubles("fmul", 0x6e60dc00, a, b) }
func (s *simd) magnitude64(a vec) vec {
	return s.two("fabs", 0x4ee0f800, twoDoubles, twoDoubles, a, "")
}

func (s *simd) double(c float64) vec {
	bits := math.Float64bits(c)
	return s.row([4]uint32{uint32(bits), uint32(bits >> 32), uint32(bits), uint32(bits >> 32)})
}

// columnSums writes the sums of columns: vectors of them, as many as four at a time, over all rows.
func columnSums(s *simd) {
	s.begin("columnSums", "db, dy *float32, rows, stride, vectors int",
		"adds rows, stride bytes apart, to db; that many vectors of columns.")
	p := s.pointers("db", "dy", "rows", "stride", "vectors")
	for _, abreast := range []int{4, 1} {
		s.columnStrip(p, abreast)
	}
	s.op("RET")
}

func (s *simd) columnStrip(p []gp, abreast int) {
	const from, left = gp(8), gp(9)
	db, dy, rows, stride, vectors := p[0], p[1], p[2], p[3], p[4]
	acc := vectorsFrom(0, abreast)
	strip, row, done := s.label("strip"), s.label("row"), s.label("done")
	s.place(strip)
	s.op("CMP", immediate(abreast), vectors)
	s.op("BLT", done)
	s.op("VLD1", at(db), list(acc))
	s.op("MOVD", dy, from)
	s.op("MOVD", rows, left)
	s.place(row)
	s.op("VLD1.P", indexed(from, stride), list(vectorsFrom(4, abreast)))
	for _, v := range acc {
		s.accumulateSingles(vec(v), vec(v)+4)
	}
	s.op("SUBS", "$1", left)
	s.op("BNE", row)
	s.op("VST1.P", list(acc), offset(db, 16*abreast))
	s.op("ADD", immediate(16*abreast), dy)
	s.op("SUB", immediate(abreast), vectors)
	s.op("B", strip)
	s.place(done)
}

// accumulateSingles sets acc = acc + v, both in registers.
func (s *simd) accumulateSingles(acc, v vec) {
	s.three("fadd", 0x4e20d400, fourSingles, acc, acc, v)
	s.flush()
}

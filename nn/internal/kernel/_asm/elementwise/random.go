package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// random writes the random numbers. Each 64-bit lane works on a block of its own, in the lower halves of four vectors
// of words; the upper halves hold leftovers of products.
func random(s *simd) {
	s.draws("uniforms", "", func() convert {
		return func(words []vec) []vec {
			out := s.inOrder(s.pairLower(words[0], words[1]), s.pairLower(words[2], words[3]))
			return []vec{s.uniform(out[0]), s.uniform(out[1])}
		}
	})
	s.draws("mask", ", keep float32", func() convert {
		keep := s.parameter("keep")
		return func(words []vec) []vec {
			out := s.inOrder(s.pairLower(words[0], words[1]), s.pairLower(words[2], words[3]))
			for i := range out {
				out[i] = s.choose(s.uniform(out[i]), less, keep, s.float(1), s.zero())
			}
			return out
		}
	})
	s.draws("normals", "", func() convert { return s.normals })
}

// convert turns the four words of the blocks into two vectors of numbers, in the order of the stream.
type convert func(words []vec) []vec

// draws writes a function that fills n numbers, in whole pairs of vectors. counter holds the words block, step,
// epoch, purpose, seed's low half and seed's high half. prepare loads what convert needs in every round.
func (s *simd) draws(name, more string, prepare func() convert) {
	s.routine(name, "func(dst *float32, counter [6]uint32, n int"+more+")",
		"sets n numbers, whole pairs of vectors, from the counter on.")
	p := pointers("dst", "n")
	var c [6]vec
	for i := range c {
		c[i] = s.broadcast(address(Param("counter").Index(i)))
	}
	block := s.addWords(c[0], s.blockOrder())
	convert := prepare()
	s.each(p[1], 2*s.lanes(), func(at reg.Register) {
		out := convert(s.philox([4]vec{block, c[1], c[2], c[3]}, c[4], c[5]))
		to := indexed(p[0], at)
		VMOVUPS(out[0], to)
		VMOVUPS(out[1], to.Offset(s.bytes()))
		VPADDD(s.word(uint32(s.bytes()/8)), block, block)
	})
}

// blockOrder returns the blocks of the 64-bit lanes: the even lanes have the first half of them and the odd lanes the
// second, since that is how inOrder parts them.
func (s *simd) blockOrder() Mem {
	var row [tableLanes]uint32
	lanes := s.bytes() / 8
	for l := range lanes {
		row[2*l] = uint32(l/2 + l%2*lanes/2)
	}
	return s.row(row)
}

// philox runs the ten rounds of Philox4x32.
func (s *simd) philox(c [4]vec, k0, k1 vec) []vec {
	for i := range 10 {
		if i > 0 {
			k0, k1 = s.addWords(k0, s.word(0x9E3779B9)), s.addWords(k1, s.word(0xBB67AE85))
		}
		p0 := s.binary(VPMULUDQ, c[0], s.word(0xD2511F53))
		p1 := s.binary(VPMULUDQ, c[2], s.word(0xCD9E8D57))
		c = [4]vec{s.xor3(s.shift(VPSRLQ, p1, 32), c[1], k0), p1, s.xor3(s.shift(VPSRLQ, p0, 32), c[3], k1), p0}
	}
	return c[:]
}

// xor3 returns a ⊕ b ⊕ c in a's register.
func (s *simd) xor3(a, b, c vec) vec {
	if s.wide {
		VPTERNLOGD(U8(0x96), c, b, a)
		return a
	}
	VPXOR(b, a, a)
	VPXOR(c, a, a)
	return a
}

// odd takes its odd words from b and its even ones from a.
func (s *simd) odd(b, a vec) vec {
	v := s.reg()
	if s.wide {
		mask, k := GP32(), K()
		MOVL(U32(0xaaaa), mask)
		KMOVW(mask, k)
		VPBLENDMD(b, a, k, v)
		return v
	}
	VPBLENDD(U8(0xaa), b, a, v)
	return v
}

// pairLower pairs the even words of a and b, pairUpper the odd ones; a's come first.
func (s *simd) pairLower(a, b vec) vec { return s.odd(s.shift(VPSLLQ, b, 32), a) }
func (s *simd) pairUpper(a, b vec) vec { return s.odd(b, s.shift(VPSRLQ, a, 32)) }

// inOrder takes the first and the second pair of words of every block and returns blocks, in the order of the stream.
func (s *simd) inOrder(first, second vec) []vec {
	return []vec{s.binary(VPUNPCKLQDQ, first, second), s.binary(VPUNPCKHQDQ, first, second)}
}

func (s *simd) uniform(w vec) vec {
	return s.mul(s.toFloat(s.shift(VPSRLD, w, 8)), s.float(0x1p-24))
}

// normals applies boxMuller of the generic path to the words (0, 1) of each block in the even lanes and (2, 3) in the odd
// ones.
func (s *simd) normals(words []vec) []vec {
	w, a := s.pairLower(words[0], words[2]), s.pairLower(words[1], words[3])
	u := s.mul(s.toFloat(s.addWords(s.shift(VPSRLD, w, 8), s.word(1))), s.float(0x1p-24))
	k, r := s.logReduce(u)
	radius := s.sqrt(s.mul(s.logSum(s.toFloat(k), r), s.float(-2)))
	cos, sin := s.turn(a)
	even, odd := s.mul(radius, cos), s.mul(radius, sin)
	return s.inOrder(s.pairLower(even, odd), s.pairUpper(even, odd))
}

// turn returns cos and sin of 2π·a/2³².
func (s *simd) turn(a vec) (cos, sin vec) {
	quarter := s.shift(VPSRLD, s.addWords(a, s.word(1<<29)), 30)
	f := s.mul(s.toFloat(s.subWords(a, s.shift(VPSLLD, quarter, 30))), s.float(0x1p-32))
	z := s.mul(f, f)
	sin = s.mul(f, s.polynomial(z, 0x1.921fb6p+2, -0x1.4abc24p+5, 0x1.4680a4p+6, -0x1.331968p+6))
	cos = s.polynomial(z, 1, -0x1.3bd3a2p+4, 0x1.03b18ep+6, -0x1.4eb112p+6)
	// An odd quarter swaps the two; bit 1 of the quarter is the sign of the sine, bit 1 of the next that of the cosine.
	swap := s.shift(VPSRAD, s.shift(VPSLLD, quarter, 31), 31)
	swap = s.and(swap, s.xor(sin, cos))
	sin, cos = s.xor(sin, swap), s.xor(cos, swap)
	sin = s.xor(sin, s.sign(s.shift(VPSLLD, quarter, 30)))
	cos = s.xor(cos, s.sign(s.shift(VPSLLD, s.addWords(quarter, s.word(1)), 30)))
	return cos, sin
}

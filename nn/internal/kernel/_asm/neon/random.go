package main

import "fmt"

// random writes the random numbers. Two blocks of the generator are worked on at a time, in the lower halves of four
// vectors of words.
func random(s *simd) {
	s.draws("uniforms", "", func() convert {
		return func(words []vec) []vec {
			out := s.inOrder(words)
			return []vec{s.uniform(out[0]), s.uniform(out[1])}
		}
	})
	s.draws("mask", ", keep float32", func() convert {
		keep := s.parameter("keep")
		return func(words []vec) []vec {
			out := s.inOrder(words)
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
	s.begin(name, "dst *float32, counter [6]uint32, n int"+more, "sets n numbers, whole pairs of vectors, from the counter on.")
	p := s.pointers("dst", "n")
	var c [6]vec
	for i := range c {
		c[i] = s.spread(s.element("counter", i, 4))
	}
	block := c[0]
	convert := prepare()
	s.three("add", 0x4ea08400, fourSingles, block, block, s.row([4]uint32{0, 1, 0, 1}))
	s.flush()
	s.each(p, 2*lanes, func() {
		out := convert(s.philox([4]vec{block, c[1], c[2], c[3]}, c[4], c[5]))
		s.store(out[0], p[0], 0)
		s.store(out[1], p[0], 16)
		s.three("add", 0x4ea08400, fourSingles, block, block, s.word(2))
	})
	s.op("RET")
}

// philox runs the ten rounds of Philox4x32.
func (s *simd) philox(c [4]vec, k0, k1 vec) []vec {
	m0, m1 := s.word(0xD2511F53), s.word(0xCD9E8D57)
	w0, w1 := s.word(0x9E3779B9), s.word(0xBB67AE85)
	for i := range 10 {
		if i > 0 {
			k0, k1 = s.addWords(k0, w0), s.addWords(k1, w1)
		}
		p0, p1 := s.product(c[0], m0), s.product(c[2], m1)
		c = [4]vec{s.xor(s.xor(s.upper(p1), c[1]), k0), s.lower(p1), s.xor(s.xor(s.upper(p0), c[3]), k1), s.lower(p0)}
	}
	return c[:]
}

// product multiplies the two lower words of a and b; lower and upper return the halves of such products.
func (s *simd) product(a, b vec) vec {
	d := s.value()
	s.emit(func(r func(vec) vector) string {
		return fmt.Sprintf("WORD\t$0x%08x // umull v%d.2d, v%d.2s, v%d.2s",
			0x2ea0c000|uint32(r(b))<<16|uint32(r(a))<<5|uint32(r(d)), r(d), r(a), r(b))
	}, d, a, b)
	return d
}

func (s *simd) lower(p vec) vec { return s.two("xtn", 0x0ea12800, twoSingles, twoDoubles, p, "") }
func (s *simd) upper(p vec) vec { return s.two("shrn", 0x0f208400, twoSingles, twoDoubles, p, ", #32") }

// byTurns takes its words from the lower halves of a and b by turns, byTurnsUpper from the upper ones.
func (s *simd) byTurns(a, b vec) vec      { return s.singles("zip1", 0x4e803800, a, b) }
func (s *simd) byTurnsUpper(a, b vec) vec { return s.singles("zip2", 0x4e807800, a, b) }

// inOrder returns the two blocks of which words are the four words.
func (s *simd) inOrder(words []vec) []vec {
	first, second := s.byTurns(words[0], words[1]), s.byTurns(words[2], words[3])
	return []vec{s.doubles("zip1", 0x4ec03800, first, second), s.doubles("zip2", 0x4ec07800, first, second)}
}

func (s *simd) uniform(w vec) vec { return s.mul(s.toFloat(s.right(w, 8)), s.float(0x1p-24)) }

// normals applies boxMuller of the generic path to the words (0, 1) and (2, 3) of each block.
func (s *simd) normals(words []vec) []vec {
	w, a := s.byTurns(words[0], words[2]), s.byTurns(words[1], words[3])
	u := s.mul(s.toFloat(s.addWords(s.right(w, 8), s.word(1))), s.float(0x1p-24))
	k, r := s.logReduce(u)
	radius := s.sqrt(s.mul(s.logSum(s.toFloat(k), r), s.float(-2)))
	cos, sin := s.turn(a)
	even, odd := s.mul(radius, cos), s.mul(radius, sin)
	return []vec{s.byTurns(even, odd), s.byTurnsUpper(even, odd)}
}

// turn returns cos and sin of 2π·a/2³².
func (s *simd) turn(a vec) (cos, sin vec) {
	quarter := s.right(s.addWords(a, s.word(1<<29)), 30)
	f := s.mul(s.toFloat(s.subWords(a, s.left(quarter, 30))), s.float(0x1p-32))
	z := s.mul(f, f)
	sin = s.mul(f, s.polynomial(z, 0x1.921fb6p+2, -0x1.4abc24p+5, 0x1.4680a4p+6, -0x1.331968p+6))
	cos = s.polynomial(z, 1, -0x1.3bd3a2p+4, 0x1.03b18ep+6, -0x1.4eb112p+6)
	// An odd quarter swaps the two; bit 1 of the quarter is the sign of the sine, bit 1 of the next that of the cosine.
	swap := s.rightSigned(s.left(quarter, 31), 31)
	swap = s.and(swap, s.xor(sin, cos))
	sin, cos = s.xor(sin, swap), s.xor(cos, swap)
	sin = s.xor(sin, s.sign(s.left(quarter, 30)))
	cos = s.xor(cos, s.sign(s.left(s.addWords(quarter, s.word(1)), 30)))
	return cos, sin
}

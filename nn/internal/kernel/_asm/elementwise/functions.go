package main

import (
	. "github.com/mmcloughlin/avo/build"
)

const (
	log2e       = 0x1.715476p+0
	ln2hi       = 0x1.62e43p-1
	ln2lo       = -0x1.05c61p-29
	rounder     = 0x1.8p+23
	rounderBits = 0x4b400000

	minNormal = 0x1p-126
	plusInf   = 0x7f800000
	minusInf  = 0xff800000
	nan       = 0x7fc00000
)

// exp returns e^x as ExpOne does. AVX-512 has an instruction that scales by 2ⁿ and rounds once, as the two products do,
// of which only the second can be inexact.
func (s *simd) exp(x vec) vec {
	hi, lo := s.load(s.float(89)), s.load(s.float(-104))
	x = s.max(lo, s.min(hi, x))
	sum, k, t := s.expReduced(x)
	y := s.add(t, s.float(1))
	if s.wide {
		VSCALEFPS(k, y, y)
		return y
	}
	n := s.subWords(sum, s.word(rounderBits))
	h := s.shift(VPSRAD, n, 1)
	y = s.mul(y, s.power2(h))
	return s.mul(y, s.power2(s.subWords(n, h)))
}

// expReduced returns k and t with e^x = 2ᵏ·(1 + t), and sum, which has k in its low bits.
func (s *simd) expReduced(x vec) (sum, k, t vec) {
	sum = s.horner(s.load(s.float(log2e)), x, s.float(rounder))
	k = s.sub(sum, s.float(rounder))
	r := s.fma(k, s.float(-ln2hi), x)
	r = s.fma(k, s.float(-ln2lo), r)
	q := s.polynomial(r, 0.5, 0x1.55552cp-3, 0x1.555502p-5, 0x1.1155acp-7, 0x1.6d2a38p-10, 0x1.3b1278p-13)
	return sum, k, s.horner(q, s.mul(r, r), r)
}

// power2 returns 2ⁿ.
func (s *simd) power2(n vec) vec {
	return s.shift(VPSLLD, s.addWords(n, s.word(127)), 23)
}

// expm1Reduced returns e^x − 1 for |x| ≤ 20.
func (s *simd) expm1Reduced(x vec) vec {
	sum, _, t := s.expReduced(x)
	p := s.power2(s.subWords(sum, s.word(rounderBits)))
	return s.horner(t, p, s.sub(p, s.float(1)))
}

// tanh returns tanh x as TanhOne does.
func (s *simd) tanh(x vec) vec {
	a := s.min(s.load(s.float(10)), s.magnitude(x))
	u := s.expm1Reduced(s.add(a, a))
	return s.or(s.div(u, s.add(u, s.float(2))), s.sign(x))
}

// sigmoid returns 1/(1 + e^−x) as SigmoidOne does.
func (s *simd) sigmoid(x vec) vec {
	e := s.exp(s.or(x, s.word(1<<31)))
	top := s.choose(x, less, s.zero(), e, s.load(s.float(1)))
	return s.div(top, s.add(e, s.float(1)))
}

// logTail returns (ln(1 + r) − r)/r².
func (s *simd) logTail(r vec) vec {
	return s.polynomial(r, -0.5, 0x1.555554p-2, -0x1.00022ap-2, 0x1.99a03cp-3, -0x1.54718ap-3, 0x1.22d4a0p-3,
		-0x1.0d8704p-3, 0x1.058604p-3, -0x1.391b5ap-4)
}

// logReduce returns k (in words) and r with x = 2ᵏ·(1 + r) for normal positive x.
func (s *simd) logReduce(x vec) (k, r vec) {
	k = s.shift(VPSRAD, s.subWords(x, s.word(0x3f3504f3)), 23)
	m := s.subWords(x, s.shift(VPSLLD, k, 23))
	return k, s.sub(m, s.float(1))
}

// logSum returns k·ln 2 + ln(1 + r).
func (s *simd) logSum(k, r vec) vec {
	t := s.mul(s.mul(r, r), s.logTail(r))
	t = s.fma(k, s.float(ln2lo), t)
	return s.fma(k, s.float(ln2hi), s.add(r, t))
}

// logOneMinus returns ln(1 − p) for 0 < p < 1.
func (s *simd) logOneMinus(p vec) vec {
	words, r := s.logReduce(s.sub(s.load(s.float(1)), p))
	k := s.choose(p, less, s.float(0.29), s.zero(), s.toFloat(words))
	return s.logSum(k, s.choose(p, less, s.float(0.29), s.xor(p, s.word(1<<31)), r))
}

// softplusTail returns ln(1 + e^−|x|).
func (s *simd) softplusTail(x vec) vec {
	e := s.exp(s.or(x, s.word(1<<31)))
	halved := s.mul(s.sub(e, s.float(1)), s.float(0.5))
	base := s.choose(e, greater, s.float(0.41421356), s.float(ln2hi), s.zero())
	r := s.choose(e, greater, s.float(0.41421356), halved, e)
	return s.add(s.horner(s.logTail(r), s.mul(r, r), r), base)
}

// log returns ln x as LogOne does: subnormal numbers are scaled up first, the special cases put in at the end.
func (s *simd) log(x vec) vec {
	tiny := s.float(minNormal)
	scaled := s.choose(x, less, tiny, s.mul(x, s.float(0x1p23)), x)
	below := s.choose(x, less, tiny, s.word(23), s.zero())
	k, r := s.logReduce(scaled)
	y := s.logSum(s.toFloat(s.subWords(k, below)), r)
	y = s.choose(x, less, s.zero(), s.word(nan), y)
	y = s.choose(x, equal, s.zero(), s.word(minusInf), y)
	return s.choose(x, notLess, s.word(plusInf), x, y)
}

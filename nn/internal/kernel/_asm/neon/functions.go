package main

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

// exp returns e^x as ExpOne does.
func (s *simd) exp(x vec) vec {
	x = s.max(s.float(-104), s.min(s.float(89), x))
	sum, t := s.expReduced(x)
	y := s.add(t, s.float(1))
	n := s.subWords(sum, s.word(rounderBits))
	h := s.rightSigned(n, 1)
	y = s.mul(y, s.power2(h))
	return s.mul(y, s.power2(s.subWords(n, h)))
}

// expReduced returns t with e^x = 2ᵏ·(1 + t), and sum, which has k in its low bits.
func (s *simd) expReduced(x vec) (sum, t vec) {
	sum = s.fma(x, s.float(log2e), s.float(rounder))
	k := s.sub(sum, s.float(rounder))
	r := s.fma(k, s.float(-ln2hi), x)
	r = s.fma(k, s.float(-ln2lo), r)
	q := s.polynomial(r, 0.5, 0x1.55552cp-3, 0x1.555502p-5, 0x1.1155acp-7, 0x1.6d2a38p-10, 0x1.3b1278p-13)
	return sum, s.fma(s.mul(r, r), q, r)
}

// power2 returns 2ⁿ.
func (s *simd) power2(n vec) vec { return s.left(s.addWords(n, s.word(127)), 23) }

// expm1Reduced returns e^x − 1 for |x| ≤ 20.
func (s *simd) expm1Reduced(x vec) vec {
	sum, t := s.expReduced(x)
	p := s.power2(s.subWords(sum, s.word(rounderBits)))
	return s.fma(t, p, s.sub(p, s.float(1)))
}

// tanh returns tanh x as TanhOne does.
func (s *simd) tanh(x vec) vec {
	a := s.min(s.float(10), s.magnitude(x))
	u := s.expm1Reduced(s.add(a, a))
	return s.or(s.div(u, s.add(u, s.float(2))), s.sign(x))
}

// sigmoid returns 1/(1 + e^−x) as SigmoidOne does.
func (s *simd) sigmoid(x vec) vec {
	e := s.exp(s.or(x, s.word(1<<31)))
	one := s.float(1)
	return s.div(s.choose(x, less, s.zero(), e, one), s.add(e, one))
}

// logTail returns (ln(1 + r) − r)/r².
func (s *simd) logTail(r vec) vec {
	return s.polynomial(r, -0.5, 0x1.555554p-2, -0x1.00022ap-2, 0x1.99a03cp-3, -0x1.54718ap-3, 0x1.22d4a0p-3,
		-0x1.0d8704p-3, 0x1.058604p-3, -0x1.391b5ap-4)
}

// logReduce returns k (in words) and r with x = 2ᵏ·(1 + r) for normal positive x.
func (s *simd) logReduce(x vec) (k, r vec) {
	k = s.rightSigned(s.subWords(x, s.word(0x3f3504f3)), 23)
	m := s.subWords(x, s.left(k, 23))
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
	words, r := s.logReduce(s.sub(s.float(1), p))
	limit := s.float(0.29)
	k := s.choose(p, less, limit, s.zero(), s.toFloat(words))
	return s.logSum(k, s.choose(p, less, limit, s.xor(p, s.word(1<<31)), r))
}

// softplusTail returns ln(1 + e^−|x|).
func (s *simd) softplusTail(x vec) vec {
	e := s.exp(s.or(x, s.word(1<<31)))
	halved := s.mul(s.sub(e, s.float(1)), s.float(0.5))
	limit := s.float(0.41421356)
	base := s.choose(e, greater, limit, s.float(ln2hi), s.zero())
	r := s.choose(e, greater, limit, halved, e)
	return s.add(s.fma(s.logTail(r), s.mul(r, r), r), base)
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

// normalAt returns Φ(x), φ(x) and x limited to ±15.
func (s *simd) normalAt(x vec) (cumulative, density, bounded vec) {
	a := s.min(s.float(15), s.magnitude(x))
	one := s.float(1)
	e := s.expHalfSquare(a)
	q := s.div(one, s.fma(a, s.float(0.3), one))
	t := s.polynomial(q, 0x1.ea3c98p-4, 0x1.e9c414p-4, 0x1.c386a0p-4, 0x1.4113e6p-4, 0x1.89dfa0p-4, -0x1.45576ep-4,
		0x1.88c914p-3, -0x1.d3632ap-3, 0x1.cc8a24p-4, -0x1.51e572p-6)
	tail := s.mul(e, s.mul(q, t))
	cumulative = s.choose(x, less, s.zero(), tail, s.sub(one, tail))
	return cumulative, s.mul(e, s.float(0.3989422804014327)), s.or(a, s.sign(x))
}

// expHalfSquare returns e^(−a²/2) as expSquare does: a·a − square, exactly, is what the rounding of the square lost.
func (s *simd) expHalfSquare(a vec) vec {
	square := s.mul(a, a)
	lost := s.fma(a, a, s.xor(square, s.word(1<<31)))
	e := s.exp(s.mul(square, s.float(-0.5)))
	return s.fnma(s.mul(lost, s.float(0.5)), e, e)
}

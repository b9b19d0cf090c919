package main

// optimisers writes the optimiser steps. c holds the float32 fields of the step in Go, in their order.
func optimisers(s *simd) {
	adam(s)
	nadam(s)
	rmsprop(s)
	rmspropMomentum(s)
	sgd(s)
	sgdMomentum(s, "sgdMomentum", false)
	sgdMomentum(s, "sgdNesterov", true)
}

// mean returns keep·old + rest·now, not fused.
func (s *simd) mean(keep, old, rest, now vec) vec { return s.add(s.mul(keep, old), s.mul(rest, now)) }

func adam(s *simd) {
	s.begin("adam", "w, grad, m, v *float32, n int, c [9]float32", "is Adam for n weights, whole vectors of them.")
	p, c := s.pointers("w", "grad", "m", "v", "n"), s.coefficients(9)
	gradScale, beta1, rest1, beta2, rest2 := c[0], c[1], c[2], c[3], c[4]
	unbias2, epsilon, rate, shrink := c[5], c[6], c[7], c[8]
	s.each(p, lanes, func() {
		g := s.mul(gradScale, s.load(p[1], 0))
		m := s.mean(beta1, s.load(p[2], 0), rest1, g)
		v := s.mean(beta2, s.load(p[3], 0), rest2, s.mul(g, g))
		s.store(m, p[2], 0)
		s.store(v, p[3], 0)
		step := s.div(m, s.add(s.mul(unbias2, s.sqrt(v)), epsilon))
		s.store(s.sub(s.mul(shrink, s.load(p[0], 0)), s.mul(rate, step)), p[0], 0)
	})
	s.op("RET")
}

func nadam(s *simd) {
	s.begin("nadam", "w, grad, m, v *float32, n int, c [9]float32", "is Nadam for n weights, whole vectors of them.")
	p, c := s.pointers("w", "grad", "m", "v", "n"), s.coefficients(9)
	gradScale, beta1, rest1, beta2, rest2 := c[0], c[1], c[2], c[3], c[4]
	unbias2, epsilon, momentRate, gradRate := c[5], c[6], c[7], c[8]
	s.each(p, lanes, func() {
		g := s.mul(gradScale, s.load(p[1], 0))
		m := s.mean(beta1, s.load(p[2], 0), rest1, g)
		v := s.mean(beta2, s.load(p[3], 0), rest2, s.mul(g, g))
		s.store(m, p[2], 0)
		s.store(v, p[3], 0)
		step := s.div(s.mean(momentRate, m, gradRate, g), s.add(s.mul(unbias2, s.sqrt(v)), epsilon))
		s.store(s.sub(s.load(p[0], 0), step), p[0], 0)
	})
	s.op("RET")
}

func rmspropMomentum(s *simd) {
	s.begin("rmspropMomentum", "w, grad, v, b *float32, n int, c [6]float32",
		"is RMSprop with momentum for n weights, whole vectors of them.")
	p, c := s.pointers("w", "grad", "v", "b", "n"), s.coefficients(6)
	gradScale, alpha, rest, epsilon, momentum, rate := c[0], c[1], c[2], c[3], c[4], c[5]
	s.each(p, lanes, func() {
		g := s.mul(gradScale, s.load(p[1], 0))
		v := s.mean(alpha, s.load(p[2], 0), rest, s.mul(g, g))
		s.store(v, p[2], 0)
		d := s.add(s.mul(momentum, s.load(p[3], 0)), s.div(g, s.add(s.sqrt(v), epsilon)))
		s.store(d, p[3], 0)
		s.store(s.sub(s.load(p[0], 0), s.mul(rate, d)), p[0], 0)
	})
	s.op("RET")
}

func rmsprop(s *simd) {
	s.begin("rmsprop", "w, grad, v *float32, n int, c [6]float32",
		"is RMSprop without momentum for n weights, whole vectors of them.")
	p, c := s.pointers("w", "grad", "v", "n"), s.coefficients(6)
	gradScale, alpha, rest, epsilon, rate := c[0], c[1], c[2], c[3], c[5]
	s.each(p, lanes, func() {
		g := s.mul(gradScale, s.load(p[1], 0))
		v := s.mean(alpha, s.load(p[2], 0), rest, s.mul(g, g))
		s.store(v, p[2], 0)
		d := s.div(g, s.add(s.sqrt(v), epsilon))
		s.store(s.sub(s.load(p[0], 0), s.mul(rate, d)), p[0], 0)
	})
	s.op("RET")
}

func sgd(s *simd) {
	s.begin("sgd", "w, grad *float32, n int, c [3]float32", "is plain descent for n weights, whole vectors of them.")
	p, c := s.pointers("w", "grad", "n"), s.coefficients(3)
	gradScale, rate := c[0], c[2]
	s.each(p, lanes, func() {
		step := s.mul(rate, s.mul(gradScale, s.load(p[1], 0)))
		s.store(s.sub(s.load(p[0], 0), step), p[0], 0)
	})
	s.op("RET")
}

func sgdMomentum(s *simd, name string, nesterov bool) {
	s.begin(name, "w, grad, b *float32, n int, c [3]float32", "is descent with a velocity for n weights, whole vectors of them.")
	p, c := s.pointers("w", "grad", "b", "n"), s.coefficients(3)
	gradScale, momentum, rate := c[0], c[1], c[2]
	s.each(p, lanes, func() {
		g := s.mul(gradScale, s.load(p[1], 0))
		v := s.add(s.mul(momentum, s.load(p[2], 0)), g)
		s.store(v, p[2], 0)
		if nesterov {
			v = s.add(g, s.mul(momentum, v))
		}
		s.store(s.sub(s.load(p[0], 0), s.mul(rate, v)), p[0], 0)
	})
	s.op("RET")
}

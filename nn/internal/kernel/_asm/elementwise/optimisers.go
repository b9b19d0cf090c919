package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

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

// coefficients loads the fields of a step.
func (s *simd) coefficients(n int) []vec {
	v := make([]vec, n)
	for i := range v {
		v[i] = s.broadcast(address(Param("c").Index(i)))
	}
	return v
}

// mean returns keep·old + rest·now, not fused.
func (s *simd) mean(keep, old, rest, now vec) vec { return s.add(s.mul(keep, old), s.mul(rest, now)) }

func adam(s *simd) {
	s.routine("adam", "func(w, grad, m, v *float32, n int, c [9]float32)", "is Adam for n weights, whole vectors of them.")
	p := pointers("w", "grad", "m", "v", "n")
	c := s.coefficients(9)
	gradScale, beta1, rest1, beta2, rest2 := c[0], c[1], c[2], c[3], c[4]
	unbias2, epsilon, rate, shrink := c[5], c[6], c[7], c[8]
	s.each(p[4], s.lanes(), func(at reg.Register) {
		w, g, m, v := indexed(p[0], at), indexed(p[1], at), indexed(p[2], at), indexed(p[3], at)
		gi := s.mul(gradScale, g)
		mi := s.mean(beta1, s.load(m), rest1, gi)
		vi := s.mean(beta2, s.load(v), rest2, s.mul(gi, gi))
		VMOVUPS(mi, m)
		VMOVUPS(vi, v)
		step := s.div(mi, s.add(s.mul(unbias2, s.sqrt(vi)), epsilon))
		VMOVUPS(s.sub(s.mul(shrink, w), s.mul(rate, step)), w)
	})
}

func nadam(s *simd) {
	s.routine("nadam", "func(w, grad, m, v *float32, n int, c [9]float32)", "is Nadam for n weights, whole vectors of them.")
	p := pointers("w", "grad", "m", "v", "n")
	c := s.coefficients(9)
	gradScale, beta1, rest1, beta2, rest2 := c[0], c[1], c[2], c[3], c[4]
	unbias2, epsilon, momentRate, gradRate := c[5], c[6], c[7], c[8]
	s.each(p[4], s.lanes(), func(at reg.Register) {
		w, g, m, v := indexed(p[0], at), indexed(p[1], at), indexed(p[2], at), indexed(p[3], at)
		gi := s.mul(gradScale, g)
		mi := s.mean(beta1, s.load(m), rest1, gi)
		vi := s.mean(beta2, s.load(v), rest2, s.mul(gi, gi))
		VMOVUPS(mi, m)
		VMOVUPS(vi, v)
		ahead := s.mean(momentRate, mi, gradRate, gi)
		step := s.div(ahead, s.add(s.mul(unbias2, s.sqrt(vi)), epsilon))
		VMOVUPS(s.sub(s.load(w), step), w)
	})
}

func rmspropMomentum(s *simd) {
	s.routine("rmspropMomentum", "func(w, grad, v, b *float32, n int, c [6]float32)",
		"is RMSprop with momentum for n weights, whole vectors of them.")
	p := pointers("w", "grad", "v", "b", "n")
	c := s.coefficients(6)
	gradScale, alpha, rest, epsilon, momentum, rate := c[0], c[1], c[2], c[3], c[4], c[5]
	s.each(p[4], s.lanes(), func(at reg.Register) {
		w, g, v, b := indexed(p[0], at), indexed(p[1], at), indexed(p[2], at), indexed(p[3], at)
		gi := s.mul(gradScale, g)
		vi := s.mean(alpha, s.load(v), rest, s.mul(gi, gi))
		VMOVUPS(vi, v)
		d := s.add(s.mul(momentum, b), s.div(gi, s.add(s.sqrt(vi), epsilon)))
		VMOVUPS(d, b)
		VMOVUPS(s.sub(s.load(w), s.mul(rate, d)), w)
	})
}

func rmsprop(s *simd) {
	s.routine("rmsprop", "func(w, grad, v *float32, n int, c [6]float32)",
		"is RMSprop without momentum for n weights, whole vectors of them.")
	p := pointers("w", "grad", "v", "n")
	c := s.coefficients(6)
	gradScale, alpha, rest, epsilon, rate := c[0], c[1], c[2], c[3], c[5]
	s.each(p[3], s.lanes(), func(at reg.Register) {
		w, g, v := indexed(p[0], at), indexed(p[1], at), indexed(p[2], at)
		gi := s.mul(gradScale, g)
		vi := s.mean(alpha, s.load(v), rest, s.mul(gi, gi))
		VMOVUPS(vi, v)
		d := s.div(gi, s.add(s.sqrt(vi), epsilon))
		VMOVUPS(s.sub(s.load(w), s.mul(rate, d)), w)
	})
}

func sgd(s *simd) {
	s.routine("sgd", "func(w, grad *float32, n int, c [3]float32)", "is plain descent for n weights, whole vectors of them.")
	p := pointers("w", "grad", "n")
	c := s.coefficients(3)
	gradScale, rate := c[0], c[2]
	s.each(p[2], s.lanes(), func(at reg.Register) {
		w := indexed(p[0], at)
		step := s.mul(rate, s.mul(gradScale, indexed(p[1], at)))
		VMOVUPS(s.sub(s.load(w), step), w)
	})
}

func sgdMomentum(s *simd, name string, nesterov bool) {
	s.routine(name, "func(w, grad, b *float32, n int, c [3]float32)",
		"is descent with a velocity for n weights, whole vectors of them.")
	p := pointers("w", "grad", "b", "n")
	c := s.coefficients(3)
	gradScale, momentum, rate := c[0], c[1], c[2]
	s.each(p[3], s.lanes(), func(at reg.Register) {
		w, g, b := indexed(p[0], at), indexed(p[1], at), indexed(p[2], at)
		gi := s.mul(gradScale, g)
		v := s.add(s.mul(momentum, b), gi)
		VMOVUPS(v, b)
		if nesterov {
			v = s.add(gi, s.mul(momentum, v))
		}
		VMOVUPS(s.sub(s.load(w), s.mul(rate, v)), w)
	})
}

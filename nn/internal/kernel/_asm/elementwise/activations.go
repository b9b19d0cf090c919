package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

const (
	seluScale  = 1.0507009873554805
	seluBelow  = seluScale * 1.6732632423543772
	invSqrt2Pi = 0.3989422804014327
)

// activations writes the activation functions, their gradients and exp.
func activations(s *simd) {
	s.mapOne("exp", s.exp)
	s.mapOne("log", s.log)
	s.mapOne("relu", func(x vec) vec { return s.add(s.max(s.zero(), x), s.zero()) })
	s.mapTwo("reluGrad", func(dy, y vec) vec { return s.choose(y, lessEqual, s.zero(), s.zero(), dy) })
	s.mapOne("tanh", s.tanh)
	s.mapTwo("tanhGrad", func(dy, y vec) vec { return s.mul(dy, s.fnma(y, y, s.load(s.float(1)))) })
	s.mapOne("sigmoid", s.sigmoid)
	s.mapTwo("sigmoidGrad", func(dy, y vec) vec {
		return s.mul(dy, s.mul(y, s.sub(s.load(s.float(1)), y)))
	})
	s.mapOne("softplus", func(x vec) vec { return s.add(s.max(x, s.zero()), s.softplusTail(x)) })
	s.mapTwo("softplusGrad", func(dy, x vec) vec { return s.mul(dy, s.sigmoid(x)) })
	s.mapOne("silu", func(x vec) vec { return s.mul(s.max(s.load(s.float(-104)), x), s.sigmoid(x)) })
	s.mapTwo("siluGrad", s.siluGrad)
	s.mapOne("gelu", func(x vec) vec {
		cumulative, _, _ := s.normalAt(x)
		return s.mul(s.max(s.load(s.float(-15)), x), cumulative)
	})
	s.mapTwo("geluGrad", func(dy, x vec) vec {
		cumulative, density, bounded := s.normalAt(x)
		return s.mul(dy, s.fma(bounded, density, cumulative))
	})
	s.mapOne("selu", func(x vec) vec {
		return s.choose(x, greater, s.zero(), s.mul(x, s.float(seluScale)), s.mul(s.expm1Negative(x), s.float(seluBelow)))
	})
	s.mapTwo("seluGrad", func(dy, y vec) vec {
		above, below := s.mul(dy, s.float(seluScale)), s.mul(dy, s.add(y, s.float(seluBelow)))
		return s.choose(y, greater, s.zero(), above, below)
	})
	withParameter(s)
}

// withParameter writes the functions that take a number beside their vectors.
func withParameter(s *simd) {
	s.mapOneBy("scale", func(x, a vec) vec { return s.mul(x, a) })
	s.mapTwo("add", func(x, y vec) vec { return s.add(x, y) })
	s.mapTwo("mul", func(x, y vec) vec { return s.mul(x, y) })
	s.mapTwoBy("axpy", func(x, y, a vec) vec { return s.add(y, s.mul(a, x)) })
	s.mapOneBy("leakyRelu", func(x, slope vec) vec { return s.choose(x, greater, s.zero(), x, s.mul(x, slope)) })
	s.mapTwoBy("leakyReluGrad", func(dy, x, slope vec) vec {
		return s.choose(x, greater, s.zero(), dy, s.mul(dy, slope))
	})
	s.mapOneBy("elu", func(x, alpha vec) vec {
		return s.choose(x, greater, s.zero(), x, s.mul(alpha, s.expm1Negative(x)))
	})
	s.mapTwoBy("eluGrad", func(dy, y, alpha vec) vec {
		return s.choose(y, greater, s.zero(), dy, s.mul(dy, s.add(y, alpha)))
	})
}

func (s *simd) expm1Negative(x vec) vec { return s.expm1Reduced(s.max(s.load(s.float(-20)), x)) }

func (s *simd) siluGrad(dy, x vec) vec {
	y := s.sigmoid(x)
	bounded := s.min(s.load(s.float(104)), s.max(s.load(s.float(-104)), x))
	one := s.load(s.float(1))
	return s.mul(dy, s.mul(y, s.fma(bounded, s.sub(one, y), one)))
}

// normalAt returns Φ(x), φ(x) and x limited to ±15.
func (s *simd) normalAt(x vec) (cumulative, density, bounded vec) {
	a := s.min(s.load(s.float(15)), s.magnitude(x))
	one := s.load(s.float(1))
	e := s.expHalfSquare(a)
	q := s.div(one, s.fma(a, s.float(0.3), one))
	t := s.polynomial(q, 0x1.ea3c98p-4, 0x1.e9c414p-4, 0x1.c386a0p-4, 0x1.4113e6p-4, 0x1.89dfa0p-4, -0x1.45576ep-4,
		0x1.88c914p-3, -0x1.d3632ap-3, 0x1.cc8a24p-4, -0x1.51e572p-6)
	tail := s.mul(e, s.mul(q, t))
	cumulative = s.choose(x, less, s.zero(), tail, s.sub(one, tail))
	return cumulative, s.mul(e, s.float(invSqrt2Pi)), s.or(a, s.sign(x))
}

// expHalfSquare returns e^(−a²/2) as expSquare does.
func (s *simd) expHalfSquare(a vec) vec {
	square := s.mul(a, a)
	lost := s.reg()
	VMOVAPS(square, lost)
	VFMSUB231PS(a, a, lost)
	lost = s.mul(lost, s.float(0.5))
	e := s.exp(s.mul(square, s.float(-0.5)))
	return s.fnma(lost, e, e)
}

// mapOne writes y = f(x).
func (s *simd) mapOne(name string, f func(x vec) vec) {
	s.routine(name, "func(y, x *float32, n int)", "applies the function to n elements, whole vectors of them.")
	p := pointers("y", "x", "n")
	s.each(p[2], s.lanes(), func(at reg.Register) {
		VMOVUPS(f(s.load(indexed(p[1], at))), indexed(p[0], at))
	})
}

// mapTwo writes z = f(x, y).
func (s *simd) mapTwo(name string, f func(x, y vec) vec) {
	s.routine(name, "func(z, x, y *float32, n int)", "applies the function to n pairs, whole vectors of them.")
	p := pointers("z", "x", "y", "n")
	s.each(p[3], s.lanes(), func(at reg.Register) {
		VMOVUPS(f(s.load(indexed(p[1], at)), s.load(indexed(p[2], at))), indexed(p[0], at))
	})
}

// mapOneBy writes y = f(x, a) with a parameter a.
func (s *simd) mapOneBy(name string, f func(x, a vec) vec) {
	s.routine(name, "func(y, x *float32, n int, a float32)", "applies the function to n elements, whole vectors of them.")
	p := pointers("y", "x", "n")
	a := s.parameter("a")
	s.each(p[2], s.lanes(), func(at reg.Register) {
		VMOVUPS(f(s.load(indexed(p[1], at)), a), indexed(p[0], at))
	})
}

// mapTwoBy writes z = f(x, y, a) with a parameter a.
func (s *simd) mapTwoBy(name string, f func(x, y, a vec) vec) {
	s.routine(name, "func(z, x, y *float32, n int, a float32)", "applies the function to n pairs, whole vectors of them.")
	p := pointers("z", "x", "y", "n")
	a := s.parameter("a")
	s.each(p[3], s.lanes(), func(at reg.Register) {
		VMOVUPS(f(s.load(indexed(p[1], at)), s.load(indexed(p[2], at)), a), indexed(p[0], at))
	})
}

// parameter repeats a float32 of the signature.
func (s *simd) parameter(name string) vec {
	return s.broadcast(address(Param(name)))
}

package main

const (
	seluScale = 1.0507009873554805
	seluBelow = seluScale * 1.6732632423543772
)

// activations writes the activation functions, their gradients and exp.
func activations(s *simd) {
	s.mapOne("exp", s.exp)
	s.mapOne("log", s.log)
	s.mapOne("relu", func(x vec) vec { return s.max(x, s.zero()) })
	s.mapTwo("reluGrad", func(dy, y vec) vec { return s.choose(y, lessEqual, s.zero(), s.zero(), dy) })
	s.mapOne("tanh", s.tanh)
	s.mapTwo("tanhGrad", func(dy, y vec) vec { return s.mul(dy, s.fnma(y, y, s.float(1))) })
	s.mapOne("sigmoid", s.sigmoid)
	s.mapTwo("sigmoidGrad", func(dy, y vec) vec { return s.mul(dy, s.mul(y, s.sub(s.float(1), y))) })
	s.mapOne("softplus", func(x vec) vec { return s.add(s.max(x, s.zero()), s.softplusTail(x)) })
	s.mapTwo("softplusGrad", func(dy, x vec) vec { return s.mul(dy, s.sigmoid(x)) })
	s.mapOne("silu", func(x vec) vec { return s.mul(s.max(s.float(-104), x), s.sigmoid(x)) })
	s.mapTwo("siluGrad", func(dy, x vec) vec {
		y, one := s.sigmoid(x), s.float(1)
		bounded := s.min(s.float(104), s.max(s.float(-104), x))
		return s.mul(dy, s.mul(y, s.fma(bounded, s.sub(one, y), one)))
	})
	s.mapOne("gelu", func(x vec) vec {
		cumulative, _, _ := s.normalAt(x)
		return s.mul(s.max(s.float(-15), x), cumulative)
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

func (s *simd) expm1Negative(x vec) vec { return s.expm1Reduced(s.max(s.float(-20), x)) }

// mapOne writes y = f(x).
func (s *simd) mapOne(name string, f func(x vec) vec) {
	s.begin(name, "y, x *float32, n int", "applies the function to n elements, whole vectors of them.")
	p := s.pointers("y", "x", "n")
	s.each(p, lanes, func() { s.store(f(s.load(p[1], 0)), p[0], 0) })
	s.op("RET")
}

// mapTwo writes z = f(x, y).
func (s *simd) mapTwo(name string, f func(x, y vec) vec) {
	s.begin(name, "z, x, y *float32, n int", "applies the function to n pairs, whole vectors of them.")
	p := s.pointers("z", "x", "y", "n")
	s.each(p, lanes, func() { s.store(f(s.load(p[1], 0), s.load(p[2], 0)), p[0], 0) })
	s.op("RET")
}

// mapOneBy writes y = f(x, a) with a parameter a.
func (s *simd) mapOneBy(name string, f func(x, a vec) vec) {
	s.begin(name, "y, x *float32, n int, a float32", "applies the function to n elements, whole vectors of them.")
	p, a := s.pointers("y", "x", "n"), s.parameter("a")
	s.each(p, lanes, func() { s.store(f(s.load(p[1], 0), a), p[0], 0) })
	s.op("RET")
}

// mapTwoBy writes z = f(x, y, a) with a parameter a.
func (s *simd) mapTwoBy(name string, f func(x, y, a vec) vec) {
	s.begin(name, "z, x, y *float32, n int, a float32", "applies the function to n pairs, whole vectors of them.")
	p, a := s.pointers("z", "x", "y", "n"), s.parameter("a")
	s.each(p, lanes, func() { s.store(f(s.load(p[1], 0), s.load(p[2], 0), a), p[0], 0) })
	s.op("RET")
}

package kernel

// kernelCase runs a kernel and its definition on a number of slices and returns what they return.
type kernelCase struct {
	name    string
	slices  int
	run     func(v [][]float32) float64
	generic func(v [][]float32) float64
}

func noResult(f func(v [][]float32)) func(v [][]float32) float64 {
	return func(v [][]float32) float64 { f(v); return 0 }
}

func oneCase(name string, f, g func(y, x []float32)) kernelCase {
	return kernelCase{name, 2, noResult(func(v [][]float32) { f(v[0], v[1]) }), noResult(func(v [][]float32) { g(v[0], v[1]) })}
}

func twoCase(name string, f, g func(z, x, y []float32)) kernelCase {
	return kernelCase{name, 3,
		noResult(func(v [][]float32) { f(v[0], v[1], v[2]) }), noResult(func(v [][]float32) { g(v[0], v[1], v[2]) })}
}

func oneByCase(name string, a float32, f, g func(y, x []float32, a float32)) kernelCase {
	return oneCase(name, func(y, x []float32) { f(y, x, a) }, func(y, x []float32) { g(y, x, a) })
}

func twoByCase(name string, a float32, f, g func(z, x, y []float32, a float32)) kernelCase {
	return twoCase(name, func(z, x, y []float32) { f(z, x, y, a) }, func(z, x, y []float32) { g(z, x, y, a) })
}

func sumCase(name string, f func(x, y []float32) float64, g func(s *laneSums, x, y []float32)) kernelCase {
	return kernelCase{name, 2, func(v [][]float32) float64 { return f(v[0], v[1]) }, func(v [][]float32) float64 {
		var s laneSums
		g(&s, v[0], v[1])
		return s.total()
	}}
}

var (
	adamStep     = NewAdamStep(3, 1e-3, 0.9, 0.999, 1e-8, 0.01)
	nadamStep    = NewNadamStep(3, 0.1, 1e-3, 0.9, 0.999, 1e-8, 1)
	heavyStep    = NewRMSpropStep(1e-2, 0.99, 1e-8, 0.9)
	rmspropStep  = NewRMSpropStep(1e-2, 0.99, 1e-8, 0)
	plainStep    = NewSGDStep(0.1, 0, false)
	velocityStep = NewSGDStep(0.1, 0.9, false)
	nesterovStep = NewSGDStep(0.1, 0.9, true)
)

var kernelCases = []kernelCase{
	oneCase("Exp", Exp, expGeneric), oneCase("Log", Log, logGeneric), oneCase("Relu", Relu, reluGeneric),
	oneCase("Tanh", Tanh, tanhGeneric), oneCase("Sigmoid", Sigmoid, sigmoidGeneric),
	oneCase("Softplus", Softplus, softplusGeneric), oneCase("Silu", Silu, siluGeneric),
	oneCase("Gelu", Gelu, geluGeneric), oneCase("Selu", Selu, seluGeneric),
	twoCase("ReluGrad", ReluGrad, reluGradGeneric), twoCase("TanhGrad", TanhGrad, tanhGradGeneric),
	twoCase("SigmoidGrad", SigmoidGrad, sigmoidGradGeneric), twoCase("SoftplusGrad", SoftplusGrad, softplusGradGeneric),
	twoCase("SiluGrad", SiluGrad, siluGradGeneric), twoCase("GeluGrad", GeluGrad, geluGradGeneric),
	twoCase("SeluGrad", SeluGrad, seluGradGeneric), twoCase("Add", Add, addGeneric), twoCase("Mul", Mul, mulGeneric),
	oneByCase("LeakyRelu", 0.01, LeakyRelu, leakyReluGeneric), oneByCase("Elu", 1.5, Elu, eluGeneric),
	twoByCase("LeakyReluGrad", 0.01, LeakyReluGrad, leakyReluGradGeneric),
	twoByCase("EluGrad", 1.5, EluGrad, eluGradGeneric),
	twoByCase("BCELogitsGrad", 0.25, BCELogitsGrad, scaledDifferenceGeneric),
	twoCase("SquaredErrorGrad", func(z, x, y []float32) { SquaredErrorGrad(z, x, y, 0.25) },
		func(z, x, y []float32) { scaledDifferenceGeneric(z, x, y, 0.5) }),
	twoByCase("AbsoluteErrorGrad", 0.25, AbsoluteErrorGrad, absoluteErrorGradGeneric),
	twoByCase("BCEGrad", 0.25, BCEGrad, bceGradGeneric),
	twoCase("HuberGrad", func(z, x, y []float32) { HuberGrad(z, x, y, 0.5, 0.25) },
		func(z, x, y []float32) { huberGradGeneric(z, x, y, 0.5, 0.25) }),
	{"Huber", 2, func(v [][]float32) float64 { return Huber(v[0], v[1], 0.5) }, func(v [][]float32) float64 {
		var s laneSums
		huberGeneric(&s, v[0], v[1], 0.5)
		return s.total()
	}},
	oneCase("Axpy", func(y, x []float32) { Axpy(y, 0.3, x) }, func(y, x []float32) { axpyGeneric(y, 0.3, x) }),
	oneCase("ScaleBy", func(y, _ []float32) { ScaleBy(y, 0.3) }, func(y, _ []float32) { scaleGeneric(y, 0.3) }),
	sumCase("Dot", Dot, dotGeneric), sumCase("AbsoluteError", AbsoluteError, absoluteErrorGeneric),
	sumCase("BCE", BCE, bceGeneric),
	sumCase("SquaredError", SquaredError, squaredErrorGeneric), sumCase("BCELogits", BCELogits, bceLogitsGeneric),
	{"Adam", 4, noResult(func(v [][]float32) { Adam(v[0], v[1], v[2], v[3], adamStep) }),
		noResult(func(v [][]float32) { adamGeneric(v[0], v[1], v[2], v[3], &adamStep) })},
	{"Nadam", 4, noResult(func(v [][]float32) { Nadam(v[0], v[1], v[2], v[3], nadamStep) }),
		noResult(func(v [][]float32) { nadamGeneric(v[0], v[1], v[2], v[3], &nadamStep) })},
	{"RMSprop with momentum", 4, noResult(func(v [][]float32) { RMSprop(v[0], v[1], v[2], v[3], heavyStep) }),
		noResult(func(v [][]float32) { rmspropMomentumGeneric(v[0], v[1], v[2], v[3], &heavyStep) })},
	{"RMSprop", 3, noResult(func(v [][]float32) { RMSprop(v[0], v[1], v[2], nil, rmspropStep) }),
		noResult(func(v [][]float32) { rmspropGeneric(v[0], v[1], v[2], &rmspropStep) })},
	{"SGD", 2, noResult(func(v [][]float32) { SGD(v[0], v[1], nil, plainStep) }),
		noResult(func(v [][]float32) { sgdGeneric(v[0], v[1], plainStep) })},
	{"SGD with momentum", 3, noResult(func(v [][]float32) { SGD(v[0], v[1], v[2], velocityStep) }),
		noResult(func(v [][]float32) { sgdMomentumGeneric(v[0], v[1], v[2], velocityStep) })},
	{"SGD with Nesterov's", 3, noResult(func(v [][]float32) { SGD(v[0], v[1], v[2], nesterovStep) }),
		noResult(func(v [][]float32) { sgdNesterovGeneric(v[0], v[1], v[2], nesterovStep) })},
	{"Uniforms", 1, noResult(func(v [][]float32) { testStream.Uniforms(v[0], 1<<33+8) }),
		noResult(func(v [][]float32) { testStream.uniformsGeneric(v[0], 1<<33+8) })},
	{"Mask", 1, noResult(func(v [][]float32) { testStream.Mask(v[0], 1<<33+8, 0.3) }),
		noResult(func(v [][]float32) { testStream.maskGeneric(v[0], 1<<33+8, 0.3) })},
	{"Normals", 1, noResult(func(v [][]float32) { testStream.Normals(v[0], 1<<33+8) }),
		noResult(func(v [][]float32) { testStream.normalsGeneric(v[0], 1<<33+8) })},
}

var testStream = Stream{Seed: 0x0123456789abcdef, Purpose: 7, Epoch: 1 << 30, Step: 12345}

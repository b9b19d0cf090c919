package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

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
	nadamStep    = NewNadamStep(3, 0.1, 1e-3, 0.9, 0.999, 1e-8)
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
	twoCase("SeluGrad", SeluGrad, seluGradGeneric),
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

// bell draws a number of zero mean and unit variance by additions alone, which are the same on every architecture.
func bell(random *rand.Rand) float64 {
	sum := -6.0
	for range 12 {
		sum += random.Float64()
	}
	return sum
}

// ordinary draws n numbers of many magnitudes, of which none spoils a sum.
func ordinary(random *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Ldexp(bell(random), random.IntN(9)-6))
	}
	return x
}

// awkward draws n numbers: most of ordinary size, some of any bit pattern, zeros, infinities and NaN among them.
func awkward(random *rand.Rand, n int) []float32 {
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, float32(math.Inf(1)), float32(math.Inf(-1)),
		float32(math.NaN()), 1e-45, -1e-45, math.MaxFloat32, 1e-38, 88.7, -103.9, 0.29, 0.41421356, 1e-7, -15, 10}
	x := make([]float32, n)
	for i := range x {
		switch random.IntN(8) {
		case 0:
			x[i] = math.Float32frombits(random.Uint32())
		case 1:
			x[i] = special[random.IntN(len(special))]
		case 2:
			x[i] = float32(30 * bell(random))
		default:
			x[i] = float32(bell(random))
		}
	}
	return x
}

// sameBits is true also of any two NaN, whose sign and payload are open.
func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func TestKernelsReturnTheBitsOfTheGenericPath(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		for _, c := range kernelCases {
			t.Run(c.name, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, 2))
				for n := range 140 {
					compare(t, c, random, awkward, n, n%7)
					compare(t, c, random, ordinary, n, n%7)
				}
				compare(t, c, random, awkward, 10_000, 3)
				compare(t, c, random, ordinary, 10_000, 3)
			})
		}
	})
}

// compare runs c on n elements at an offset from alignment, on the path in use and on the generic one.
func compare(t *testing.T, c kernelCase, random *rand.Rand, values func(*rand.Rand, int) []float32, n, offset int) {
	t.Helper()
	var got, want [][]float32
	var intact []func() bool
	for range c.slices {
		x := values(random, n)
		inside, check := guarded(n, offset)
		copy(inside, x)
		got, want, intact = append(got, inside), append(want, x), append(intact, check)
	}
	a, b := c.run(got), c.generic(want)
	if a != b && (a == a || b == b) {
		t.Fatalf("n = %d: result %g, want %g", n, a, b)
	}
	for s := range got {
		if !intact[s]() {
			t.Fatalf("n = %d: wrote outside of slice %d", n, s)
		}
		for i := range got[s] {
			if !sameBits(got[s][i], want[s][i]) {
				t.Fatalf("n = %d: slice %d has %g (%08x) at %d, want %g (%08x)", n, s, got[s][i],
					math.Float32bits(got[s][i]), i, want[s][i], math.Float32bits(want[s][i]))
			}
		}
	}
}

func TestColumnSumsReturnTheBitsOfTheLoop(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(3, 4))
		for cols := range 150 {
			for _, rows := range []int{0, 1, 2, 7} {
				for _, start := range []Start{Zero, Keep} {
					dy, db := awkward(random, rows*cols), awkward(random, cols)
					got, intact := guarded(cols, cols%5)
					copy(got, db)
					ColumnSums(got, dy, rows, cols, start)
					if !intact() {
						t.Fatalf("%d×%d: wrote outside of db", rows, cols)
					}
					for j := range db {
						want := db[j]
						if start == Zero {
							want = 0
						}
						for i := range rows {
							want += dy[i*cols+j]
						}
						if !sameBits(got[j], want) {
							t.Fatalf("%d×%d: column %d is %g, want %g", rows, cols, j, got[j], want)
						}
					}
				}
			}
		}
	})
}

func TestFunctionsWorkInPlace(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(5, 6))
		for _, f := range []func(y, x []float32){Exp, Log, Relu, Tanh, Sigmoid, Softplus, Silu, Gelu, Selu} {
			x := awkward(random, 100)
			want := make([]float32, 100)
			f(want, x)
			f(x, x)
			for i := range x {
				if !sameBits(x[i], want[i]) {
					t.Fatalf("element %d is %g in place, want %g", i, x[i], want[i])
				}
			}
		}
	})
}

// Where e^x is subnormal its scaling rounds, which paths do in different ways.
func TestExpOfSubnormalResults(t *testing.T) {
	var x []float32
	for b := math.Float32bits(-87); b < math.Float32bits(-104.1); b += 7 {
		x = append(x, math.Float32frombits(b))
	}
	want := make([]float32, len(x))
	expGeneric(want, x)
	onEveryPath(t, func(t *testing.T) {
		y := make([]float32, len(x))
		Exp(y, x)
		for i := range y {
			if !sameBits(y[i], want[i]) {
				t.Fatalf("exp(%g) = %g, want %g", x[i], y[i], want[i])
			}
		}
	})
}

func TestKernelsDoNotAllocate(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(7, 8))
		for _, c := range kernelCases {
			var v [][]float32
			for range c.slices {
				v = append(v, awkward(random, 100))
			}
			if n := testing.AllocsPerRun(10, func() { c.run(v) }); n != 0 {
				t.Errorf("%s allocates %g times", c.name, n)
			}
		}
	})
}

func BenchmarkKernels(b *testing.B) {
	before := Current()
	defer Use(before)
	const n = 128 * 784
	for _, name := range Names() {
		if err := Use(name); err != nil {
			b.Fatal(err)
		}
		for _, c := range kernelCases {
			b.Run(fmt.Sprintf("%s/%s", name, c.name), func(b *testing.B) {
				random := rand.New(rand.NewPCG(9, 10))
				var v [][]float32
				for range c.slices {
					x := make([]float32, n)
					for i := range x {
						x[i] = random.Float32()
					}
					v = append(v, x)
				}
				for b.Loop() {
					c.run(v)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
	}
}

// A million weights are 16 MB with their gradients and moments: more than the second level of any cache.
func BenchmarkAdam(b *testing.B) {
	const n = 1 << 20
	w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	Fill(g, 0.1)
	b.SetBytes(28 * n)
	for b.Loop() {
		Adam(w, g, m, v, adamStep)
	}
}

func BenchmarkColumnSums(b *testing.B) {
	const rows, cols = 128, 1000
	db, dy := make([]float32, cols), make([]float32, rows*cols)
	b.SetBytes(4 * rows * cols)
	for b.Loop() {
		ColumnSums(db, dy, rows, cols, Zero)
	}
}

func BenchmarkPermutation(b *testing.B) {
	p := make([]int32, 60_000)
	for b.Loop() {
		testStream.Permutation(p)
	}
}

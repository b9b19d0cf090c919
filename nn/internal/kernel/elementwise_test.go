package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

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

// Random numbers miss a wrong last bit of a small coefficient, and scaling by 2ⁿ rounds in different ways on different
// paths where the result is subnormal. These stretches show both.
func TestFunctionsOnDenseStretches(t *testing.T) {
	for _, c := range []struct {
		name       string
		f, generic func(y, x []float32)
		from, to   float32
		stride     uint32
	}{
		{"log", Log, logGeneric, 0.5, 2, 3},
		{"exp", Exp, expGeneric, 0.1, 2, 11},
		{"exp of subnormal results", Exp, expGeneric, -87, -104.1, 7},
		{"gelu", Gelu, geluGeneric, 0.1, 2, 31},
	} {
		var x []float32
		for b := math.Float32bits(c.from); b < math.Float32bits(c.to); b += c.stride {
			x = append(x, math.Float32frombits(b))
		}
		want, y := make([]float32, len(x)), make([]float32, len(x))
		c.generic(want, x)
		onEveryPath(t, func(t *testing.T) {
			c.f(y, x)
			for i := range y {
				if !sameBits(y[i], want[i]) {
					t.Fatalf("%s(%g) = %g, want %g", c.name, x[i], y[i], want[i])
				}
			}
		})
	}
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

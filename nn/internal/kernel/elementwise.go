package kernel

// elementwise is what a path has beside the products: functions that work on whole vectors of elements. Callers hand the
// elements that are left over to the generic function, whose bits are the same.
type elementwise struct {
	// rest is the number of lanes less one: the bits of a length that do not count for whole vectors. The generic path
	// sets them all.
	rest int

	exp, log, relu, tanh, sigmoid, softplus, silu, gelu, selu                   mapOne
	reluGrad, tanhGrad, sigmoidGrad, softplusGrad, siluGrad, geluGrad, seluGrad mapTwo
	add, mul                                                                    mapTwo
	leakyRelu, elu, scale                                                       mapOneBy
	leakyReluGrad, eluGrad, scaledDifference, absoluteErrorGrad, bceGrad, axpy  mapTwoBy
	dot, squaredError, absoluteError, bce, bceLogits                            sumTwo
	columnSums                                                                  func(db, dy *float32, rows, stride, vectors int)
	huber                                                                       func(x, y *float32, n int, delta float32) [lanes]float64
	huberGrad                                                                   func(z, x, y *float32, n int, delta, scale float32)
	adam, nadam                                                                 func(w, g, m, v *float32, n int, c [9]float32)
	rmspropMomentum                                                             func(w, g, v, b *float32, n int, c [6]float32)
	rmsprop                                                                     func(w, g, v *float32, n int, c [6]float32)
	sgd                                                                         func(w, g *float32, n int, c [3]float32)
	sgdMomentum, sgdNesterov                                                    func(w, g, b *float32, n int, c [3]float32)
	uniforms, normals                                                           func(dst *float32, counter [6]uint32, n int)
	mask                                                                        func(dst *float32, counter [6]uint32, n int, keep float32)
}

type (
	mapOne   func(y, x *float32, n int)               // y = f(x)
	mapTwo   func(z, x, y *float32, n int)            // z = f(x, y)
	mapOneBy func(y, x *float32, n int, a float32)    // y = f(x, a)
	mapTwoBy func(z, x, y *float32, n int, a float32) // z = f(x, y, a)
	sumTwo   func(x, y *float32, n int) (sums [lanes]float64)
)

// elementwiseGeneric leaves all elements over.
var elementwiseGeneric = elementwise{rest: -1}

// whole returns how many of n elements are in whole vectors.
func (e *elementwise) whole(n int) int { return n &^ e.rest }

// begin applies f to the whole vectors of x and returns how many elements that were.
func (f mapOne) begin(e *elementwise, y, x []float32) int {
	n := e.whole(len(x))
	if n > 0 {
		f(&y[0], &x[0], n)
	}
	return n
}

func (f mapTwo) begin(e *elementwise, z, x, y []float32) int {
	n := e.whole(len(x))
	if n > 0 {
		f(&z[0], &x[0], &y[0], n)
	}
	return n
}

func (f mapOneBy) begin(e *elementwise, y, x []float32, a float32) int {
	n := e.whole(len(x))
	if n > 0 {
		f(&y[0], &x[0], n, a)
	}
	return n
}

func (f mapTwoBy) begin(e *elementwise, z, x, y []float32, a float32) int {
	n := e.whole(len(x))
	if n > 0 {
		f(&z[0], &x[0], &y[0], n, a)
	}
	return n
}

// begin returns the sums over the elements that fill all lanes, and how many elements those were.
func (f sumTwo) begin(e *elementwise, x, y []float32) (laneSums, int) {
	n := e.whole(len(x)) &^ (lanes - 1)
	if n == 0 {
		return laneSums{}, 0
	}
	return f(&x[0], &y[0], n), n
}

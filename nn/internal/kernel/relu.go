package kernel

// Relu sets y[i] = max(x[i], 0): never −0, and NaN where x is NaN. y may be x.
func Relu(y, x []float32) {
	mustMatch("Relu", len(y), len(x))
	e := current.Load().elementwise
	n := e.relu.begin(e, y, x)
	reluGeneric(y[n:], x[n:])
}

func reluGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = max(v, 0)
	}
}

// ReluGrad sets dx[i] = 0 where y[i] ≤ 0 and dy[i] elsewhere, the gradient by x of y = relu x. dx may be dy.
func ReluGrad(dx, dy, y []float32) {
	mustMatch("ReluGrad", len(dx), len(dy), len(y))
	e := current.Load().elementwise
	n := e.reluGrad.begin(e, dx, dy, y)
	reluGradGeneric(dx[n:], dy[n:], y[n:])
}

func reluGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		d := dy[i]
		if v <= 0 {
			d = 0
		}
		dx[i] = d
	}
}

package kernel

import "math"

// Sigmoid sets y[i] = 1/(1 + e^−x[i]), with an error of at most 2.41 ulp on all 2³² inputs. y may be x.
func Sigmoid(y, x []float32) {
	mustMatch("Sigmoid", len(y), len(x))
	e := current.Load().elementwise
	n := e.sigmoid.begin(e, y, x)
	sigmoidGeneric(y[n:], x[n:])
}

func sigmoidGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = SigmoidOne(v)
	}
}

// SigmoidOne returns the logistic function of x. With e = e^−|x| it is 1/(1 + e) for x ≥ 0 and e/(1 + e) below, which
// keeps the digits of small values.
func SigmoidOne(x float32) float32 {
	e := ExpOne(math.Float32frombits(math.Float32bits(x) | signBit))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// SigmoidGrad sets dx[i] = dy[i]·(y[i]·(1 − y[i])), the gradient by x of y = sigmoid x. dx may be dy.
func SigmoidGrad(dx, dy, y []float32) {
	mustMatch("SigmoidGrad", len(dx), len(dy), len(y))
	e := current.Load().elementwise
	n := e.sigmoidGrad.begin(e, dx, dy, y)
	sigmoidGradGeneric(dx[n:], dy[n:], y[n:])
}

func sigmoidGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * (v * (1 - v))
	}
}

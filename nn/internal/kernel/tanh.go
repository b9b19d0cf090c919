package kernel

import "math"

const signBit = 1 << 31

// Tanh sets y[i] = tanh x[i], with an error of at most 2.42 ulp on all 2³² inputs. y may be x.
func Tanh(y, x []float32) {
	mustMatch("Tanh", len(y), len(x))
	e := current.Load().elementwise
	n := e.tanh.begin(e, y, x)
	tanhGeneric(y[n:], x[n:])
}

func tanhGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = TanhOne(v)
	}
}

// TanhOne returns tanh x = sign(x)·u/(u + 2) with u = e^(2|x|) − 1. From |x| = 10 on that is ±1 to all digits.
func TanhOne(x float32) float32 {
	b := math.Float32bits(x)
	a := math.Float32frombits(b &^ signBit)
	if a > 10 {
		a = 10
	}
	u := expm1Reduced(a + a)
	y := u / (u + 2)
	return math.Float32frombits(math.Float32bits(y) | b&signBit)
}

// TanhGrad sets dx[i] = dy[i]·(1 − y[i]²), the gradient by x of y = tanh x. The difference is fused: FMA(−y, y, 1).
// dx may be dy.
func TanhGrad(dx, dy, y []float32) {
	mustMatch("TanhGrad", len(dx), len(dy), len(y))
	e := current.Load().elementwise
	n := e.tanhGrad.begin(e, dx, dy, y)
	tanhGradGeneric(dx[n:], dy[n:], y[n:])
}

func tanhGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * FMA(-v, v, 1)
	}
}

package kernel

import "math"

// Softplus sets y[i] = ln(1 + e^x[i]), with an error of at most 1.73 ulp on all 2³² inputs. y may be x.
func Softplus(y, x []float32) {
	mustMatch("Softplus", len(y), len(x))
	e := current.Load().elementwise
	n := e.softplus.begin(e, y, x)
	softplusGeneric(y[n:], x[n:])
}

func softplusGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = SoftplusOne(v)
	}
}

// SoftplusOne returns ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|).
func SoftplusOne(x float32) float32 {
	t := softplusTail(x)
	if x > 0 {
		return x + t
	}
	return t
}

// softplusTail returns ln(1 + e^−|x|). Where e = e^−|x| exceeds √2 − 1 it is ln 2 + ln(1 + (e − 1)/2).
func softplusTail(x float32) float32 {
	e := ExpOne(math.Float32frombits(math.Float32bits(x) | signBit))
	var base float32
	if e > 0.41421356 {
		base, e = ln2hi, (e-1)*0.5
	}
	return base + FMA(e*e, logTail(e), e)
}

// SoftplusGrad sets dx[i] = dy[i]·sigmoid(x[i]), the gradient by x of softplus. dx may be dy.
func SoftplusGrad(dx, dy, x []float32) {
	mustMatch("SoftplusGrad", len(dx), len(dy), len(x))
	e := current.Load().elementwise
	n := e.softplusGrad.begin(e, dx, dy, x)
	softplusGradGeneric(dx[n:], dy[n:], x[n:])
}

func softplusGradGeneric(dx, dy, x []float32) {
	for i, v := range x {
		dx[i] = dy[i] * SigmoidOne(v)
	}
}

package kernel

// expm1Lowest bounds the argument of e^x − 1 from below: the result is −1 to all digits from −17.4 on.
const expm1Lowest = -20

// Elu sets y[i] = x[i] where x[i] > 0 and alpha·(e^x[i] − 1) elsewhere, alpha ≥ 0 (Clevert, Unterthiner and Hochreiter,
// Fast and accurate deep network learning by exponential linear units, 2016). y may be x.
func Elu(y, x []float32, alpha float32) {
	mustMatch("Elu", len(y), len(x))
	e := current.Load().elementwise
	n := e.elu.begin(e, y, x, alpha)
	eluGeneric(y[n:], x[n:], alpha)
}

func eluGeneric(y, x []float32, alpha float32) {
	for i, v := range x {
		if !(v > 0) {
			v = alpha * expm1Negative(v)
		}
		y[i] = v
	}
}

// expm1Negative returns e^x − 1 for x ≤ 0 or NaN.
func expm1Negative(x float32) float32 {
	if x < expm1Lowest {
		x = expm1Lowest
	}
	return expm1Reduced(x)
}

// EluGrad sets dx[i] = dy[i] where y[i] > 0 and dy[i]·(y[i] + alpha) elsewhere, the gradient by x of y = elu x: below 0
// the slope alpha·e^x is y + alpha. dx may be dy.
func EluGrad(dx, dy, y []float32, alpha float32) {
	mustMatch("EluGrad", len(dx), len(dy), len(y))
	e := current.Load().elementwise
	n := e.eluGrad.begin(e, dx, dy, y, alpha)
	eluGradGeneric(dx[n:], dy[n:], y[n:], alpha)
}

func eluGradGeneric(dx, dy, y []float32, alpha float32) {
	for i, v := range y {
		d := dy[i]
		if !(v > 0) {
			d *= v + alpha
		}
		dx[i] = d
	}
}

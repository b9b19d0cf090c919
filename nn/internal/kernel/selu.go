package kernel

// The constants that make mean 0 and variance 1 a fixed point (Klambauer et al., Self-normalizing neural networks,
// 2017, equation 14).
const (
	seluScale = 1.0507009873554805
	seluAlpha = 1.6732632423543772
	seluBelow = seluScale * seluAlpha
)

// Selu sets y[i] = λ·x[i] where x[i] > 0 and λα·(e^x[i] − 1) elsewhere, λ = 1.0507, α = 1.6733. y may be x.
func Selu(y, x []float32) {
	mustMatch("Selu", len(y), len(x))
	e := current.Load().elementwise
	n := e.selu.begin(e, y, x)
	seluGeneric(y[n:], x[n:])
}

func seluGeneric(y, x []float32) {
	for i, v := range x {
		if v > 0 {
			y[i] = seluScale * v
		} else {
			y[i] = seluBelow * expm1Negative(v)
		}
	}
}

// SeluGrad sets dx[i] = λ·dy[i] where y[i] > 0 and dy[i]·(y[i] + λα) elsewhere, the gradient by x of y = selu x.
// dx may be dy.
func SeluGrad(dx, dy, y []float32) {
	mustMatch("SeluGrad", len(dx), len(dy), len(y))
	e := current.Load().elementwise
	n := e.seluGrad.begin(e, dx, dy, y)
	seluGradGeneric(dx[n:], dy[n:], y[n:])
}

func seluGradGeneric(dx, dy, y []float32) {
	for i, v := range y {
		if v > 0 {
			dx[i] = seluScale * dy[i]
		} else {
			dx[i] = dy[i] * (v + seluBelow)
		}
	}
}

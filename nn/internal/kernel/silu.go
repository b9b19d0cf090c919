package kernel

// siluBound is where sigmoid(−x) has become 0.
const siluBound = 104

// Silu sets y[i] = x[i]·sigmoid(x[i]), with an error below 3.5 ulp (Elfwing, Uchibe and Doya, Sigmoid-weighted linear
// units for neural network function approximation in reinforcement learning, 2018). y may be x.
func Silu(y, x []float32) {
	mustMatch("Silu", len(y), len(x))
	e := current.Load().elementwise
	n := e.silu.begin(e, y, x)
	siluGeneric(y[n:], x[n:])
}

func siluGeneric(y, x []float32) {
	for i, v := range x {
		y[i] = max(v, -siluBound) * SigmoidOne(v)
	}
}

// SiluGrad sets dx[i] = dy[i]·(s·(1 + x[i]·(1 − s))), s = sigmoid(x[i]). The sum is fused. dx may be dy.
func SiluGrad(dx, dy, x []float32) {
	mustMatch("SiluGrad", len(dx), len(dy), len(x))
	e := current.Load().elementwise
	n := e.siluGrad.begin(e, dx, dy, x)
	siluGradGeneric(dx[n:], dy[n:], x[n:])
}

func siluGradGeneric(dx, dy, x []float32) {
	for i, v := range x {
		s := SigmoidOne(v)
		b := min(max(v, -siluBound), siluBound)
		dx[i] = dy[i] * (s * FMA(b, 1-s, 1))
	}
}

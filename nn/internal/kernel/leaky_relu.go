package kernel

// LeakyRelu sets y[i] = x[i] where x[i] > 0 and slope·x[i] elsewhere (Maas, Hannun and Ng, Rectifier nonlinearities
// improve neural network acoustic models, 2013). y may be x.
func LeakyRelu(y, x []float32, slope float32) {
	mustMatch("LeakyRelu", len(y), len(x))
	e := current.Load().elementwise
	n := e.leakyRelu.begin(e, y, x, slope)
	leakyReluGeneric(y[n:], x[n:], slope)
}

func leakyReluGeneric(y, x []float32, slope float32) {
	for i, v := range x {
		if !(v > 0) {
			v *= slope
		}
		y[i] = v
	}
}

// LeakyReluGrad sets dx[i] = dy[i] where x[i] > 0 and slope·dy[i] elsewhere. dx may be dy.
func LeakyReluGrad(dx, dy, x []float32, slope float32) {
	mustMatch("LeakyReluGrad", len(dx), len(dy), len(x))
	e := current.Load().elementwise
	n := e.leakyReluGrad.begin(e, dx, dy, x, slope)
	leakyReluGradGeneric(dx[n:], dy[n:], x[n:], slope)
}

func leakyReluGradGeneric(dx, dy, x []float32, slope float32) {
	for i, v := range x {
		d := dy[i]
		if !(v > 0) {
			d *= slope
		}
		dx[i] = d
	}
}

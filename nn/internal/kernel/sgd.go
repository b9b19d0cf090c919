package kernel

// SGDStep holds the coefficients of one step of stochastic gradient descent.
type SGDStep struct {
	GradScale float32 // every gradient is multiplied by this first (clipping)
	Momentum  float32
	Rate      float32
	Nesterov  bool // look ahead along the velocity
}

// NewSGDStep returns the coefficients of a step; they are the same at every step.
func NewSGDStep(rate, momentum float64, nesterov bool) SGDStep {
	return SGDStep{GradScale: 1, Momentum: float32(momentum), Rate: float32(rate), Nesterov: nesterov}
}

// SGD makes one step of gradient descent from the gradients g on the weights w and, with a momentum, the velocity b,
// which starts at 0 (Sutskever et al., On the importance of initialization and momentum in deep learning, 2013, in the
// form that PyTorch documents). b is nil exactly where Momentum is 0. For each weight, every operation rounded to
// float32 and none fused:
//
//	d = GradScale·g
//	b = Momentum·b + d		(with a momentum)
//	d = b, or d + Momentum·b with Nesterov
//	w = w − Rate·d
//
// The given g stays as it is.
func SGD(w, g, b []float32, c SGDStep) {
	mustMatch("SGD", len(w), len(g))
	e := current.Load().elementwise
	n := e.whole(len(w))
	if c.Momentum == 0 {
		if n > 0 {
			e.sgd(&w[0], &g[0], n, c.coefficients())
		}
		sgdGeneric(w[n:], g[n:], c)
		return
	}
	mustMatch("SGD", len(w), len(b))
	begin, end := e.sgdMomentum, sgdMomentumGeneric
	if c.Nesterov {
		begin, end = e.sgdNesterov, sgdNesterovGeneric
	}
	if n > 0 {
		begin(&w[0], &g[0], &b[0], n, c.coefficients())
	}
	end(w[n:], g[n:], b[n:], c)
}

func (c SGDStep) coefficients() [3]float32 { return [...]float32{c.GradScale, c.Momentum, c.Rate} }

func sgdGeneric(w, g []float32, c SGDStep) {
	for i := range w {
		w[i] -= float32(c.Rate * float32(c.GradScale*g[i]))
	}
}

func sgdMomentumGeneric(w, g, b []float32, c SGDStep) {
	for i := range w {
		v := float32(c.Momentum*b[i]) + float32(c.GradScale*g[i])
		b[i] = v
		w[i] -= float32(c.Rate * v)
	}
}

func sgdNesterovGeneric(w, g, b []float32, c SGDStep) {
	for i := range w {
		gi := float32(c.GradScale * g[i])
		v := float32(c.Momentum*b[i]) + gi
		b[i] = v
		w[i] -= float32(c.Rate * (gi + float32(c.Momentum*v)))
	}
}

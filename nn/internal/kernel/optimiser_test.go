package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// state is a weight with its two moments in float64, moved by the published formulas as they are printed.
type state struct{ w, m, v, product float64 }

const (
	rate, beta1, beta2, epsilon = 1e-2, 0.9, 0.999, 1e-8
	decay                       = 0.1
	momentum                    = 0.9
)

var optimiserCases = []struct {
	name  string
	step  func(w, g, m, v []float32, t int, s *state)
	truth func(s *state, g float64, t int)
}{
	{"adam", func(w, g, m, v []float32, t int, _ *state) {
		Adam(w, g, m, v, NewAdamStep(t, rate, beta1, beta2, epsilon, 0))
	}, func(s *state, g float64, t int) { adamTruth(s, g, t, 0) }},
	{"adamw", func(w, g, m, v []float32, t int, _ *state) {
		Adam(w, g, m, v, NewAdamStep(t, rate, beta1, beta2, epsilon, decay))
	}, func(s *state, g float64, t int) { adamTruth(s, g, t, decay) }},
	{"nadam", func(w, g, m, v []float32, t int, _ *state) {
		Nadam(w, g, m, v, NewNadamStep(t, nadamProduct(t, 1), rate, beta1, beta2, epsilon, 1))
	}, func(s *state, g float64, t int) { nadamTruth(s, g, t, 1) }},
	{"nadam whose momentum grows slowly", func(w, g, m, v []float32, t int, _ *state) {
		Nadam(w, g, m, v, NewNadamStep(t, nadamProduct(t, 0.004), rate, beta1, beta2, epsilon, 0.004))
	}, func(s *state, g float64, t int) { nadamTruth(s, g, t, 0.004) }},
	{"rmsprop", func(w, g, m, v []float32, _ int, _ *state) {
		RMSprop(w, g, v, nil, NewRMSpropStep(rate, beta2, epsilon, 0))
	}, func(s *state, g float64, _ int) {
		s.v = beta2*s.v + (1-beta2)*g*g
		s.w -= rate * g / (math.Sqrt(s.v) + epsilon)
	}},
	{"rmsprop with momentum", func(w, g, m, v []float32, _ int, _ *state) {
		RMSprop(w, g, v, m, NewRMSpropStep(rate, beta2, epsilon, momentum))
	}, func(s *state, g float64, _ int) {
		s.v = beta2*s.v + (1-beta2)*g*g
		s.m = momentum*s.m + g/(math.Sqrt(s.v)+epsilon)
		s.w -= rate * s.m
	}},
	{"sgd", func(w, g, _, _ []float32, _ int, _ *state) { SGD(w, g, nil, NewSGDStep(rate, 0, false)) },
		func(s *state, g float64, _ int) { s.w -= rate * g }},
	{"sgd with momentum", func(w, g, m, _ []float32, _ int, _ *state) {
		SGD(w, g, m, NewSGDStep(rate, momentum, false))
	}, func(s *state, g float64, _ int) {
		s.m = momentum*s.m + g
		s.w -= rate * s.m
	}},
	{"sgd with nesterov's", func(w, g, m, _ []float32, _ int, _ *state) {
		SGD(w, g, m, NewSGDStep(rate, momentum, true))
	}, func(s *state, g float64, _ int) {
		s.m = momentum*s.m + g
		s.w -= rate * (g + momentum*s.m)
	}},
	{"adagrad", func(w, g, _, v []float32, _ int, _ *state) { Adagrad(w, g, v, NewAdagradStep(rate, 0.1, epsilon)) },
		func(s *state, g float64, _ int) {
			s.v += g * g
			s.w -= rate * g / (math.Sqrt(0.1+s.v) + epsilon)
		}},
	{"adadelta", func(w, g, m, v []float32, _ int, _ *state) { Adadelta(w, g, v, m, NewAdadeltaStep(1, 0.95, 1e-6)) },
		func(s *state, g float64, _ int) {
			s.v = 0.95*s.v + 0.05*g*g
			d := math.Sqrt(s.m+1e-6) / math.Sqrt(s.v+1e-6) * g
			s.m = 0.95*s.m + 0.05*d*d
			s.w -= d
		}},
	{"lion", func(w, g, m, _ []float32, _ int, _ *state) { Lion(w, g, m, NewLionStep(rate, beta1, 0.99, decay)) },
		func(s *state, g float64, _ int) {
			s.w -= rate * (math.Copysign(1, beta1*s.m+(1-beta1)*g) + decay*s.w)
			s.m = 0.99*s.m + 0.01*g
		}},
}

func adamTruth(s *state, g float64, t int, decay float64) {
	s.w -= rate * decay * s.w
	s.m = beta1*s.m + (1-beta1)*g
	s.v = beta2*s.v + (1-beta2)*g*g
	mean, variance := s.m/(1-math.Pow(beta1, float64(t))), s.v/(1-math.Pow(beta2, float64(t)))
	s.w -= rate * mean / (math.Sqrt(variance) + epsilon)
}

// nadamProduct carries the momenta up to step t, as an optimiser does.
func nadamProduct(t int, decay float64) float64 {
	product := 1.0
	for step := 1; step <= t; step++ {
		product *= NadamMomentum(step, beta1, decay)
	}
	return product
}

// nadamTruth is the update of Keras 3, and with decay 0.004 that of PyTorch's NAdam.
func nadamTruth(s *state, g float64, t int, decay float64) {
	momentum := func(t int) float64 { return beta1 * (1 - 0.5*math.Pow(0.96, decay*float64(t))) }
	now, next := momentum(t), momentum(t+1)
	s.product *= now
	s.m = beta1*s.m + (1-beta1)*g
	s.v = beta2*s.v + (1-beta2)*g*g
	mean := next*s.m/(1-s.product*next) + (1-now)*g/(1-s.product)
	variance := s.v / (1 - math.Pow(beta2, float64(t)))
	s.w -= mean * rate / (math.Sqrt(variance) + epsilon)
}

func TestOptimisersFollowTheirFormulas(t *testing.T) {
	for _, c := range optimiserCases {
		t.Run(c.name, func(t *testing.T) {
			const n, steps = 40, 50
			random := rand.New(rand.NewPCG(1, 2))
			w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			truth := make([]state, n)
			for i := range w {
				w[i] = float32(random.NormFloat64())
				truth[i] = state{w: float64(w[i]), product: 1}
			}
			for step := 1; step <= steps; step++ {
				for i := range g {
					g[i] = float32(random.NormFloat64())
				}
				c.step(w, g, m, v, step, &truth[0])
				for i := range truth {
					c.truth(&truth[i], float64(g[i]), step)
				}
			}
			for i := range w {
				// A step is below 0.4 (the first of rmsprop, 10 times as much with momentum) and rounded a few times.
				if d := math.Abs(float64(w[i]) - truth[i].w); d > 2e-5 {
					t.Errorf("weight %d is %g, want %g", i, w[i], truth[i].w)
				}
			}
		})
	}
}

func TestGradScaleIsAppliedFirst(t *testing.T) {
	adam := NewAdamStep(1, rate, beta1, beta2, epsilon, 0)
	nadam := NewNadamStep(1, NadamMomentum(1, beta1, 1), rate, beta1, beta2, epsilon, 1)
	rms, sgd := NewRMSpropStep(rate, beta2, epsilon, 0), NewSGDStep(rate, momentum, true)
	adagrad, adadelta, lion := NewAdagradStep(rate, 0.1, epsilon), NewAdadeltaStep(1, 0.95, 1e-6), NewLionStep(rate, beta1, 0.99, decay)
	step := func(scale, gradient float32) (w [7]float32) {
		var m, v [7]float32
		adam.GradScale, nadam.GradScale, rms.GradScale, sgd.GradScale = scale, scale, scale, scale
		adagrad.GradScale, adadelta.GradScale, lion.GradScale = scale, scale, scale
		g := []float32{gradient}
		Adam(w[0:1], g, m[0:1], v[0:1], adam)
		Nadam(w[1:2], g, m[1:2], v[1:2], nadam)
		RMSprop(w[2:3], g, v[2:3], nil, rms)
		SGD(w[3:4], g, m[3:4], sgd)
		Adagrad(w[4:5], g, v[4:5], adagrad)
		Adadelta(w[5:6], g, v[5:6], m[5:6], adadelta)
		Lion(w[6:7], g, m[6:7], lion)
		return w
	}
	if got, want := step(0.25, 8), step(1, 2); got != want || want[0] == 0 {
		t.Errorf("weights are %v, want %v", got, want)
	}
}

func TestLionKeepsNaN(t *testing.T) {
	w, m := []float32{1, 2}, []float32{0, 0}
	Lion(w, []float32{float32(math.NaN()), 0}, m, NewLionStep(rate, beta1, 0.99, 0))
	if w[0] == w[0] || w[1] != 2 {
		t.Errorf("weights are %v, want NaN and 2", w)
	}
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[WeightL1](regularisers, "l1", "Σ|w| over all weights, biases not")
	registry.Add[WeightL2](regularisers, "l2", "Σw² over all weights, biases not")
}

// WeightL1 is the sum of the absolute values of all weights, without biases.
type WeightL1 struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
}

func (*WeightL1) Check(*Autoencoder, []link, int) string { return "" }
func (p *WeightL1) Factor() Schedule                     { return p.Weight }

// Attach makes the penalty work on all weights of n.
func (*WeightL1) Attach(n *Net) penalty {
	return &weightPenalty{params: n.weights(), sum: kernel.SumAbs, grad: func(g, w []float32, weight float32) {
		for i, v := range w {
			switch {
			case v > 0:
				g[i] += weight
			case v < 0:
				g[i] -= weight
			}
		}
	}}
}

// WeightL2 is the sum of the squares of all weights, without biases.
type WeightL2 struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
}

func (*WeightL2) Check(*Autoencoder, []link, int) string { return "" }
func (p *WeightL2) Factor() Schedule                     { return p.Weight }

// Attach makes the penalty work on all weights of n.
func (*WeightL2) Attach(n *Net) penalty {
	return &weightPenalty{params: n.weights(), sum: kernel.SumSquares, grad: func(g, w []float32, weight float32) {
		kernel.Axpy(g, 2*weight, w)
	}}
}

// weightPenalty is a sum over weights.
type weightPenalty struct {
	params []*Param
	sum    func(w []float32) float64
	grad   func(g, w []float32, weight float32) // adds to g
}

// weights returns all trained parameters but biases.
func (n *Net) weights() []*Param {
	var out []*Param
	for _, p := range n.trained() {
		if !p.Bias {
			out = append(out, p)
		}
	}
	return out
}

func (w *weightPenalty) value() float64 {
	sum := 0.0
	for _, p := range w.params {
		sum += w.sum(p.Value)
	}
	return sum
}

func (*weightPenalty) atOutput(int, *Matrix, float64) {}

func (w *weightPenalty) atWeights(weight float64) {
	for _, p := range w.params {
		if p.start() == kernel.Zero {
			clear(p.Grad)
		}
		w.grad(p.Grad, p.Value, float32(weight))
	}
}

func (*weightPenalty) observe() {}

func (w *weightPenalty) measured() map[string]float64 { return map[string]float64{"": w.value()} }

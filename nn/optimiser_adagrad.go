package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Adagrad](optimisers, "adagrad", "steps scaled by the sum of all squared gradients so far")
}

// Adagrad divides gradients by the root of the sum of their squares over all
// steps (Duchi, Hazan and Singer 2011, in the form and with the defaults that
// PyTorch documents; Keras begins the sum with 0.1 and has a rate of 0.001 and
// an epsilon of 1e-7).
type Adagrad struct {
	Rate    Schedule `default:"0.01" doc:"size of a step"`
	Initial float64  `default:"0" range:"[0, inf)" doc:"what the sum of squares begins with"`
	Epsilon float64  `default:"1e-10" range:"(0, inf)" doc:"added to the root of the sum"`

	WeightDecay float64 `default:"0" added:"yes" range:"[0, inf)" doc:"factor of the weights, biases too, that is added to the gradient, as PyTorch's weight_decay"`
}

// Slots is 1, the sum of squares.
func (*Adagrad) Slots() int { return 1 }

// Step makes a step.
func (a *Adagrad) Step(u *Update) {
	u.decay(a.WeightDecay)
	step := kernel.NewAdagradStep(u.at(a.Rate), a.Initial, a.Epsilon)
	step.GradScale = u.Scale
	kernel.Adagrad(u.W, u.G, u.Slots[0], step)
}

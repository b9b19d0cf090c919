package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Nadam](optimisers, "nadam", "adam with Nesterov momentum, as Keras does it")
}

// Nadam is Adam with Nesterov momentum (Dozat 2016), with the momentum
// schedule μ(t) = β1·(1 − ½·0.96^(ψ·t)), t counting steps. Keras from version
// 2.11 on has ψ = 1; before that, and in PyTorch, ψ is 0.004.
type Nadam struct {
	Rate    Schedule `default:"1e-3" doc:"size of a step"`
	Beta1   float64  `default:"0.9" range:"[0, 1)" doc:"memory of the gradient's running mean"`
	Beta2   float64  `default:"0.999" range:"[0, 1)" doc:"memory of the squared gradient's running mean"`
	Epsilon float64  `default:"1e-7" range:"(0, inf)" doc:"added to the root of the squared gradient"`

	MomentumDecay float64 `default:"1" added:"yes" range:"[0, inf)" doc:"how fast the momentum grows from half of beta1 to beta1: 1 as in Keras, 0.004 as in Keras before 2.11 and in PyTorch"`
	WeightDecay   float64 `default:"0" added:"yes" range:"[0, inf)" doc:"factor of the weights, biases too, that is added to the gradient, as PyTorch's weight_decay"`
}

// Slots is 2: running means of the gradient and of its square.
func (*Nadam) Slots() int { return 2 }

// Carry returns the product of the momenta up to a step.
func (n *Nadam) Carry(step int, before float64) float64 {
	return before * kernel.NadamMomentum(step, n.Beta1, n.MomentumDecay)
}

// Step makes a step.
func (n *Nadam) Step(u *Update) {
	u.decay(n.WeightDecay)
	step := kernel.NewNadamStep(u.Number, u.Carried, u.at(n.Rate), n.Beta1, n.Beta2, n.Epsilon, n.MomentumDecay)
	step.GradScale = u.Scale
	kernel.Nadam(u.W, u.G, u.Slots[0], u.Slots[1], step)
}

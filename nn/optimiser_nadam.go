package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Nadam](optimisers, "nadam", "adam with Nesterov momentum, as Keras does it")
}

// Nadam is Adam with Nesterov momentum (Dozat 2016), with the momentum
// schedule of Keras: μ(t) = β1·(1 − ½·0.96^t).
type Nadam struct {
	Rate    Schedule `default:"1e-3" doc:"size of a step"`
	Beta1   float64  `default:"0.9" range:"[0, 1)" doc:"memory of the gradient's running mean"`
	Beta2   float64  `default:"0.999" range:"[0, 1)" doc:"memory of the squared gradient's running mean"`
	Epsilon float64  `default:"1e-7" range:"(0, inf)" doc:"added to the root of the squared gradient"`
}

// Slots is 2: running means of the gradient and of its square.
func (*Nadam) Slots() int { return 2 }

// Carry returns the product of the momenta up to a step.
func (n *Nadam) Carry(step int, before float64) float64 {
	return before * kernel.NadamMomentum(step, n.Beta1)
}

// Step makes a step.
func (n *Nadam) Step(u *Update) {
	step := kernel.NewNadamStep(u.Number, u.Carried, u.at(n.Rate), n.Beta1, n.Beta2, n.Epsilon)
	step.GradScale = u.Scale
	kernel.Nadam(u.W, u.G, u.Slots[0], u.Slots[1], step)
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Adadelta](optimisers, "adadelta", "steps scaled by running means of squared gradients and changes")
}

// Adadelta makes changes as large as the last ones were, relative to the
// gradient's running mean square (Zeiler 2012, algorithm 1, in the form and
// with the defaults that PyTorch documents; Keras has a rate of 0.001, a memory
// of 0.95 and an epsilon of 1e-7). Zeiler's own has no rate: 1.
type Adadelta struct {
	Rate    Schedule `default:"1" doc:"what a change is multiplied by"`
	Memory  float64  `default:"0.9" range:"[0, 1)" doc:"memory of both running means, ρ"`
	Epsilon float64  `default:"1e-6" range:"(0, inf)" doc:"added under both roots"`

	WeightDecay float64 `default:"0" added:"yes" range:"[0, inf)" doc:"factor of the weights, biases too, that is added to the gradient, as PyTorch's weight_decay"`
}

// Slots is 2: running means of the squared gradient and the squared change.
func (*Adadelta) Slots() int { return 2 }

// Step makes a step.
func (a *Adadelta) Step(u *Update) {
	u.decay(a.WeightDecay)
	step := kernel.NewAdadeltaStep(u.at(a.Rate), a.Memory, a.Epsilon)
	step.GradScale = u.Scale
	kernel.Adadelta(u.W, u.G, u.Slots[0], u.Slots[1], step)
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Adam](optimisers, "adam", "steps scaled by running means of gradient and its square")
}

// Adam is the optimiser of Kingma and Ba 2015, algorithm 1.
type Adam struct {
	Rate    Schedule `default:"1e-3" doc:"size of a step"`
	Beta1   float64  `default:"0.9" range:"[0, 1)" doc:"memory of the gradient's running mean"`
	Beta2   float64  `default:"0.999" range:"[0, 1)" doc:"memory of the squared gradient's running mean"`
	Epsilon float64  `default:"1e-8" range:"(0, inf)" doc:"added to the root of the squared gradient"`

	WeightDecay float64 `default:"0" added:"yes" range:"[0, inf)" doc:"factor of the weights, biases too, that is added to the gradient, as PyTorch's weight_decay"`
}

// Slots is 2: running means of the gradient and of its square.
func (*Adam) Slots() int { return 2 }

// Step makes a step.
func (a *Adam) Step(u *Update) {
	u.decay(a.WeightDecay)
	adamStep(u, a.Rate, a.Beta1, a.Beta2, a.Epsilon, 0)
}

func adamStep(u *Update, rate Schedule, beta1, beta2, epsilon, decay float64) {
	step := kernel.NewAdamStep(u.Number, u.at(rate), beta1, beta2, epsilon, decay)
	step.GradScale = u.Scale
	kernel.Adam(u.W, u.G, u.Slots[0], u.Slots[1], step)
}

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[RMSprop](optimisers, "rmsprop", "steps scaled by a running mean of the squared gradient")
}

// RMSprop divides gradients by the root of their running mean square (Tieleman
// and Hinton 2012, in the form and with the defaults that PyTorch documents).
type RMSprop struct {
	Rate     Schedule `default:"0.01" doc:"size of a step"`
	Memory   float64  `default:"0.99" range:"[0, 1)" doc:"memory of the squared gradient's running mean"`
	Epsilon  float64  `default:"1e-8" range:"(0, inf)" doc:"added to the root of the squared gradient"`
	Momentum float64  `default:"0" range:"[0, 1)" doc:"share of the last step's velocity that goes on"`

	WeightDecay float64 `default:"0" added:"yes" range:"[0, inf)" doc:"factor of the weights, biases too, that is added to the gradient, as PyTorch's weight_decay"`
}

// Slots is 1, the running mean, or 2 with the velocity.
func (r *RMSprop) Slots() int {
	if r.Momentum == 0 {
		return 1
	}
	return 2
}

// Step makes a step.
func (r *RMSprop) Step(u *Update) {
	u.decay(r.WeightDecay)
	step := kernel.NewRMSpropStep(u.at(r.Rate), r.Memory, r.Epsilon, r.Momentum)
	step.GradScale = u.Scale
	var velocity []float32
	if r.Momentum != 0 {
		velocity = u.Slots[1]
	}
	kernel.RMSprop(u.W, u.G, u.Slots[0], velocity, step)
}

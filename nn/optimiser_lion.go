package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Lion](optimisers, "lion", "steps of one size, along the sign of a running mean of the gradient")
}

// Lion moves each weight by the rate, along the sign of a mean of the gradient
// and its running mean (Chen et al. 2023, algorithm 2, with its defaults). The
// paper's rates are 3 to 10 times lower than Adam's. The decay is multiplied by
// the rate, and acts on biases too.
type Lion struct {
	Rate  Schedule `default:"1e-4" doc:"size of a step"`
	Beta1 float64  `default:"0.9" range:"[0, 1)" doc:"share of the running mean in the direction of a step"`
	Beta2 float64  `default:"0.99" range:"[0, 1)" doc:"memory of the gradient's running mean"`
	Decay float64  `default:"0" range:"[0, inf)" doc:"share of a weight that a step of size 1 takes away"`
}

// Slots is 1, the running mean of the gradient.
func (*Lion) Slots() int { return 1 }

// Step makes a step.
func (l *Lion) Step(u *Update) {
	step := kernel.NewLionStep(u.at(l.Rate), l.Beta1, l.Beta2, l.Decay)
	step.GradScale = u.Scale
	kernel.Lion(u.W, u.G, u.Slots[0], step)
}

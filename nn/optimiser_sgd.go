package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[SGD](optimisers, "sgd", "stochastic gradient descent, with momentum where given")
}

// SGD is stochastic gradient descent with momentum (Sutskever et al. 2013, in
// the form that PyTorch documents).
type SGD struct {
	Rate     Schedule `default:"0.01" doc:"size of a step"`
	Momentum float64  `default:"0" range:"[0, 1)" doc:"share of the last step's velocity that goes on"`
	Nesterov bool     `default:"false" doc:"take the gradient ahead along the velocity"`

	WeightDecay float64 `default:"0" added:"yes" range:"[0, inf)" doc:"factor of the weights, biases too, that is added to the gradient, as PyTorch's weight_decay"`
}

// Slots is 1, the velocity, where there is a momentum.
func (s *SGD) Slots() int {
	if s.Momentum == 0 {
		return 0
	}
	return 1
}

// Normalise refuses nesterov without a momentum.
func (*SGD) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["nesterov"] == true && resolved["momentum"] == 0.0 {
		return registry.Mistakes{{Path: "nesterov", Message: "nesterov needs a momentum above 0"}}
	}
	return nil
}

// Step makes a step.
func (s *SGD) Step(u *Update) {
	u.decay(s.WeightDecay)
	step := kernel.NewSGDStep(u.at(s.Rate), s.Momentum, s.Nesterov)
	step.GradScale = u.Scale
	var velocity []float32
	if s.Momentum != 0 {
		velocity = u.Slots[0]
	}
	kernel.SGD(u.W, u.G, velocity, step)
}

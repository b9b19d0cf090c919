package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Exponential](schedules, "exponential", "multiplied by a factor in the course of every epoch")
}

// Exponential decays smoothly, a little with every step, by Factor an epoch:
// ExponentialDecay of Keras with decay_steps = an epoch's. PyTorch's
// ExponentialLR changes once an epoch; that is step with every: 1.
type Exponential struct {
	From   float64 `range:"[0, inf)" doc:"value at the start"`
	Factor float64 `default:"0.95" range:"(0, inf)" doc:"what it is multiplied by in an epoch"`
}

// At returns From·Factor^epochs.
func (e *Exponential) At(epochs float64) float64 {
	return float64(e.From * kernel.Pow64(e.Factor, epochs))
}

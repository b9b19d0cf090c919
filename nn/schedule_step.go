package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Stairs](schedules, "step", "multiplied by a factor every so many epochs")
}

// Stairs is multiplied by Factor every so many epochs, and constant in between:
// StepLR of PyTorch with step_size = Every and gamma = Factor. With Every 1 it
// is its ExponentialLR, which changes once an epoch.
type Stairs struct {
	From   float64 `range:"[0, inf)" doc:"value at the start"`
	Factor float64 `default:"0.1" range:"(0, inf)" doc:"what it is multiplied by"`
	Every  float64 `range:"(0, inf)" doc:"epochs from one change to the next"`
}

// At returns From·Factor^⌊epochs/Every⌋.
func (s *Stairs) At(epochs float64) float64 {
	return float64(s.From * kernel.Pow64(s.Factor, math.Floor(epochs/s.Every)))
}

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
//
// With Growth g each step lasts g times as long as the one before: Burda,
// Grosse and Salakhutdinov 2016 train for 3ⁱ epochs at a rate of 10^(−3 − i/7),
// i = 0 … 7, which is {from: 1e-3, factor: 0.7196856730011520, every: 1, growth: 3}.
type Stairs struct {
	From   float64 `range:"[0, inf)" doc:"value at the start"`
	Factor float64 `default:"0.1" range:"(0, inf)" doc:"what it is multiplied by"`
	Every  float64 `range:"(0, inf)" doc:"epochs from one change to the next"`
	Growth float64 `optional:"yes" range:"[1, 1000]" doc:"how many times as long as the one before each stretch without a change is; 1 unless given"`
}

// Normalise makes a growth of 1 the same as none.
func (*Stairs) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["growth"] == 1.0 {
		delete(resolved, "growth")
	}
	return nil
}

// At returns From·Factor^i, i being the number of changes so far: ⌊epochs/Every⌋
// without a growth.
func (s *Stairs) At(epochs float64) float64 {
	changes := math.Floor(epochs / s.Every)
	if s.Growth > 1 {
		changes = s.grown(epochs)
	}
	return float64(s.From * kernel.Pow64(s.Factor, changes))
}

// grown is the largest i for which Every·(1 + g + … + g^(i−1)) ≤ epochs.
func (s *Stairs) grown(epochs float64) (changes float64) {
	length, end := s.Every, s.Every
	for end <= epochs {
		changes++
		length = float64(length * s.Growth)
		end += length
	}
	return changes
}

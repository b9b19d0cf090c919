package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// Optimiser changes the weights at each step, given their gradients.
type Optimiser interface {
	// Slots is how many numbers it keeps for each weight, all 0 at first.
	Slots() int
}

// stepper is an optimiser that changes each weight by its own gradient.
type stepper interface {
	Optimiser
	// Step changes the weights of u. It is called for several stretches of the
	// weights at once.
	Step(u *Update)
}

// Carrier is an optimiser that carries a number from step to step, 1 before
// the first.
type Carrier interface {
	// Carry returns the number for a step, counted from 1, given that of the
	// step before.
	Carry(step int, before float64) float64
}

// Update is one step of an optimiser, on a stretch of the parameters of a net.
type Update struct {
	Number  int         // of the step, counted from 1 over all epochs
	Epochs  float64     // how many epochs have passed, for schedules
	Cuts    int         // of the rate so far, where it is a plateau
	Scale   float32     // what gradients are multiplied by before they are used (clipping)
	W, G    []float32   // weights and their gradients
	Slots   [][]float32 // what the optimiser keeps for each weight
	Carried float64     // what a Carrier carries
}

// decay adds so much of the weights to their gradients, clipped as they are, as
// PyTorch does it: the gradient of ½·factor·Σw² over all parameters.
func (u *Update) decay(factor float64) {
	if factor == 0 {
		return
	}
	if u.Scale != 1 {
		kernel.ScaleBy(u.G, u.Scale)
		u.Scale = 1
	}
	kernel.Axpy(u.G, float32(factor), u.W)
}

var optimisers = registry.NewRole[Optimiser]("optimiser", "how a step changes the weights").WithDefault("adam")

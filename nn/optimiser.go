package nn

import "hourglass.dev/hourglass/registry"

// Optimiser changes the weights at each step, given their gradients.
type Optimiser interface {
	// Slots is how many numbers it keeps for each weight, all 0 at first.
	Slots() int
	// Step changes the weights of u.
	Step(u *Update)
}

// Update is one step of an optimiser, on all parameters of a net at once.
type Update struct {
	Number  int         // of the step, counted from 1 over all epochs
	Epochs  float64     // how many epochs have passed, for schedules
	Scale   float32     // what gradients are multiplied by before they are used (clipping)
	W, G    []float32   // weights and their gradients
	Slots   [][]float32 // what the optimiser keeps for each weight
	Carried *float64    // a number that the optimiser carries from step to step, 1 at first
}

var optimisers = registry.NewRole[Optimiser]("optimiser", "how a step changes the weights").WithDefault("adam")

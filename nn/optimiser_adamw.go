package nn

import "hourglass.dev/hourglass/registry"

func init() { registry.Add[AdamW](optimisers, "adamw", "adam with decoupled weight decay") }

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter 2019,
// algorithm 2). The decay is multiplied by the rate, and acts on biases too,
// as in PyTorch.
type AdamW struct {
	Rate    Schedule `default:"1e-3" doc:"size of a step"`
	Beta1   float64  `default:"0.9" range:"[0, 1)" doc:"memory of the gradient's running mean"`
	Beta2   float64  `default:"0.999" range:"[0, 1)" doc:"memory of the squared gradient's running mean"`
	Epsilon float64  `default:"1e-8" range:"(0, inf)" doc:"added to the root of the squared gradient"`
	Decay   float64  `default:"0.01" range:"[0, inf)" doc:"share of a weight that a step of size 1 takes away"`
}

// Slots is 2: running means of the gradient and of its square.
func (*AdamW) Slots() int { return 2 }

// Step makes a step with weight decay.
func (a *AdamW) Step(u *Update) { adamStep(u, a.Rate, a.Beta1, a.Beta2, a.Epsilon, a.Decay) }

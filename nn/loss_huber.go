package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Huber](losses, "huber", "½·(y − t)² near zero, linear beyond delta") }

// Huber is ½d² for |d| ≤ Delta and Delta·(|d| − ½·Delta) beyond, d = y − t
// (Huber 1964, in the form that PyTorch documents).
type Huber struct {
	Delta  float64 `default:"1" range:"(0, inf)" doc:"where the square ends and the line begins"`
	Reduce string  `default:"mean" enum:"mean|sum" doc:"over the elements of an example"`
}

// Sum returns the sum over elements.
func (l *Huber) Sum(y, t []float32) float64 { return kernel.Huber(y, t, float32(l.Delta)) }

// Grad sets dy to scale times the gradient of Sum by y.
func (l *Huber) Grad(dy, y, t []float32, scale float32) {
	kernel.HuberGrad(dy, y, t, float32(l.Delta), scale)
}

// Mean tells whether the loss is averaged over elements.
func (l *Huber) Mean() bool { return l.Reduce == "mean" }

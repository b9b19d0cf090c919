package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[L1](losses, "l1", "absolute error") }

// L1 is the absolute error, |y − t|, with gradient 0 where it is 0.
type L1 struct {
	Reduce string `default:"mean" enum:"mean|sum" doc:"over the elements of an example"`
}

// Sum returns Σ |y − t|.
func (l *L1) Sum(y, t []float32) float64 { return kernel.AbsoluteError(y, t) }

// Grad sets dy to scale times the gradient of Sum by y.
func (l *L1) Grad(dy, y, t []float32, scale float32) { kernel.AbsoluteErrorGrad(dy, y, t, scale) }

// Mean tells whether the loss is averaged over elements.
func (l *L1) Mean() bool { return l.Reduce == "mean" }

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[MSE](losses, "mse", "squared error") }

// MSE is the squared error, (y − t)², without a factor of ½.
type MSE struct {
	Reduce string `default:"mean" enum:"mean|sum" doc:"over the elements of an example"`
}

// Sum returns Σ (y − t)².
func (l *MSE) Sum(y, t []float32) float64 { return kernel.SquaredError(y, t) }

// Grad sets dy to scale times the gradient of Sum by y.
func (l *MSE) Grad(dy, y, t []float32, scale float32) { kernel.SquaredErrorGrad(dy, y, t, scale) }

// Mean tells whether the loss is averaged over elements.
func (l *MSE) Mean() bool { return l.Reduce == "mean" }

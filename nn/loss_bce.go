package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[BCE](losses, "bce", "binary cross-entropy, for data in [0, 1]") }

// BCE is the binary cross-entropy −t·log y − (1 − t)·log(1 − y), for targets in
// [0, 1]. Behind a sigmoid it is computed from the logits; elsewhere y is
// clipped to [1e-7, 1 − 1e-7].
type BCE struct {
	Reduce string `default:"mean" enum:"mean|sum" doc:"over the elements of an example"`
}

// Sum returns the sum over elements.
func (l *BCE) Sum(y, t []float32) float64 { return kernel.BCE(y, t) }

// Grad sets dy to scale times the gradient of Sum by y.
func (l *BCE) Grad(dy, y, t []float32, scale float32) { kernel.BCEGrad(dy, y, t, scale) }

// Mean tells whether the loss is averaged over elements.
func (l *BCE) Mean() bool { return l.Reduce == "mean" }

// SumLogits returns Σ softplus(z) − t·z, which is Sum(sigmoid(z), t) without
// loss of digits.
func (l *BCE) SumLogits(z, t []float32) float64 { return kernel.BCELogits(z, t) }

// GradLogits sets dz to scale·(y − t).
func (l *BCE) GradLogits(dz, y, t []float32, scale float32) {
	kernel.BCELogitsGrad(dz, y, t, scale)
}

// Range is that of the data and reconstructions that the loss is defined for.
func (l *BCE) Range() (low, high float64) { return 0, 1 }

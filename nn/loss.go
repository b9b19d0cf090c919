package nn

import "hourglass.dev/hourglass/registry"

// Loss measures how far reconstructions y are from targets t, element by
// element. It is summed or averaged over the elements of an example, and
// averaged over the examples of a batch.
type Loss interface {
	// Sum returns the sum of the loss over all elements, in float64.
	Sum(y, t []float32) float64
	// Grad sets dy to scale times the gradient of Sum by y. dy may be y.
	Grad(dy, y, t []float32, scale float32)
	// Mean tells whether the loss is averaged over the elements of an example.
	Mean() bool
}

// LogitLoss is a loss that, behind a sigmoid, is better computed from what
// went into it.
type LogitLoss interface {
	Loss
	// SumLogits returns Sum(sigmoid(z), t).
	SumLogits(z, t []float32) float64
	// GradLogits sets dz to scale times the gradient by z, given y = sigmoid(z).
	GradLogits(dz, y, t []float32, scale float32)
}

// Ranged is implemented by what yields or accepts numbers of a certain range
// only: activations that are bounded, losses that are defined there.
type Ranged interface {
	Range() (low, high float64)
}

var losses = registry.NewRole[Loss]("loss", "how far a reconstruction is from its target").WithDefault("mse")

// lossScale is what the sum over a batch is multiplied by.
func lossScale(loss Loss, examples, elements int) float64 {
	if loss.Mean() {
		return 1 / (float64(examples) * float64(elements))
	}
	return 1 / float64(examples)
}

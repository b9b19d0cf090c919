package nn

import "hourglass.dev/hourglass/registry"

// Loss measures how far reconstructions y are from targets t, averaged over the
// examples of a batch. It is an [ElementLoss] or a [PictureLoss].
type Loss interface {
	// Mean tells whether the loss is averaged over the elements of an example.
	Mean() bool
}

// exampleLoss computes the loss of one or more examples, and its gradient.
type exampleLoss interface {
	// Sum returns the sum of the loss, in float64.
	Sum(y, t []float32) float64
	// Grad sets dy to scale times the gradient of Sum by y. dy may be y.
	Grad(dy, y, t []float32, scale float32)
}

// ElementLoss is a sum over elements, each of which counts for itself.
type ElementLoss interface {
	Loss
	exampleLoss
}

// PictureLoss is a loss of whole pictures.
type PictureLoss interface {
	Loss
	// Fit returns what computes the loss of one picture at a time for data with
	// these traits, with room of its own, or why there is no such loss for them.
	Fit(data Traits) (exampleLoss, error)
}

// BatchLoss is an ElementLoss whose sum over a batch goes through a function.
type BatchLoss interface {
	ElementLoss
	// Of returns what becomes of a sum over so many elements, and its slope by
	// the sum.
	Of(sum float64, elements int) (value, slope float64)
}

// LogitLoss is a loss that, behind a sigmoid, is better computed from what
// went into it.
type LogitLoss interface {
	ElementLoss
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

package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[GaussianNLL](losses, "gaussian-nll", "minus the log density of targets around reconstructions")
}

// GaussianNLL is the negative log-likelihood of targets t that are normally
// distributed around reconstructions y with a variance σ² that all elements
// share: ½·ln(2π·σ²) + (y − t)²/(2σ²). The constant is in it, as in PyTorch's
// GaussianNLLLoss with full=True.
//
// With Fit the variance is the one that fits best, the mean squared error of
// the batch, and in a measurement that of the split, which turns the loss into
// ½·ln(2π·mse) + ½ for each element: the optimal σ-VAE of Rybkin, Daniilidis and
// Levine 2021, section 3.2. As the best variance is a minimum, the gradient by
// y is that at a given variance.
//
// With a variance that is learned, {kind: learned, of: each}, the loss has a
// parameter beside the weights.
type GaussianNLL struct {
	Variance Variance `default:"1" doc:"variance of an element around its reconstruction: a number, or learned"`
	Fit      bool     `optional:"yes" doc:"take the variance that fits the batch best, at least 1e-6, instead of a given one"`
	Reduce   string   `default:"mean" enum:"mean|sum" doc:"over the elements of an example"`
}

// leastVariance bounds a variance that is fitted.
const leastVariance = 1e-6

// Normalise leaves only one of variance and fit.
func (*GaussianNLL) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if resolved["fit"] != true {
		delete(resolved, "fit")
		return nil
	}
	if given["variance"] {
		return registry.Mistakes{{Path: "variance", Key: true, Message: "a variance that is fitted cannot be given", Hint: "give one of variance and fit"}}
	}
	delete(resolved, "variance")
	return nil
}

// Sum returns the sum over elements; with Fit, that of squared errors.
func (l *GaussianNLL) Sum(y, t []float32) float64 {
	squares := kernel.SquaredError(y, t)
	if l.Fit {
		return squares
	}
	return normalNLL(squares, len(y), l.Variance.first())
}

// Of returns the sum over elements, given that of squared errors with Fit.
func (l *GaussianNLL) Of(sum float64, elements int) (value, slope float64) {
	if !l.Fit {
		return sum, 1
	}
	variance := max(sum/float64(elements), leastVariance)
	return normalNLL(sum, elements, variance), 0.5 / variance
}

// normalNLL returns Σ ½·ln(2π·σ²) + d²/(2σ²) over so many elements, given Σ d².
func normalNLL(squares float64, elements int, variance float64) float64 {
	constant := float64(0.5 * kernel.Log64(2*math.Pi*variance))
	return float64(float64(elements)*constant) + squares/float64(2*variance)
}

// Grad sets dy to scale times the gradient of Sum by y.
func (l *GaussianNLL) Grad(dy, y, t []float32, scale float32) {
	if !l.Fit {
		scale = float32(float64(scale) / float64(2*l.Variance.first()))
	}
	kernel.SquaredErrorGrad(dy, y, t, scale)
}

// Mean tells whether the loss is averaged over elements.
func (l *GaussianNLL) Mean() bool { return l.Reduce == "mean" }

package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[NormalWeights](initialisers, "normal", "normal with a given standard deviation")
	registry.Add[UniformWeights](initialisers, "uniform", "uniform within given bounds")
}

// NormalWeights draws weights from one normal distribution in all layers, with a
// mean of 0 (Kingma and Welling 2014 with 0.01, Radford, Metz and Chintala 2016
// with 0.02). Keras's TruncatedNormal, unlike its HeNormal, does not make up for
// what it leaves out; nor does this.
type NormalWeights struct {
	zeroBiases
	Sigma     float64 `default:"0.01" range:"(0, inf)" doc:"standard deviation of the weights"`
	Truncated bool    `default:"false" doc:"draw no weight beyond two standard deviations; those that are left have 0.88 of sigma"`
}

// Draw fills w from the normal distribution.
func (n *NormalWeights) Draw(w []float32, _, _ int, stream kernel.Stream) {
	if !n.Truncated {
		drawNormal(w, float64(n.Sigma*n.Sigma), stream)
		return
	}
	drawWithin(w, 2, stream)
	kernel.ScaleBy(w, float32(n.Sigma))
}

// UniformWeights draws weights uniformly from one interval in all layers, as
// Keras's RandomUniform does.
type UniformWeights struct {
	zeroBiases
	Bound float64 `default:"0.05" range:"(0, inf)" doc:"how far weights lie from 0 at most"`
}

// Draw fills w uniformly within ±Bound.
func (u *UniformWeights) Draw(w []float32, _, _ int, stream kernel.Stream) {
	drawUniform(w, u.Bound, stream)
}

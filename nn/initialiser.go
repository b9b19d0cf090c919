package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// Initialiser draws the first values of weights and biases.
type Initialiser interface {
	// Draw fills w, the weights of a layer with so many inputs and outputs to
	// each unit, from the stream.
	Draw(w []float32, fanIn, fanOut int, stream kernel.Stream)
	// DrawBiases fills the biases b of a layer with so many inputs to each unit.
	DrawBiases(b []float32, fanIn int, stream kernel.Stream)
}

// initialised is a layer that may have an initialiser of its own.
type initialised interface {
	// ownInitialiser is nil where the layer's weights are drawn by the model's.
	ownInitialiser() Initialiser
}

var initialisers = registry.NewRole[Initialiser]("initialiser", "how the first weights are drawn")

// zeroBiases is embedded by the initialisers that leave biases at zero.
type zeroBiases struct{}

// DrawBiases sets b to zero.
func (zeroBiases) DrawBiases(b []float32, _ int, _ kernel.Stream) { clear(b) }

// drawUniform fills w uniformly from [−bound, bound).
func drawUniform(w []float32, bound float64, stream kernel.Stream) {
	stream.Uniforms(w, 0)
	for i, u := range w {
		w[i] = float32(bound) * (2*u - 1) // 2u − 1 is exact
	}
}

// truncatedDeviation is the standard deviation of a standard normal distribution
// without what lies beyond ±2: √(1 − 4·φ(2)/(2·Φ(2) − 1)).
const truncatedDeviation = 0.87962566103423978

// drawNormals fills w from the normal distribution with mean 0 and the variance.
// Truncated, what lies beyond two standard deviations is drawn anew, from the
// stream's next epochs, and all is made wider to have the variance again, as Keras
// does it (keras/src/initializers/random_initializers.py, VarianceScaling).
func drawNormals(w []float32, variance float64, truncated bool, stream kernel.Stream) {
	if !truncated {
		drawNormal(w, variance, stream)
		return
	}
	drawWithin(w, 2, stream)
	kernel.ScaleBy(w, float32(math.Sqrt(variance)/truncatedDeviation))
}

// drawWithin fills w from the standard normal distribution between −bound and bound.
func drawWithin(w []float32, bound float32, stream kernel.Stream) {
	stream.Normals(w, 0)
	again := make([]float32, len(w))
	for beyond := true; beyond; {
		beyond = false
		stream.Epoch++
		stream.Normals(again, 0)
		for i, v := range w {
			if v < -bound || v > bound {
				w[i], beyond = again[i], true
			}
		}
	}
}

// drawNormal fills w from the normal distribution with mean 0 and the variance.
func drawNormal(w []float32, variance float64, stream kernel.Stream) {
	stream.Normals(w, 0)
	kernel.ScaleBy(w, float32(math.Sqrt(variance)))
}

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

// drawNormal fills w from the normal distribution with mean 0 and the variance.
func drawNormal(w []float32, variance float64, stream kernel.Stream) {
	stream.Normals(w, 0)
	kernel.ScaleBy(w, float32(math.Sqrt(variance)))
}

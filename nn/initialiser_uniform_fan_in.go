package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[UniformFanIn](initialisers, "uniform-fan-in", "uniform within ±1/√in, biases too, as PyTorch does")
}

// UniformFanIn draws weights and biases uniformly within ±1/√in, the default
// of PyTorch's linear and convolutional layers.
type UniformFanIn struct{}

// Draw fills w uniformly within ±1/√fanIn.
func (*UniformFanIn) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	drawUniform(w, 1/math.Sqrt(float64(fanIn)), stream)
}

// DrawBiases fills b uniformly within ±1/√fanIn.
func (*UniformFanIn) DrawBiases(b []float32, fanIn int, stream kernel.Stream) {
	drawUniform(b, 1/math.Sqrt(float64(fanIn)), stream)
}

package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[HeUniform](initialisers, "he-uniform", "uniform with variance 2/in")
	registry.Add[HeNormal](initialisers, "he-normal", "normal with variance 2/in")
}

// HeUniform draws weights uniformly with variance 2/in
// (He et al. 2015).
type HeUniform struct{ zeroBiases }

// Draw fills w uniformly within ±√(3·variance).
func (*HeUniform) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	drawUniform(w, math.Sqrt(3*2/float64(fanIn)), stream)
}

// HeNormal draws weights from the normal distribution with variance
// 2/in (He et al. 2015).
type HeNormal struct {
	zeroBiases
	Truncated bool `default:"false" added:"yes" doc:"draw no weight beyond two standard deviations of a normal distribution, as Keras does"`
}

// Draw fills w from the normal distribution.
func (n *HeNormal) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	drawNormals(w, 2/float64(fanIn), n.Truncated, stream)
}

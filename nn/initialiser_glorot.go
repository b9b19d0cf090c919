package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[GlorotUniform](initialisers, "glorot-uniform", "uniform with variance 2/(in + out)")
	registry.Add[GlorotNormal](initialisers, "glorot-normal", "normal with variance 2/(in + out)")
}

// GlorotUniform draws weights uniformly with variance 2/(in + out)
// (Glorot and Bengio 2010).
type GlorotUniform struct{ zeroBiases }

// Draw fills w uniformly within ±√(3·variance).
func (*GlorotUniform) Draw(w []float32, fanIn, fanOut int, stream kernel.Stream) {
	drawUniform(w, math.Sqrt(3*2/float64(fanIn+fanOut)), stream)
}

// GlorotNormal draws weights from the normal distribution with variance
// 2/(in + out) (Glorot and Bengio 2010).
type GlorotNormal struct {
	zeroBiases
	Truncated bool `default:"false" added:"yes" doc:"draw no weight beyond two standard deviations of a normal distribution, as Keras does"`
}

// Draw fills w from the normal distribution.
func (n *GlorotNormal) Draw(w []float32, fanIn, fanOut int, stream kernel.Stream) {
	drawNormals(w, 2/float64(fanIn+fanOut), n.Truncated, stream)
}

package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[LecunUniform](initialisers, "lecun-uniform", "uniform with variance 1/in")
	registry.Add[LecunNormal](initialisers, "lecun-normal", "normal with variance 1/in")
}

// LecunUniform draws weights uniformly with variance 1/in
// (LeCun et al. 1998).
type LecunUniform struct{ zeroBiases }

// Draw fills w uniformly within ±√(3·variance).
func (*LecunUniform) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	drawUniform(w, math.Sqrt(3*1/float64(fanIn)), stream)
}

// LecunNormal draws weights from the normal distribution with variance
// 1/in (LeCun et al. 1998).
type LecunNormal struct {
	zeroBiases
	Truncated bool `default:"false" added:"yes" doc:"draw no weight beyond two standard deviations of a normal distribution, as Keras does"`
}

// Draw fills w from the normal distribution.
func (n *LecunNormal) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	drawNormals(w, 1/float64(fanIn), n.Truncated, stream)
}

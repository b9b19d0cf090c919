package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[SparseWeights](initialisers, "sparse", "a few normal weights to each unit, the others 0")
}

// SparseWeights gives each unit a few weights that are not 0, to inputs that
// are drawn anew for each unit, from a normal distribution (Martens 2010,
// section 5, with its numbers). Units with fewer inputs are fully connected.
// PyTorch's sparse_ is told what share of weights is 0 instead.
type SparseWeights struct {
	zeroBiases
	Incoming int     `default:"15" range:"[1, 1048576]" doc:"weights of a unit that are not 0"`
	Sigma    float64 `default:"1" range:"(0, inf)" doc:"standard deviation of those weights"`
}

// Draw fills w, [fanIn × units]. The inputs of unit j come from the stream with
// epoch j + 1.
func (s *SparseWeights) Draw(w []float32, fanIn, _ int, stream kernel.Stream) {
	units := len(w) / fanIn
	drawNormal(w, float64(s.Sigma*s.Sigma), stream)
	order := make([]int32, fanIn)
	for j := range units {
		stream.Epoch = uint32(j + 1)
		stream.Permutation(order)
		for _, i := range order[min(s.Incoming, fanIn):] {
			w[int(i)*units+j] = 0
		}
	}
}

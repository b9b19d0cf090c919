package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Cosine](schedules, "cosine", "from one value to another along half a cosine, then constant")
}

// Cosine moves from one value to another along half a period of a cosine, and
// stays there (Loshchilov and Hutter 2017, SGDR, equation 5 without restarts;
// CosineAnnealingLR of PyTorch, with a value for every step and not one an epoch).
type Cosine struct {
	From   float64 `range:"[0, inf)" doc:"value at the start"`
	To     float64 `default:"0" range:"[0, inf)" doc:"value at the end, and from then on"`
	Epochs float64 `range:"(0, inf)" doc:"how long it takes"`
}

// At returns To + ½·(From − To)·(1 + cos(π·min(epochs/Epochs, 1))).
func (c *Cosine) At(epochs float64) float64 {
	angle := float64(math.Pi * min(epochs/c.Epochs, 1))
	return c.To + float64(0.5*(c.From-c.To)*(1+kernel.Cos64(angle)))
}

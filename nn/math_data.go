package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// CosTurns returns cos 2πt for |t| < 2⁵², the same bits on every machine: t is
// brought into [−½, ½] exactly, so that it is as good for many turns as for
// one. Data that are made up of curves need it, as math.Cos differs by
// architecture.
func CosTurns(t float64) float64 {
	t -= math.Floor(t + 0.5)
	return kernel.Cos64(2 * math.Pi * t)
}

// SinTurns returns sin 2πt = cos 2π(t − ¼), as [CosTurns] does.
func SinTurns(t float64) float64 {
	t -= math.Floor(t + 0.5)
	return CosTurns(t - 0.25)
}

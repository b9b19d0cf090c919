package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[LogCosh](losses, "log-cosh", "log cosh(y − t): ½·(y − t)² near zero, linear far away")
}

// LogCosh is ln cosh(y − t), a smooth Huber loss: ½d² for small d = y − t, and
// |d| − ln 2 for large ones. Its gradient is tanh d. It is Keras's LogCosh.
type LogCosh struct {
	Reduce string `default:"mean" enum:"mean|sum" doc:"over the elements of an example"`
}

// Sum returns Σ ln cosh(y − t).
func (l *LogCosh) Sum(y, t []float32) float64 { return kernel.LogCosh(y, t) }

// Grad sets dy to scale·tanh(y − t).
func (l *LogCosh) Grad(dy, y, t []float32, scale float32) { kernel.LogCoshGrad(dy, y, t, scale) }

// Mean tells whether the loss is averaged over elements.
func (l *LogCosh) Mean() bool { return l.Reduce == "mean" }

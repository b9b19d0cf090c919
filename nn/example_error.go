package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// ErrorMeasures are the ways to measure the error of one example: mean squared,
// mean absolute and largest absolute error of its elements.
var ErrorMeasures = []string{"mse", "l1", "max"}

// ExampleError is the error of a reconstruction y of an example x, by one of
// ErrorMeasures.
func ExampleError(measure string, y, x []float32) float64 {
	switch measure {
	case "mse":
		return kernel.SquaredError(y, x) / float64(len(x))
	case "l1":
		return kernel.AbsoluteError(y, x) / float64(len(x))
	}
	largest := 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(float64(v-y[i])))
	}
	return largest
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// squaredError sums squared errors over elements and examples.
type squaredError struct {
	sum                float64
	examples, elements int
}

func (m *squaredError) Add(y, x *Matrix) {
	m.sum += kernel.SquaredError(y.Data, x.Data)
	m.examples += x.Rows
	m.elements += len(x.Data)
}

// meanSquaredError is the squared error averaged over elements and examples.
type meanSquaredError struct{ squaredError }

func (*meanSquaredError) Name() string     { return "mse" }
func (m *meanSquaredError) Value() float64 { return m.sum / float64(m.elements) }

// summedSquaredError is the squared error summed over the elements of an
// example and averaged over examples.
type summedSquaredError struct{ squaredError }

func (*summedSquaredError) Name() string     { return "sse" }
func (m *summedSquaredError) Value() float64 { return m.sum / float64(m.examples) }

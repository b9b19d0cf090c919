package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// meanAbsoluteError is the absolute error averaged over elements and examples.
type meanAbsoluteError struct {
	sum      float64
	elements int
}

func (*meanAbsoluteError) Name() string { return "l1" }

func (m *meanAbsoluteError) Add(y, x *Matrix) {
	m.sum += kernel.AbsoluteError(y.Data, x.Data)
	m.elements += len(x.Data)
}

func (m *meanAbsoluteError) Value() float64 { return m.sum / float64(m.elements) }

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// crossEntropy is the binary cross-entropy averaged over elements and
// examples, reconstructions clipped to [1e-7, 1 − 1e-7].
type crossEntropy struct {
	sum      float64
	elements int
}

func (*crossEntropy) Name() string { return "bce" }

func (m *crossEntropy) Add(y, x *Matrix) {
	m.sum += kernel.BCE(y.Data, x.Data)
	m.elements += len(x.Data)
}

func (m *crossEntropy) Value() float64 { return m.sum / float64(m.elements) }

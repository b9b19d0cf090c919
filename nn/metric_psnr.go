package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// leastNoise bounds the mean squared error of a picture from below, relative
// to the squared peak, so that a perfect picture has 100 dB and not infinitely many.
const leastNoise = 1e-10

// decibels is 10/ln 10.
const decibels = 4.342944819032518

// signalToNoise is the peak signal-to-noise ratio in decibels,
// 10·log₁₀(peak²/mse) of each picture, averaged over pictures. The peak is the
// range of the data.
type signalToNoise struct {
	peak     float64
	sum      float64
	examples int
	errors   [evaluationRows]float64
}

func (*signalToNoise) Name() string { return "psnr" }

func (m *signalToNoise) Add(y, x *Matrix) {
	errors := m.errors[:x.Rows]
	kernel.RowSquaredErrors(errors, y.Data, x.Data, x.Rows, x.Cols)
	for _, sum := range errors {
		noise := sum / float64(x.Cols) / float64(m.peak*m.peak)
		m.sum -= float64(decibels * kernel.Log64(max(noise, leastNoise)))
	}
	m.examples += x.Rows
}

func (m *signalToNoise) Value() float64 { return m.sum / float64(m.examples) }

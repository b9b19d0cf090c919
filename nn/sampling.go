package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// codeRows is how many training examples the distribution of codes is worked
// out from.
const codeRows = 10_000

// sample returns n reconstructions of codes that are drawn: from the standard
// normal distribution where training pulls the code's there, and otherwise from
// the normal distribution with mean and covariance of the codes of training
// examples.
func (s *Subject) sample(n int) *Matrix {
	h := NewMatrix(n, s.coder().CodeSize())
	kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationSamples}.Normals(h.Data, 0)
	if s.gaussian() == nil {
		s.likeTraining(h)
	}
	return s.decode(h)
}

// likeTraining turns standard normal codes into ones with the mean and the
// covariance of those of training examples, on the sphere where these lie there.
func (s *Subject) likeTraining(h *Matrix) {
	mean, covariance := codeMoments(s.encode(head(s.Train, codeRows)))
	l := Cholesky(covariance, h.Cols)
	_, sphere := s.onSphere()
	drawn := make([]float64, h.Cols)
	for i := range h.Rows {
		row := h.Row(i)
		length := 0.0
		for j := range drawn {
			drawn[j] = mean[j]
			for k := range j + 1 {
				drawn[j] += float64(l[j*h.Cols+k] * float64(row[k]))
			}
			length += float64(drawn[j] * drawn[j])
		}
		scale := 1.0
		if sphere && length > 0 {
			scale = 1 / math.Sqrt(length)
		}
		for j := range drawn {
			row[j] = float32(scale * drawn[j])
		}
	}
}

// onSphere returns the layer of a code of length 1, if that is what it is.
func (s *Subject) onSphere() (*unitNorm, bool) {
	if s.trainer == nil {
		return nil, false
	}
	layer, ok := s.trainer.net.layers[s.trainer.net.encoder-1].(*unitNorm)
	return layer, ok
}

// codeMoments returns mean and covariance of the rows of h, the latter n × n.
func codeMoments(h *Matrix) (mean, covariance []float64) {
	n := h.Cols
	mean, covariance = make([]float64, n), make([]float64, n*n)
	kernel.Means(mean, h.Data, h.Rows, n)
	centred := make([]float64, n)
	for i := range h.Rows {
		for j, v := range h.Row(i) {
			centred[j] = float64(v) - mean[j]
		}
		for j, a := range centred {
			for k, b := range centred[:j+1] {
				covariance[j*n+k] += float64(a * b)
			}
		}
	}
	for j := range n {
		for k := range j + 1 {
			covariance[j*n+k] /= float64(h.Rows)
			covariance[k*n+j] = covariance[j*n+k]
		}
	}
	return mean, covariance
}

// Cholesky returns the lower triangle L with L·Lᵀ = a, n × n. A column
// without variance beyond rounding is 0.
func Cholesky(a []float64, n int) []float64 {
	l := make([]float64, n*n)
	for j := range n {
		d := a[j*n+j]
		for k := range j {
			d -= float64(l[j*n+k] * l[j*n+k])
		}
		if d <= 1e-12*a[j*n+j] || d <= 0 {
			continue
		}
		root := math.Sqrt(d)
		l[j*n+j] = root
		for i := j + 1; i < n; i++ {
			e := a[i*n+j]
			for k := range j {
				e -= float64(l[i*n+k] * l[j*n+k])
			}
			l[i*n+j] = e / root
		}
	}
	return l
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// shallowJacobian is that of an encoder of one layer, h = f(x·w + b):
//
//	∂h_j/∂x_i = f′(z_j)·w_ij, so ‖J‖² = Σ_j f′(z_j)²·c_j with c_j = Σ_i w_ij²
type shallowJacobian struct {
	layer   *contracted
	norms   []float32 // c_j
	squares []float32 // of a row of weights, or of slopes
	weight  []float32 // 2/rows · Σ over examples of f′(z_j)²
}

func newShallowJacobian(l *contracted, _ *Net) *shallowJacobian {
	return &shallowJacobian{layer: l, norms: make([]float32, l.nodes), squares: make([]float32, l.nodes), weight: make([]float32, l.nodes)}
}

func (s *shallowJacobian) norm(rows int, gradients bool) float64 {
	l := s.layer
	clear(s.norms)
	for i := range l.in {
		row := s.weights(i)
		kernel.Mul(s.squares, row, row)
		kernel.Add(s.norms, s.norms, s.squares)
	}
	clear(s.weight)
	sum := 0.0
	for i := range rows {
		slopes := l.slopes.matrix.Row(i)
		kernel.Mul(s.squares, slopes, slopes)
		kernel.Add(s.weight, s.weight, s.squares)
		sum += kernel.Dot(s.squares, s.norms)
	}
	if gradients {
		s.gradients(rows)
	}
	return sum
}

func (s *shallowJacobian) weights(i int) []float32 {
	return s.layer.w.Value[i*s.layer.nodes : (i+1)*s.layer.nodes]
}

// gradients sets those of the mean: by w_ij 2·w_ij·mean of f′², and by f′(z_j)
// of an example 2·f′(z_j)·c_j/rows.
func (s *shallowJacobian) gradients(rows int) {
	l, factor := s.layer, float32(2/float64(rows))
	kernel.ScaleBy(s.weight, factor)
	for i := range l.in {
		kernel.Mul(l.dw[i*l.nodes:(i+1)*l.nodes], s.weights(i), s.weight)
	}
	copy(s.squares, s.norms)
	kernel.ScaleBy(s.squares, factor)
	for i := range rows {
		kernel.Mul(l.dslopes.matrix.Row(i), l.slopes.matrix.Row(i), s.squares)
	}
}

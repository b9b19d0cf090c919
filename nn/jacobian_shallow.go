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

// gradients sets those of the mean by f′(z_j) of an example, 2·f′(z_j)·c_j/rows,
// and what that by w_ij has beside w_ij, 2 · mean of f′(z_j)².
func (s *shallowJacobian) gradients(rows int) {
	l, factor := s.layer, float32(2/float64(rows))
	kernel.ScaleBy(s.weight, factor)
	copy(s.squares, s.norms)
	kernel.ScaleBy(s.squares, factor)
	for i := range rows {
		kernel.Mul(l.dslopes.matrix.Row(i), l.slopes.matrix.Row(i), s.squares)
	}
}

// addGradient adds weight times the gradient by the weights to theirs.
func (s *shallowJacobian) addGradient(weight float32) {
	l := s.layer
	kernel.ScaleBy(s.weight, weight)
	first := l.w.start() == kernel.Zero
	for i := range l.in {
		grad := l.w.Grad[i*l.nodes : (i+1)*l.nodes]
		if first {
			kernel.Mul(grad, s.weights(i), s.weight)
			continue
		}
		kernel.Mul(s.squares, s.weights(i), s.weight)
		kernel.Add(grad, grad, s.squares)
	}
}

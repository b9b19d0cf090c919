package nn

// unexplainedVariance is the fraction of variance unexplained, 1 − R²: the
// squared error by the squared distance of the examples from their own mean,
// both summed over all elements.
type unexplainedVariance struct {
	squaredError
	origin  []float32 // the first example, which all others are taken relative to
	sums    []float64 // Σ (x − origin) of each element
	squares float64   // Σ (x − origin)²
}

func (*unexplainedVariance) Name() string { return "fvu" }

func (m *unexplainedVariance) Add(y, x *Matrix) {
	m.squaredError.Add(y, x)
	if m.origin == nil {
		m.origin = append(m.origin, x.Row(0)...)
		m.sums = make([]float64, x.Cols)
	}
	for i := range x.Rows {
		squares := 0.0
		for j, v := range x.Row(i) {
			d := float64(v) - float64(m.origin[j])
			m.sums[j] += d
			squares += float64(d * d)
		}
		m.squares += squares
	}
}

// Value returns 0 over 0 as 0, and anything else over 0 as 1: constant data
// have no variance to explain.
func (m *unexplainedVariance) Value() float64 {
	variance := m.squares
	for _, sum := range m.sums {
		variance -= float64(sum*sum) / float64(m.examples)
	}
	switch {
	case variance > 0:
		return m.sum / variance
	case m.sum == 0:
		return 0
	}
	return 1
}

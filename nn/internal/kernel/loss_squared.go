package kernel

// SquaredError returns Σ (y[i] − t[i])² in float64: differences and squares in float64, 16 lanes and a fixed tree.
func SquaredError(y, t []float32) float64 {
	mustMatch("SquaredError", len(y), len(t))
	e := current.Load().elementwise
	s, n := e.squaredError.begin(e, y, t)
	squaredErrorGeneric(&s, y[n:], t[n:])
	return s.total()
}

func squaredErrorGeneric(s *laneSums, y, t []float32) {
	for i, v := range y {
		d := float64(v) - float64(t[i])
		s[i%lanes] += float64(d * d)
	}
}

// SquaredErrorGrad sets dy[i] = (2·scale)·(y[i] − t[i]). dy may be y.
func SquaredErrorGrad(dy, y, t []float32, scale float32) {
	mustMatch("SquaredErrorGrad", len(dy), len(y), len(t))
	scaledDifference(dy, y, t, 2*scale)
}

// scaledDifference sets dy[i] = scale·(y[i] − t[i]).
func scaledDifference(dy, y, t []float32, scale float32) {
	e := current.Load().elementwise
	n := e.scaledDifference.begin(e, dy, y, t, scale)
	scaledDifferenceGeneric(dy[n:], y[n:], t[n:], scale)
}

func scaledDifferenceGeneric(dy, y, t []float32, scale float32) {
	for i, v := range y {
		dy[i] = scale * (v - t[i])
	}
}

// RowSquaredErrors sets sum[i] to the squared error of row i of y and t (rows × cols), as SquaredError computes it.
func RowSquaredErrors(sum []float64, y, t []float32, rows, cols int) {
	mustMatch("RowSquaredErrors", rows, len(sum))
	mustMatch("RowSquaredErrors", rows*cols, len(y), len(t))
	for i := range sum {
		sum[i] = SquaredError(y[i*cols:(i+1)*cols], t[i*cols:(i+1)*cols])
	}
}

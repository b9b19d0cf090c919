package data

import "math"

// Scaling is how the columns of a table became features: for column j,
// feature = (value − Offset[j]) / Scale[j], in float64 and then rounded to
// float32. It is fitted on the training split alone. An example that is a
// window of a series repeats the columns at each step: its element e is of
// column e mod the number of columns.
type Scaling struct {
	Offset, Scale []float64
	// Clip sets features below 0 to 0 and above 1 to 1.
	Clip bool
}

// Apply sets x to the features of a row of values.
func (s *Scaling) Apply(x []float32, values []float64) {
	columns := len(s.Scale)
	for e, value := range values {
		j := e % columns
		feature := (value - s.Offset[j]) / s.Scale[j]
		if s.Clip {
			feature = min(max(feature, 0), 1)
		}
		x[e] = float32(feature)
	}
}

// Undo sets values to what features were before scaling, but for rounding and
// clipping.
func (s *Scaling) Undo(values []float64, x []float32) {
	columns := len(s.Scale)
	for e, feature := range x {
		j := e % columns
		values[e] = float64(float64(feature)*s.Scale[j]) + s.Offset[j]
	}
}

// fitScaling fits one of the scalings that a spec may name on rows of values.
// A column that does not vary gets the scale 1. It is nil for none.
func fitScaling(name string, rows [][]float64) *Scaling {
	columns := len(rows[0])
	fit := map[string]func([][]float64, int) (offset, scale float64){
		"standard": standardScale, "minmax": minmaxScale, "unit": unitScale,
	}[name]
	if fit == nil {
		return nil
	}
	s := &Scaling{Offset: make([]float64, columns), Scale: make([]float64, columns)}
	for j := range columns {
		s.Offset[j], s.Scale[j] = fit(rows, j)
		if s.Scale[j] == 0 {
			s.Scale[j] = 1
		}
	}
	return s
}

// standardScale gives mean 0 and variance 1: the mean is Σv/n, the scale
// √(Σ(v − mean)²/n), summed in the order of the rows. A column varies by
// nothing but roundings where its variance is at most n·ε times itself plus
// (n·ε·mean)², ε = 2⁻⁵²: the bound of scikit-learn's StandardScaler, after
// Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983.
func standardScale(rows [][]float64, j int) (offset, scale float64) {
	n := float64(len(rows))
	sum := 0.0
	for _, row := range rows {
		sum += row[j]
	}
	mean := sum / n
	squares := 0.0
	for _, row := range rows {
		d := row[j] - mean
		squares += float64(d * d)
	}
	variance := squares / n
	rounding := float64(float64(n*0x1p-52) * mean)
	if variance <= float64(n*0x1p-52*variance)+float64(rounding*rounding) {
		return mean, 0
	}
	return mean, math.Sqrt(variance)
}

// minmaxScale gives 0 to the smallest and 1 to the largest value.
func minmaxScale(rows [][]float64, j int) (offset, scale float64) {
	low, high := rows[0][j], rows[0][j]
	for _, row := range rows {
		low, high = min(low, row[j]), max(high, row[j])
	}
	return low, high - low
}

// unitScale divides by the largest absolute value, and so keeps 0 where it is.
func unitScale(rows [][]float64, j int) (offset, scale float64) {
	for _, row := range rows {
		scale = max(scale, math.Abs(row[j]))
	}
	return 0, scale
}

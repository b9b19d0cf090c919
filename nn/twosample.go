package nn

import (
	"slices"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// twoSamples is what tells two sets of examples apart, from their distances.
type twoSamples struct {
	n, m    int
	squared []float64 // squared distances of all pairs, x before y, [(n + m) × (n + m)]
}

func newTwoSamples(x, y *Matrix) *twoSamples {
	all := NewMatrix(0, x.Cols)
	all.Rows, all.Data = x.Rows+y.Rows, append(slices.Clone(x.Data), y.Data...)
	t := &twoSamples{n: x.Rows, m: y.Rows, squared: make([]float64, all.Rows*all.Rows)}
	for i := range all.Rows {
		for j := range i {
			d := kernel.SquaredError(all.Row(i), all.Row(j))
			t.squared[i*all.Rows+j], t.squared[j*all.Rows+i] = d, d
		}
	}
	return t
}

// squaredMMD is the unbiased estimate of the squared maximum mean discrepancy
// (Gretton et al. 2012, equation 3) with the kernel e^(−d²/w), w being the
// median of the squared distances of all pairs.
func (t *twoSamples) squaredMMD() float64 {
	all := t.n + t.m
	var pairs []float64
	for i := range all {
		pairs = append(pairs, t.squared[i*all:i*all+i]...)
	}
	slices.Sort(pairs)
	width := Quantile(pairs, 0.5)
	if width == 0 {
		return 0
	}
	var xx, xy, yy float64
	for i := range all {
		for j := range i {
			k := kernel.Exp64(-t.squared[i*all+j] / width)
			switch {
			case i < t.n:
				xx += k
			case j < t.n:
				xy += k
			default:
				yy += k
			}
		}
	}
	n, m := float64(t.n), float64(t.m)
	return xx/float64(n*(n-1)/2) + yy/float64(m*(m-1)/2) - 2*xy/float64(n*m)
}

// nearestAccuracy is how often the nearest other example is of the same set:
// the leave-one-out accuracy of a nearest-neighbour classifier (Lopez-Paz and
// Oquab 2017). One half means that the sets cannot be told apart.
func (t *twoSamples) nearestAccuracy() float64 {
	all, right := t.n+t.m, 0
	for i := range all {
		best := -1
		for j, d := range t.squared[i*all : (i+1)*all] {
			if j != i && (best < 0 || d < t.squared[i*all+best]) {
				best = j
			}
		}
		if (i < t.n) == (best < t.n) {
			right++
		}
	}
	return float64(right) / float64(all)
}

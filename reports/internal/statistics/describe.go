package statistics

import (
	"math"
	"slices"
)

// Mean returns the mean and the sample standard deviation (over n − 1) of at
// least one number; the latter is 0 for a single one, and exactly 0 for equal
// ones.
func Mean(values []float64) (mean, deviation float64) {
	first, n := values[0], float64(len(values))
	var sum, squares float64
	for _, v := range values {
		sum += v - first
	}
	shift := sum / n
	if len(values) == 1 {
		return first, 0
	}
	for _, v := range values {
		squares += (v - first - shift) * (v - first - shift)
	}
	return first + shift, math.Sqrt(squares / (n - 1))
}

// Median returns the median of at least one number: of an even number the mean
// of the two in the middle.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return sorted[middle-1] + (sorted[middle]-sorted[middle-1])/2
}

// Effect returns the standardised mean difference of pairs, Hedges' g: their
// mean in standard deviations of the differences, times 1 − 3/(4n − 5), which
// takes out the bias of few pairs (Hedges 1981; Borenstein et al. 2009,
// Introduction to Meta-Analysis, equation 4.22). It is not finite where all
// differences are equal, and NaN for fewer than three, of which that leaves nothing.
func Effect(differences []float64) float64 {
	n := float64(len(differences))
	if n < 3 {
		return math.NaN()
	}
	mean, deviation := Mean(differences)
	return mean / deviation * (1 - 3/(4*n-5))
}

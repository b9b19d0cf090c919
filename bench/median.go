package main

import "slices"

// median returns the middle of values, the mean of the two in the middle where
// they are even in number.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

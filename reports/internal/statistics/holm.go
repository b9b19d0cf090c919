package statistics

import (
	"cmp"
	"slices"
)

// Holm corrects the p of comparisons for their number (Holm 1979, A simple
// sequentially rejective multiple test procedure): the smallest is multiplied by
// all of them, the next by one fewer, and so on, none falling below the one
// before. The chance that any true hypothesis has a corrected p of at most alpha
// is at most alpha, whatever depends on what.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	out := make([]float64, len(p))
	least := 0.0
	for rank, i := range order {
		least = max(least, min(1, p[i]*float64(len(p)-rank)))
		out[i] = least
	}
	return out
}

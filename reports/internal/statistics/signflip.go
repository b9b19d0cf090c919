package statistics

import (
	"math"
	"math/rand/v2"
	"slices"
)

// exactMost is how many differences are permuted exactly. All 2²⁴ sign patterns
// are counted from the 2¹² sums of either half.
const exactMost = 24

// flips is how many sign patterns are drawn beyond exactMost.
const flips = 100_000

// SignFlip returns the p of the paired permutation test (Fisher 1935, The Design
// of Experiments, section 21), two-sided: the share of all 2^n ways to give the
// differences signs in which their sum lies at least as far from 0. It holds
// where the differences are symmetric about 0, as those of two settings with the
// same distribution are. Beyond 24 differences it is estimated from
// 100,000 patterns of a fixed seed, the actual one among them. Without
// differences it is 1.
func SignFlip(differences []float64) float64 {
	// The pattern with all signs exchanged has the opposite sum.
	return min(1, 2*OneSided(differences))
}

// OneSided returns the p of the same test to the side on which the sum lies.
func OneSided(differences []float64) float64 {
	actual, size := 0.0, 0.0
	for _, d := range differences {
		actual += d
		size += math.Abs(d)
	}
	// Sums are compared with a margin for rounding, so that a pattern with the
	// same sum counts whatever the order of its terms.
	least := math.Abs(actual) - 1e-12*size
	n := len(differences)
	if n > exactMost {
		return estimated(differences, least)
	}
	low, high := sums(differences[:n/2]), sums(differences[n/2:])
	return float64(atLeast(low, high, least)) / math.Ldexp(1, n)
}

// sums returns the sums of all sign patterns, in ascending order.
func sums(differences []float64) []float64 {
	out := []float64{0}
	for _, d := range differences {
		next := make([]float64, 0, 2*len(out))
		for _, sum := range out {
			next = append(next, sum+d, sum-d)
		}
		out = next
	}
	slices.Sort(out)
	return out
}

// atLeast counts the pairs whose sum is at least so much. Both lists ascend.
func atLeast(low, high []float64, least float64) int {
	count, from := 0, len(high) // high[from:] go with low[i]
	for _, a := range low {
		for from > 0 && a+high[from-1] >= least {
			from--
		}
		count += len(high) - from
	}
	return count
}

// estimated draws sign patterns from a fixed seed (Phipson and Smyth 2010: the
// actual pattern counts, so that p is never 0).
func estimated(differences []float64, least float64) float64 {
	source := rand.NewPCG(1, 1)
	extreme := 1
	for range flips - 1 {
		sum, signs := 0.0, uint64(0)
		for i, d := range differences {
			if i%64 == 0 {
				signs = source.Uint64()
			}
			if signs>>(i%64)&1 == 1 {
				d = -d
			}
			sum += d
		}
		if sum >= least {
			extreme++
		}
	}
	return float64(extreme) / flips
}

// Floor is the least p that SignFlip can have with n differences: of all sign
// patterns, the actual one and its opposite are always counted.
func Floor(n int) float64 { return min(1, math.Ldexp(1, 1-n)) }

// Needed is how many differences it takes before the least p can be at most
// alpha in the smallest of so many comparisons, after Holm's correction.
func Needed(comparisons int, alpha float64) int {
	n := 1
	for float64(comparisons)*Floor(n) > alpha {
		n++
	}
	return n
}

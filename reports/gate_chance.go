package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"

	"hourglass.dev/hourglass/reports/internal/statistics"
)

func sortedSeeds(values map[int]float64) []int { return slices.Sorted(maps.Keys(values)) }

// test finds how likely a result that is worse beyond the tolerance is by chance:
// by the sign-flip permutation test where seeds are paired, and otherwise by
// exchanging results between the two sides, both exact and one-sided.
func (f *Finding) test(pairs [][2]float64, s samples, sign float64) {
	n := len(pairs)
	if n == 0 {
		f.chance, f.least = exchange(s, sign, f.Tolerance)
		return
	}
	differences := make([]float64, n)
	for i, pair := range pairs {
		differences[i] = sign*(pair[1]-pair[0]) - f.Tolerance
	}
	f.chance, f.least = statistics.OneSided(differences), math.Pow(0.5, float64(n))
}

// decideTests turns chances into outcomes. Where seeds are paired nothing but a
// change can make results differ, as the same seed has the same bits. Where they
// are not, chance alone may, in every comparison anew: those are corrected for
// their number by Holm's method.
func decideTests(findings []Finding, alpha float64) {
	unpaired := 0
	var tested []*Finding
	for i := range findings {
		f := &findings[i]
		unpaired += b2i(f.unpaired)
		switch {
		case f.chance == 0:
		case f.unpaired:
			tested = append(tested, f)
		default:
			f.decide(f.chance, f.least, alpha)
		}
	}
	slices.SortStableFunc(tested, func(a, b *Finding) int { return cmp.Compare(a.chance, b.chance) })
	most := 0.0
	for rank, f := range tested {
		times := float64(unpaired - rank)
		most = max(most, min(1, f.chance*times))
		f.decide(most, min(1, f.least*times), alpha)
	}
}

func (f *Finding) decide(p, least, alpha float64) {
	f.P = &p
	switch {
	case p <= alpha:
		f.Outcome = Regressed
	case least > alpha:
		f.Outcome = CannotDecide
		f.Reason = fmt.Sprintf("worse beyond the tolerance; so few seeds cannot fall below p = %s", FormatNumber(least))
	default:
		f.Outcome = CannotDecide
		f.Reason = fmt.Sprintf("worse beyond the tolerance, but p is above %s", FormatNumber(alpha))
	}
}

// mostExchanged is how many results of both sides are permuted: C(20, 10) is
// 184,756. Of more, those of the lowest seeds count.
const mostExchanged = 10

// exchange returns the share of all ways to deal the results to two sides, those
// now being moved by the tolerance, in which they are at least as much worse
// now, and the least that this share can be.
func exchange(s samples, sign, tolerance float64) (p, least float64) {
	var all []float64
	seeds := sortedSeeds(s.now)
	n := min(len(seeds), mostExchanged)
	for _, seed := range seeds[:n] {
		all = append(all, sign*s.now[seed]-tolerance)
	}
	others := sortedSeeds(s.before)
	for _, seed := range others[:min(len(others), mostExchanged)] {
		all = append(all, sign*s.before[seed])
	}
	actual, size := 0.0, 0.0
	for i, v := range all {
		size += math.Abs(v)
		if i < n {
			actual += v
		}
	}
	margin := 1e-12 * size // so that rounding does not leave the actual deal out
	extreme, deals := 0, 0
	for pattern := range uint(1) << len(all) {
		if bits.OnesCount(pattern) != n {
			continue
		}
		sum := 0.0
		for i, v := range all {
			if pattern>>i&1 == 1 {
				sum += v
			}
		}
		deals++
		if sum >= actual-margin {
			extreme++
		}
	}
	return float64(extreme) / float64(deals), 1 / float64(deals)
}

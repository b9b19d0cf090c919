package experiments

import (
	"fmt"
	"math"
	"slices"

	"gopkg.in/yaml.v3"
)

// maxTrials is how many trials a spec may make: more are a slip of the pen.
const maxTrials = 100_000

// seeds reads the repeats: a count n for 1 to n, or a list that names them.
// They are positive whole numbers.
func (rs *resolver) seeds() []int {
	s, given := rs.words["seeds"]
	if !given {
		return []int{1}
	}
	if s.value.Kind != yaml.SequenceNode {
		count := rs.seed(s, "seeds must be a positive whole number, or a list of them")
		if count > maxTrials {
			rs.report(rs.where(s), fmt.Sprintf("for one seed of that number write [%d]", count), "seeds: %d makes too many trials, at most %d", count, maxTrials)
			count = 0
		}
		out := make([]int, count)
		for i := range out {
			out[i] = i + 1
		}
		return out
	}
	out := make([]int, 0, len(s.value.Content))
	for _, n := range s.value.Content {
		seed := rs.seed(spot{value: n}, "a seed must be a positive whole number")
		if seed == 0 {
			continue
		}
		if slices.Contains(out, seed) {
			rs.report(rs.at(n), "", "the seed %d is given twice", seed)
			continue
		}
		out = append(out, seed)
	}
	if len(s.value.Content) == 0 {
		rs.report(rs.where(s), "", "seeds needs at least one seed")
	}
	return out
}

// seed returns a positive whole number, or 0 where it is none.
func (rs *resolver) seed(s spot, wanted string) int {
	value, isNumber := rs.tree(s.value).(float64)
	if !isNumber || value != math.Trunc(value) || value < 1 || value > math.MaxInt32 {
		rs.report(rs.where(s), "", "%s, got %s", wanted, rs.describe(s.value))
		return 0
	}
	return int(value)
}

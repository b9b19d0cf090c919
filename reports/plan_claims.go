package reports

import (
	"fmt"
	"math"
	"slices"

	"hourglass.dev/hourglass/experiments"
)

// PlanClaims says of each claim of an experiment how many pairs of seeds it will
// be tested on, how many of them are done, and how many are missing where so few
// can decide nothing. done tells which trials are.
func PlanClaims(e *experiments.Experiment, done func(id string) bool) []string {
	lines := make([]string, len(e.Claims))
	for i, claim := range e.Claims {
		better, worse := seedsOf(e, claim.Better, done), seedsOf(e, claim.Worse, done)
		pairs, ready := 0, 0
		for seed, first := range better {
			second, both := worse[seed]
			pairs += b2i(both)
			ready += b2i(both && first && second)
		}
		lines[i] = fmt.Sprintf("claim: %s in %s: planned on %s, %d done", claim.Text, claim.Metric, counted(pairs, "paired seed"), ready)
		if need := leastPairs(claim.Alpha, len(e.Claims)); pairs < need {
			lines[i] += fmt.Sprintf("; nothing can be told from fewer than %d: add %d", need, need-pairs)
		}
	}
	return lines
}

// seedsOf returns the seeds of a case, and whether all its trials with that seed
// are done.
func seedsOf(e *experiments.Experiment, name string, done func(id string) bool) map[int]bool {
	seeds := map[int]bool{}
	for _, t := range e.Trials {
		inCase := slices.ContainsFunc(t.Places, func(p experiments.Place) bool { return p.Case == name })
		if t.Baseline || !inCase {
			continue
		}
		before, seen := seeds[t.Seed]
		seeds[t.Seed] = done(t.ID) && (before || !seen)
	}
	return seeds
}

// leastPairs is the least number of pairs of which all signs alike, whose
// probability is 2^−n, decide one of so many claims at half of alpha.
func leastPairs(alpha float64, claims int) int {
	return int(math.Ceil(math.Log2(float64(claims) / (alpha / 2))))
}

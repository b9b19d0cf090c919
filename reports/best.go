package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"hourglass.dev/hourglass/reports/internal/statistics"
)

// mostCandidates is up to how many candidates all pairs are tested. Beyond, only
// those with the best are, corrected for all.
const mostCandidates = 200

// markBest marks the best value of each metric that knows better from worse,
// unless all are the same, and those that are not told from it.
func (t *Table) markBest(asked []string) {
	for i, metric := range t.Metrics {
		direction := DirectionOf(metric)
		candidates := t.candidates(i)
		differs := func(c *candidate) bool { return c.center != candidates[0].center }
		if direction == Neither || !slices.ContainsFunc(candidates, differs) {
			continue
		}
		better := func(a, b *candidate) int {
			return cmp.Or(b2i(a.out)-b2i(b.out), b2i(direction.Better(b.center, a.center))-b2i(direction.Better(a.center, b.center)))
		}
		told := t.tellApart(candidates, direction, metric == asked[0])
		best := slices.MinFunc(candidates, better)
		for _, c := range candidates {
			for _, v := range c.values {
				v.beaten = c.beaten
				v.Best = !c.out && c.center == best.center
				v.Tied = told && !c.out && !v.Best
			}
		}
	}
}

// tellApart tests all pairs of candidates, the best of the baselines among
// them, and notes which are worse than another. All pairs, since the best is
// found by looking: with 20 alike, the best and the worst always differ. It
// reports false where the seeds are too few to tell any pair apart, and says so
// in a remark.
func (t *Table) tellApart(candidates []*candidate, direction Direction, remark bool) bool {
	trained, baselines := sides(candidates, direction)
	seeds := 0
	for _, c := range trained {
		seeds = max(seeds, len(c.bySeed))
	}
	field := trained
	if len(baselines) > 0 {
		field = append(slices.Clip(trained), baselines[0])
	}
	family := len(field) * (len(field) - 1) / 2
	if seeds < 2 || family == 0 {
		return false
	}
	if needed := statistics.Needed(family, t.Alpha/float64(len(t.looks()))); needed > seeds {
		if remark {
			t.Remarks = append(t.Remarks, tooFew(seeds, needed, family, "the best from the others"))
		}
		return false
	}
	matches := t.matches(field, direction)
	decide(matches, family, len(t.looks()), t.Alpha)
	for _, m := range matches {
		m.settle(direction)
	}
	for _, b := range baselines { // the same for every seed: those behind the best are worse for certain
		b.out = b.out || b.center != baselines[0].center
	}
	return true
}

// sides parts trained candidates from baselines, the best first.
func sides(candidates []*candidate, direction Direction) (trained, baselines []*candidate) {
	for _, c := range candidates {
		if c.bySeed == nil {
			baselines = append(baselines, c)
		} else {
			trained = append(trained, c)
		}
	}
	slices.SortStableFunc(baselines, func(a, b *candidate) int {
		return b2i(direction.Better(b.center, a.center)) - b2i(direction.Better(a.center, b.center))
	})
	return trained, baselines
}

// matches returns the pairs to be tested.
func (t *Table) matches(field []*candidate, direction Direction) []*match {
	var out []*match
	best := slices.MinFunc(field, func(a, b *candidate) int {
		return b2i(direction.Better(b.center, a.center)) - b2i(direction.Better(a.center, b.center))
	})
	for i, a := range field {
		for _, b := range field[:i] {
			if len(field) <= mostCandidates || a == best || b == best {
				out = append(out, matchOf(a, b, t.looks()))
			}
		}
	}
	return out
}

// settle notes which side of a decided match is worse.
func (m *match) settle(direction Direction) {
	if !m.Decided {
		return
	}
	better, worse := m.b, m.a
	if mean, _ := statistics.Mean(m.last()); direction.Better(mean, 0) {
		better, worse = m.a, m.b
	}
	worse.out = true
	worse.beaten = worse.beaten || better.bySeed != nil
}

// looks are the seeds of each look at the results; nil for all there are.
func (t *Table) looks() [][]int {
	if len(t.plan) == 0 {
		return [][]int{nil}
	}
	return t.plan
}

// tooFew says that no test can decide, and what it would take.
func tooFew(seeds, needed, comparisons int, what string) string {
	of := "1 comparison"
	if comparisons > 1 {
		of = "each of " + counted(comparisons, "comparison")
	}
	return fmt.Sprintf("%s cannot fall below p = %s, for %s: add %d to tell %s", counted(seeds, "paired seed"),
		strconv.FormatFloat(statistics.Floor(seeds), 'g', 4, 64), of, needed-seeds, what)
}

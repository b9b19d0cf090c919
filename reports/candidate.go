package reports

import (
	"maps"
	"slices"

	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// candidate is a setting that may be the best in a metric: a cell, or a
// baseline, which is the same for every seed.
type candidate struct {
	values []*Value        // where it stands: a baseline in several cells
	bySeed map[int]float64 // the mean over the trials of each seed; nil for a baseline
	center float64
	out    bool // told to be worse than another
	beaten bool // told to be worse than another that was trained
}

// candidates returns the settings that may be the best in metric i. A cell of
// which a trial diverged or failed is none: the seeds that are left are a
// selection. Nor is a value that none is to be compared with.
func (t *Table) candidates(i int) []*candidate {
	var out []*candidate
	baselines := map[string]*candidate{}
	for _, line := range t.Lines {
		for k := range line.Cells {
			cell := &line.Cells[k]
			v := &cell.Values[i]
			if v.N() == 0 || v.unranked || cell.States[store.Diverged] > 0 || cell.States[store.Failed] > 0 {
				continue
			}
			known := baselines[keyOf(cell.IDs)]
			if line.Baseline && known != nil {
				known.values = append(known.values, v)
				continue
			}
			c := &candidate{values: []*Value{v}, center: t.center(*v)}
			if line.Baseline {
				baselines[keyOf(cell.IDs)] = c
			} else {
				c.bySeed = v.perSeed()
			}
			out = append(out, c)
		}
	}
	return out
}

// perSeed returns the mean over the trials of each seed.
func (v Value) perSeed() map[int]float64 {
	sums, counts := map[int]float64{}, map[int]int{}
	for i, x := range v.Each {
		sums[v.Seeds[i]] += x
		counts[v.Seeds[i]]++
	}
	for seed, n := range counts {
		sums[seed] /= float64(n)
	}
	return sums
}

// pairedBySeed returns the values of two candidates, at most one of them a baseline,
// for the seeds that both have, ascending. With wanted, they must have all of
// those, and no others count.
func pairedBySeed(a, b *candidate, wanted []int) (first, second []float64) {
	seeds := wanted
	if seeds == nil {
		seeds = slices.Sorted(maps.Keys(a.bySeed))
		if a.bySeed == nil {
			seeds = slices.Sorted(maps.Keys(b.bySeed))
		}
	}
	for _, seed := range seeds {
		x, inA := a.at(seed)
		y, inB := b.at(seed)
		switch {
		case inA && inB:
			first, second = append(first, x), append(second, y)
		case wanted != nil:
			return nil, nil
		}
	}
	return first, second
}

// at returns the value of a seed.
func (c *candidate) at(seed int) (float64, bool) {
	if c.bySeed == nil {
		return c.center, true
	}
	v, ok := c.bySeed[seed]
	return v, ok
}

// match is a comparison of two candidates.
type match struct {
	a, b    *candidate
	atLooks [][]float64 // a − b for the seeds of each look
	statistics.Outcome
}

// matchOf pairs two candidates at each look; nil is a look at all there is.
func matchOf(a, b *candidate, looks [][]int) *match {
	m := &match{a: a, b: b}
	for _, wanted := range looks {
		first, second := pairedBySeed(a, b, wanted)
		differences := make([]float64, len(first))
		for i := range first {
			differences[i] = first[i] - second[i]
		}
		m.atLooks = append(m.atLooks, differences)
	}
	return m
}

// decide tests matches, corrected for a family of so many.
func decide(matches []*match, family, looks int, alpha float64) {
	pairs := make([][][]float64, len(matches))
	for i, m := range matches {
		pairs[i] = m.atLooks
	}
	for i, outcome := range statistics.Decide(pairs, family, looks, alpha) {
		matches[i].Outcome = outcome
	}
}

// last returns the differences at the look that decided, or at the last one that
// there was.
func (m *match) last() []float64 {
	for k := m.Look; k >= 0; k-- {
		if len(m.atLooks[k]) > 0 {
			return m.atLooks[k]
		}
	}
	return nil
}

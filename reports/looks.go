package reports

import (
	"fmt"
	"strings"

	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// PlanLooks returns at how many seeds a table is to be looked at when it is
// trained until it is decided: at least and at most so many. The plan depends
// on how many comparisons there are, and on no result, so that a run that is
// taken up again looks at the same seeds.
func (t *Table) PlanLooks(least, most int) []int {
	cells, baselines := 0, 0
	for _, line := range t.Lines {
		for _, cell := range line.Cells {
			switch {
			case line.Baseline:
				baselines = 1
			case len(cell.IDs) > 0:
				cells++
			}
		}
	}
	comparisons := cells * (cells - 1 + 2*baselines) / 2
	if t.Reference != "" {
		comparisons = cells
	}
	return statistics.Looks(max(1, comparisons), least, most, t.Alpha)
}

// planOf returns the seeds of each look.
func (l Layout) planOf() [][]int {
	var plan [][]int
	for _, n := range l.Looks {
		plan = append(plan, l.Seeds[:min(n, len(l.Seeds))])
	}
	return plan
}

// Open returns the cells, by the ids of their trials, that are still undecided in
// the metric that was asked for first: those that may be the best of those that
// are trained, or, with a reference, those that are not told from it, and the reference. It is empty
// where all is decided. Cells of which a trial diverged or failed are not waited
// for.
func (t *Table) Open() [][]string {
	var open [][]string
	undecided := false
	for _, line := range t.Lines {
		for _, cell := range line.Cells {
			whole := cell.States[store.Diverged] == 0 && cell.States[store.Failed] == 0
			if line.Baseline || len(cell.IDs) == 0 || !whole {
				continue
			}
			v := cell.Values[0]
			if t.Reference != "" {
				undecided = undecided || v.Versus != nil && !v.Versus.Decided
				if v.Versus == nil || !v.Versus.Decided {
					open = append(open, cell.IDs)
				}
				continue
			}
			if !v.beaten {
				open = append(open, cell.IDs)
			}
		}
	}
	if t.Reference == "" && len(open) < 2 || t.Reference != "" && !undecided {
		return nil
	}
	return open
}

// lookRemark says how often the results were looked at, and what that cost.
func (t *Table) lookRemark() []string {
	if len(t.plan) < 2 {
		return nil
	}
	words := make([]string, len(t.plan))
	for i, seeds := range t.plan {
		words[i] = fmt.Sprint(len(seeds))
	}
	last := len(words) - 1
	return []string{fmt.Sprintf("looked at after %s and %s seeds, as planned beforehand: p is multiplied by %d, which spends alpha in equal parts",
		strings.Join(words[:last], ", "), words[last], len(words))}
}

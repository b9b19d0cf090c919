package reports

import (
	"fmt"
	"slices"

	"hourglass.dev/hourglass/store"
)

// anyValue tells whether some value of metric i, baselines left out, meets the
// condition.
func (t *Table) anyValue(i int, condition func(Value) bool) bool {
	for _, line := range t.Lines {
		for _, cell := range line.Cells {
			if !line.Baseline && condition(cell.Values[i]) {
				return true
			}
		}
	}
	return false
}

// keepMetrics takes out the metrics that keep rejects.
func (t *Table) keepMetrics(keep func(i int, metric string) bool) {
	var kept []int
	var metrics []string
	for i, metric := range t.Metrics {
		if keep(i, metric) {
			kept, metrics = append(kept, i), append(metrics, metric)
		}
	}
	t.Metrics = metrics
	for _, line := range t.Lines {
		for c := range line.Cells {
			cell := &line.Cells[c]
			values := make([]Value, len(kept))
			for k, i := range kept {
				values[k] = cell.Values[i]
			}
			cell.Values = values
		}
	}
}

// onlyChanged takes out the metrics that are the same in all cells, unless
// nothing would be left to compare.
func (t *Table) onlyChanged() {
	changes := func(i int, _ string) bool {
		var first *Value
		return t.anyValue(i, func(v Value) bool {
			if first == nil {
				first = &v
			}
			return v.N() != first.N() || v.Mean != first.Mean
		})
	}
	for i, metric := range t.Metrics {
		if changes(i, metric) {
			t.keepMetrics(changes)
			return
		}
	}
}

// gatherRemarks counts the repeats, turns notes that all cells carry into
// remarks on the table, and numbers the others in reading order.
func (t *Table) gatherRemarks() {
	everywhere := t.countNotes()
	old, numbers := t.Notes, map[int]int{}
	t.Notes = nil
	renumber := func(used []int) []int {
		var out []int
		for _, note := range used {
			if everywhere[note] {
				continue
			}
			if numbers[note] == 0 {
				t.Notes = append(t.Notes, old[note-1])
				numbers[note] = len(t.Notes)
			}
			out = append(out, numbers[note])
		}
		return out
	}
	t.eachCell(func(cell *Cell) {
		cell.Notes = renumber(cell.Notes)
		for i := range cell.Values {
			cell.Values[i].Notes = renumber(cell.Values[i].Notes)
			for p := range cell.Values[i].Published {
				published := &cell.Values[i].Published[p]
				published.Footnote = renumber([]int{published.Footnote})[0]
			}
		}
	})
	for i, text := range old {
		if everywhere[i+1] {
			t.Remarks = append(t.Remarks, "every cell: "+text)
		}
	}
	if progress := t.progress(); progress != "" {
		t.Remarks = append(t.Remarks, progress)
	}
}

// countNotes counts the repeats, and returns the notes that all cells carry of
// which there is more than one, baselines left out.
func (t *Table) countNotes() map[int]bool {
	cells, count := 0, map[int]int{}
	for _, line := range t.Lines {
		for _, cell := range line.Cells {
			if line.Baseline || len(cell.IDs) == 0 {
				continue
			}
			cells++
			used := slices.Clone(cell.Notes)
			for _, v := range cell.Values {
				used = append(used, v.Notes...)
				t.Repeats.include(v.N())
			}
			slices.Sort(used)
			for _, note := range slices.Compact(used) {
				count[note]++
			}
		}
	}
	everywhere := map[int]bool{}
	for note, n := range count {
		everywhere[note] = cells > 1 && n == cells
	}
	return everywhere
}

func (t *Table) eachCell(do func(*Cell)) {
	for _, line := range t.Lines {
		for i := range line.Cells {
			do(&line.Cells[i])
		}
	}
}

// progress says where the trials stand that are not done, or "" where all are.
func (t *Table) progress() string {
	total := 0
	for _, n := range t.States {
		total += n
	}
	if total == 0 || t.States[store.Done] == total {
		return ""
	}
	return fmt.Sprintf("of %s: %s", counted(total, "trial"), tally(t.States))
}

// include takes a number of repeats into account, unless it is 0.
func (r *Repeats) include(n int) {
	if n == 0 {
		return
	}
	if r.Most == 0 || n < r.Least {
		r.Least = n
	}
	r.Most = max(r.Most, n)
}

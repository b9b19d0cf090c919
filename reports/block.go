package reports

import (
	"fmt"
	"slices"
	"strings"
)

// block is a part of a table that is printed as one grid: some of its heads,
// each with some of its metrics.
type block struct {
	heads   []int
	metrics []int
}

// blocks divides the table into grids. Without columns all metrics stand side
// by side; with columns each metric has its own grid, with what is derived
// from it beside it where there is room. What is still too wide is broken up.
func (t *Table) blocks() []block {
	heads := make([]int, len(t.Heads))
	for i := range heads {
		heads[i] = i
	}
	var blocks []block
	if len(heads) == 1 {
		all := make([]int, len(t.Metrics))
		for i := range all {
			all[i] = i
		}
		return t.fit(block{heads, all})
	}
	for _, group := range t.families() {
		beside := len(group) // as many as there is room for
		for beside > 1 && t.widthOf(block{heads, group[:beside]}) > mostWidth {
			beside--
		}
		blocks = append(blocks, t.fit(block{heads, group[:beside]})...)
		for _, metric := range group[beside:] {
			blocks = append(blocks, t.fit(block{heads, []int{metric}})...)
		}
	}
	return blocks
}

// families groups each metric with those that are derived from it.
func (t *Table) families() [][]int {
	var groups [][]int
	owner := map[string]int{} // group by split
	for i, metric := range t.Metrics {
		split, name, derived := isDerived(metric)
		group, owned := owner[split]
		if derived && owned {
			groups[group] = append(groups[group], i)
			continue
		}
		if name == "mse" {
			owner[split] = len(groups)
		}
		groups = append(groups, []int{i})
	}
	return groups
}

// fit breaks a block up into as few parts as are narrow enough, about equally
// many columns in each, first by metrics, then by heads.
func (t *Table) fit(b block) []block {
	switch {
	case t.widthOf(b) <= mostWidth:
		return []block{b}
	case len(b.metrics) > 1:
		return t.even(b.metrics, func(some []int) block { return block{b.heads, some} })
	case len(b.heads) > 1:
		return t.even(b.heads, func(some []int) block { return block{some, b.metrics} })
	}
	return []block{b}
}

func (t *Table) even(all []int, with func([]int) block) []block {
	for size := len(all); ; size-- {
		parts := (len(all) + size - 1) / size
		size = (len(all) + parts - 1) / parts
		var blocks []block
		fits := true
		for some := range slices.Chunk(all, size) {
			blocks = append(blocks, with(some))
			fits = fits && t.widthOf(with(some)) <= mostWidth
		}
		if fits {
			return blocks
		}
		if size == 1 {
			var finer []block
			for _, b := range blocks {
				finer = append(finer, t.fit(b)...)
			}
			return finer
		}
	}
}

// part is what widths are remembered by: the columns of a metric under a head
// among so many lines, or of the labels (head −1).
type part struct {
	head, metric, lines int
	alone               bool
}

// widthOf returns how wide a block is. Tables of many heads are divided by
// trial, so the widths of columns are remembered.
func (t *Table) widthOf(b block) int {
	lines := t.linesOf(b)
	width := func(p part, make func() *grid) int {
		known, ok := t.widths[p]
		if !ok {
			known = make().width()
			t.widths[p] = known
		}
		return known
	}
	if t.widths == nil {
		t.widths = map[part]int{}
	}
	total := width(part{head: -1, lines: len(lines)}, func() *grid { return t.labelGrid(lines) })
	for _, h := range b.heads {
		for _, m := range b.metrics {
			alone := len(b.metrics) == 1
			total += width(part{h, m, len(lines), alone}, func() *grid {
				g := &grid{}
				t.addColumns(g, lines, h, m, alone, aligned)
				return g
			})
		}
	}
	return total
}

// caption says what the numbers of a block are.
func (t *Table) caption(b block, best string) string {
	names := t.own(b)
	spread, marked, tied, directions := false, false, false, map[Direction]bool{}
	for _, m := range b.metrics {
		_, _, derived := isDerived(t.Metrics[m])
		t.eachCell(func(c *Cell) {
			spread = spread || !derived && c.Values[m].N() > 1
			marked, tied = marked || c.Values[m].Best, tied || c.Values[m].Tied
		})
		if direction := DirectionOf(t.Metrics[m]); direction != Neither && slices.Contains(names, t.Metrics[m]) {
			directions[direction] = true
		}
	}
	text := strings.Join(names, ", ")
	if len(t.Columns) > 0 {
		text += " by " + strings.Join(t.Columns, ", ")
	}
	var clauses []string
	if spread {
		clauses = append(clauses, t.spreadWords()+" "+t.repeats())
	} else if t.Repeats.Most == 1 {
		clauses = append(clauses, "one seed each")
	}
	if len(directions) == 1 {
		for direction := range directions {
			clauses = append(clauses, direction.String()+" is better")
		}
	}
	if marked {
		clauses = append(clauses, best)
	}
	if tied {
		clauses = append(clauses, "~ may be as good")
	}
	if len(clauses) == 0 {
		return text
	}
	return text + ": " + strings.Join(clauses, "; ")
}

// own returns the names of a block's metrics, without those that are derived
// from another of them.
func (t *Table) own(b block) []string {
	var names, others []string
	for _, m := range b.metrics {
		if _, _, derived := isDerived(t.Metrics[m]); derived {
			others = append(others, t.Metrics[m])
		} else {
			names = append(names, t.Metrics[m])
		}
	}
	if len(names) == 0 {
		return others
	}
	return names
}

// repeats says what the means are over.
func (t *Table) repeats() string {
	noun := "seeds"
	if t.Merged {
		noun = "trials"
	}
	if t.Repeats.Least == t.Repeats.Most {
		return fmt.Sprintf("over %d %s", t.Repeats.Most, noun)
	}
	return fmt.Sprintf("over (n) %s", noun)
}

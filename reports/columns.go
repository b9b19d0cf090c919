package reports

import (
	"slices"
	"strconv"
	"strings"
)

// grid lays a block out. text turns the figures of a column into cells.
func (t *Table) grid(b block, text func([]figure) []string) *grid {
	lines := t.linesOf(b)
	g := t.labelGrid(lines)
	for _, h := range b.heads {
		for _, m := range b.metrics {
			t.addColumns(g, lines, h, m, len(b.metrics) == 1, text)
		}
	}
	return g
}

// labelGrid lays out what stands before the figures of some lines.
func (t *Table) labelGrid(lines []Line) *grid {
	g := &grid{}
	for i, path := range t.Rows {
		g.add(path, !t.numeric(i), t.labels(lines, i))
	}
	models := make([]string, len(lines))
	for i, line := range lines {
		models[i] = line.Model
	}
	g.add("model", true, models)
	return g
}

// addColumns adds the columns of metric m under head h. alone says that no other
// metrics stand under it.
func (t *Table) addColumns(g *grid, lines []Line, h, m int, alone bool, text func([]figure) []string) {
	columns := t.columnsOf(lines, h, m)
	for _, shown := range columns {
		g.add(t.head(h, shown.head, alone && len(columns) == 1), false, text(shown.figures))
	}
}

// figureColumn is a column of figures, and its name.
type figureColumn struct {
	head    string
	figures []figure
}

// columnsOf returns the columns of metric m under head h: its own, and what
// stands beside it.
func (t *Table) columnsOf(lines []Line, h, m int) []figureColumn {
	own := figureColumn{head: t.Metrics[m], figures: make([]figure, len(lines))}
	if _, bare, derived := isDerived(own.head); derived {
		own.head = shortNames[bare]
	}
	for i, line := range lines {
		own.figures[i] = t.figureOf(line, line.Cells[h], m)
	}
	return slices.Concat([]figureColumn{own}, t.versusColumns(lines, h, m), t.reportedColumns(lines, h, m))
}

// linesOf returns the lines of a block: all, but no baselines where only
// metrics are shown that baselines do not have.
func (t *Table) linesOf(b block) []Line {
	if _, _, derived := isDerived(t.own(b)[0]); !derived {
		return t.Lines
	}
	return slices.DeleteFunc(slices.Clone(t.Lines), func(line Line) bool { return line.Baseline })
}

// head names a column under head h: the head's values, and on a second line the
// column's own name where it is not alone.
func (t *Table) head(h int, name string, alone bool) string {
	if len(t.Columns) == 0 {
		return name
	}
	values := make([]string, len(t.Heads[h]))
	for i, value := range t.Heads[h] {
		values[i] = orNone(value)
	}
	if alone {
		return strings.Join(values, ", ")
	}
	return strings.Join(values, ", ") + "\n" + name
}

// labels returns column i of the labels of some lines, without those that
// repeat what stands above.
func (t *Table) labels(lines []Line, i int) []string {
	labels := make([]string, len(lines))
	above := make([]string, len(t.Rows))
	for l, line := range lines {
		repeated := l > 0 && line.Labels[i] == above[i] && (line.Baseline || slices.Equal(line.Labels[:i], above[:i]))
		if !repeated {
			labels[l] = line.Labels[i]
		}
		for k, label := range line.Labels {
			if label != "" || !line.Baseline {
				above[k] = label
			}
		}
	}
	return labels
}

func (t *Table) numeric(i int) bool {
	for _, line := range t.Lines {
		if _, err := strconv.ParseFloat(line.Labels[i], 64); err != nil && line.Labels[i] != "" {
			return false
		}
	}
	return true
}

package reports

import (
	"slices"
	"strconv"
	"strings"
)

// Sortable is a table that can be sorted: each cell has a text, and what it
// sorts by.
type Sortable struct {
	Caption string
	Heads   []SortableHead
	Rows    []SortableRow
	Footer  []string // what notes and derived metrics mean
}

// SortableHead is the head of a column.
type SortableHead struct {
	Text    string
	Numbers bool
}

// SortableRow is a line of a table.
type SortableRow struct {
	Baseline bool
	Cells    []SortableCell
}

// SortableCell is a cell of a table.
type SortableCell struct {
	Text  string
	Key   string // a number in full, or the text in lower case; "" sorts last
	Best  bool
	Notes string // numbers of notes
}

// Sortable returns the table with a column for each metric under each head.
func (t *Table) Sortable() Sortable {
	all := block{}
	for i := range t.Heads {
		all.heads = append(all.heads, i)
	}
	for i := range t.Metrics {
		all.metrics = append(all.metrics, i)
	}
	out := Sortable{Caption: t.caption(all, "the best in bold")}
	for _, path := range t.Rows {
		out.Heads = append(out.Heads, SortableHead{Text: path})
	}
	out.Heads = append(out.Heads, SortableHead{Text: "model"})
	for _, head := range t.Heads {
		for _, metric := range t.Metrics {
			out.Heads = append(out.Heads, SortableHead{strings.TrimSpace(strings.Join(head, ", ") + " " + headOf(metric)), true})
		}
	}
	for _, line := range t.Lines {
		out.Rows = append(out.Rows, t.sortableRow(line))
	}
	out.markNumbers()
	out.Footer = t.footer(func(text string) string { return text + " " })
	return out
}

func headOf(metric string) string {
	_, name, derived := isDerived(metric)
	if derived {
		return shortNames[name]
	}
	return metric
}

func (t *Table) sortableRow(line Line) SortableRow {
	row := SortableRow{Baseline: line.Baseline}
	for _, label := range line.Labels {
		row.Cells = append(row.Cells, wordCell(label))
	}
	row.Cells = append(row.Cells, wordCell(line.Model))
	for _, cell := range line.Cells {
		for i := range t.Metrics {
			f := t.figureOf(line, cell, i)
			c := SortableCell{Best: f.best, Notes: strings.ReplaceAll(noteNumbers(f.notes), " ", ", ")}
			f.notes = nil
			c.Text = f.inline("", "", nil)
			if v := cell.Values[i]; v.N() > 0 {
				c.Key = strconv.FormatFloat(v.Mean, 'g', -1, 64)
			}
			row.Cells = append(row.Cells, c)
		}
	}
	return row
}

func wordCell(text string) SortableCell {
	return SortableCell{Text: text, Key: strings.ToLower(text)}
}

// markNumbers finds the columns of labels that hold numbers alone.
func (s *Sortable) markNumbers() {
	for i := range s.Heads {
		s.Heads[i].Numbers = s.Heads[i].Numbers || !slices.ContainsFunc(s.Rows, func(r SortableRow) bool {
			_, err := strconv.ParseFloat(r.Cells[i].Key, 64)
			return err != nil && r.Cells[i].Key != ""
		})
	}
}

// Sortable returns the listing as a table that can be sorted.
func (l *Listing) Sortable() Sortable {
	out := Sortable{Caption: counted(len(l.trials), "trial") + ", each with its own numbers"}
	out.Rows = make([]SortableRow, len(l.trials))
	for i, t := range l.trials {
		out.Rows[i].Baseline = t.Baseline()
	}
	for _, c := range l.columns {
		out.Heads = append(out.Heads, SortableHead{Text: c.head, Numbers: !c.left})
		for i := range l.trials {
			cell := SortableCell{Text: strings.TrimSpace(c.cells[i]), Key: strings.ToLower(c.full[i])}
			out.Rows[i].Cells = append(out.Rows[i].Cells, cell)
		}
	}
	return out
}

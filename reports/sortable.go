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
	out.Rows = make([]SortableRow, len(t.Lines))
	for i, line := range t.Lines {
		out.Rows[i].Baseline = line.Baseline
		for _, label := range append(slices.Clone(line.Labels), line.Model) {
			out.Rows[i].Cells = append(out.Rows[i].Cells, wordCell(label))
		}
	}
	for h, head := range t.Heads {
		for m := range t.Metrics {
			for i, column := range t.columnsOf(t.Lines, h, m) {
				out.Heads = append(out.Heads, SortableHead{strings.TrimSpace(strings.Join(head, ", ") + " " + column.head), true})
				t.addFigures(out.Rows, column, h, m, i == 0)
			}
		}
	}
	out.markNumbers()
	out.Footer = t.footer(superscript)
	return out
}

// addFigures adds a column of figures. The first of a metric sorts by its mean,
// others by the number that they begin with.
func (t *Table) addFigures(rows []SortableRow, column figureColumn, h, m int, own bool) {
	for i, f := range column.figures {
		c := SortableCell{Best: f.best, Notes: strings.ReplaceAll(noteNumbers(f.notes), " ", ", ")}
		f.notes = nil
		c.Text = f.inline("", "", nil)
		if v := t.Lines[i].Cells[h].Values[m]; own && v.N() > 0 {
			c.Key = strconv.FormatFloat(v.Mean, 'g', -1, 64)
		} else if !own {
			c.Key = strings.TrimPrefix(f.mean, "+")
		}
		rows[i].Cells = append(rows[i].Cells, c)
	}
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

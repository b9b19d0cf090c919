package reports

import (
	"strings"
	"unicode/utf8"
)

// longGrid is how many rows a grid may have whose rows tablewriter lays out. It
// takes seconds for 100,000, so that of longer ones it does the head alone, over
// a row as wide as all.
const longGrid = 5000

// widest returns a row with the widest cell of each column.
func (g *grid) widest() []string {
	row := make([]string, len(g.heads))
	for c := range row {
		most := -1
		for _, cells := range g.rows {
			if n := utf8.RuneCountInString(cells[c]); n > most {
				most, row[c] = n, cells[c]
			}
		}
	}
	return row
}

// writeRows writes rows as tablewriter would: cells between spaces, nothing at
// the end of a line.
func (g *grid) writeRows(out *strings.Builder, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	widths := g.widths()
	for _, cells := range rows {
		pending := 0 // spaces that are written where something follows
		for c, cell := range cells {
			before, after := 1, 1
			if room := widths[c] - utf8.RuneCountInString(cell); g.left[c] {
				after += room
			} else {
				before += room
			}
			text := strings.TrimRight(cell, " ")
			after += len(cell) - len(text)
			pending += before
			if text != "" {
				out.WriteString(strings.Repeat(" ", pending) + text)
				pending = 0
			}
			pending += after
		}
		out.WriteByte('\n')
	}
}

// widths returns how many columns of a terminal the cells of each column take.
func (g *grid) widths() []int {
	widths := make([]int, len(g.heads))
	for c, head := range g.heads {
		for line := range strings.SplitSeq(head, "\n") {
			widths[c] = max(widths[c], utf8.RuneCountInString(line))
		}
		for _, row := range g.rows {
			widths[c] = max(widths[c], utf8.RuneCountInString(row[c]))
		}
	}
	return widths
}

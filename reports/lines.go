package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// fill makes the lines of the table: those of the trials in order, baselines
// with a code size beneath the trials that they are for, and the others last.
func (c *comparison) fill(table *Table) {
	var beneath, last []run
	for _, kind := range c.kinds() {
		if kind.coded {
			beneath = append(beneath, c.runs(kind, false)...)
		} else {
			last = append(last, c.runs(kind, true)...)
		}
	}
	for i, row := range c.rows {
		table.Lines = append(table.Lines, c.line(table, row))
		for _, r := range beneath {
			if r.last == i {
				table.Lines = append(table.Lines, c.baselineLine(table, r))
			}
		}
	}
	for _, r := range slices.Concat(c.strays(), last) {
		table.Lines = append(table.Lines, c.baselineLine(table, r))
	}
	table.Notes = c.notes.texts
	table.Remarks = append(table.Remarks, c.unplaced()...)
	c.dropUnasked(table)
}

// line returns the trials of one row.
func (c *comparison) line(table *Table, row []string) Line {
	line := Line{Labels: row}
	for _, column := range c.columns {
		trials := c.cells[[2]string{keyOf(row), keyOf(column)}]
		for _, t := range trials {
			switch line.Model {
			case "", t.Family:
				line.Model = t.Family
			default:
				line.Model = "autoencoder"
			}
		}
		line.Cells = append(line.Cells, c.cell(table, trials))
	}
	return line
}

// kind is a kind of baseline.
type kind struct {
	name  string
	coded bool // whether it has a code size
}

// kinds returns the kinds of baselines that there are, PCA first.
func (c *comparison) kinds() []kind {
	var kinds []kind
	for _, t := range c.baselines {
		k := kind{t.Family, c.codes[t.ID].code != ""}
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, func(a, b kind) int {
		return cmp.Or(cmp.Compare(b2i(a.name != "pca"), b2i(b.name != "pca")), strings.Compare(a.name, b.name))
	})
	return kinds
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// run is a baseline's line: the rows that it is for have the same baselines in
// all their cells.
type run struct {
	kind  kind
	rows  [][]string
	last  int       // index of the last row
	cells [][]Trial // by column
}

// accepts tells whether a row with the baselines cells can join the run.
func (r run) accepts(cells [][]Trial) bool {
	for i, trials := range cells {
		if len(trials) > 0 && len(r.cells[i]) > 0 && !sameTrials(trials, r.cells[i]) {
			return false
		}
	}
	return true
}

func sameTrials(a, b []Trial) bool {
	return slices.EqualFunc(a, b, func(a, b Trial) bool { return a.ID == b.ID })
}

// runs returns the lines of a kind of baseline. Rows that stand together share
// a line; with anywhere, others do too.
func (c *comparison) runs(k kind, anywhere bool) []run {
	var runs []run
	for i, row := range c.rows {
		cells := c.baselinesOf(k, row)
		if !slices.ContainsFunc(cells, func(trials []Trial) bool { return len(trials) > 0 }) {
			continue
		}
		at := slices.IndexFunc(runs, func(r run) bool { return (anywhere || r.last == i-1) && r.accepts(cells) })
		if at < 0 {
			runs = append(runs, run{kind: k, cells: make([][]Trial, len(cells))})
			at = len(runs) - 1
		}
		r := &runs[at]
		r.rows, r.last = append(r.rows, row), i
		for column, trials := range cells {
			if len(trials) > 0 {
				r.cells[column] = trials
			}
		}
	}
	return runs
}

// baselinesOf returns for each cell of a row the baselines of a kind that its
// trials are to be held against. An empty cell has those of the other cells of
// the row where these agree.
func (c *comparison) baselinesOf(k kind, row []string) [][]Trial {
	cells := make([][]Trial, len(c.columns))
	var all [][]Trial
	for i, column := range c.columns {
		cells[i] = c.heldAgainst(k, c.cells[[2]string{keyOf(row), keyOf(column)}])
		if len(cells[i]) > 0 && !slices.ContainsFunc(all, func(other []Trial) bool { return sameTrials(other, cells[i]) }) {
			all = append(all, cells[i])
		}
	}
	for i := range cells {
		if len(cells[i]) == 0 && len(all) == 1 {
			cells[i] = all[0]
		}
	}
	return cells
}

// heldAgainst returns the baselines of a kind with the data, and the code size
// where it has one, of any of the trials.
func (c *comparison) heldAgainst(k kind, trials []Trial) []Trial {
	var out []Trial
	seen := map[coded]bool{}
	for _, t := range trials {
		key := c.codes[t.ID]
		if !k.coded {
			key.code = ""
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, c.held[against{k.name, key}]...)
		}
	}
	return out
}

// strays returns the lines of baselines with a code size that belong beneath
// no trial, because the code size of the trials follows from shapes that the
// store does not know, or because there are no trials.
func (c *comparison) strays() []run {
	known := slices.ContainsFunc(c.trials, func(t Trial) bool { return c.codes[t.ID].code != "" })
	var runs []run
	for _, t := range c.baselines {
		if len(c.trials) > 0 && (known || c.codes[t.ID].code == "") {
			continue
		}
		r := run{kind: kind{t.Family, c.codes[t.ID].code != ""}}
		for range c.columns {
			r.cells = append(r.cells, []Trial{t})
		}
		runs = append(runs, r)
	}
	slices.SortStableFunc(runs, func(a, b run) int { return b2i(b.kind.coded) - b2i(a.kind.coded) })
	return runs
}

// baselineLine makes the line of a run. Its labels are those on which the
// baseline depends: the data, and the code size where it has one.
func (c *comparison) baselineLine(table *Table, r run) Line {
	line := Line{Model: r.kind.name, Baseline: true, Labels: make([]string, len(table.Rows))}
	for i, path := range table.Rows {
		if matters := path == "data" || strings.HasPrefix(path, "data.") || r.kind.coded && path == "model.code"; !matters {
			continue
		}
		for j, row := range r.rows {
			if j == 0 {
				line.Labels[i] = row[i]
			} else if row[i] != line.Labels[i] {
				line.Labels[i] = ""
				break
			}
		}
	}
	if code := c.codeOf(r); code != "" && !slices.Contains(table.Rows, "model.code") && !slices.Contains(table.Columns, "model.code") {
		line.Model = fmt.Sprintf("%s, code %s", line.Model, code)
	}
	for _, trials := range r.cells {
		line.Cells = append(line.Cells, c.cell(table, trials))
	}
	return line
}

// codeOf returns the code size of a run of baselines where it has one size and
// there are others in the table, else "".
func (c *comparison) codeOf(r run) string {
	own := map[string]bool{}
	code := ""
	for _, t := range slices.Concat(r.cells...) {
		code = c.codes[t.ID].code
		own[code] = true
	}
	other := func(t Trial) bool { return c.codes[t.ID].code != "" && c.codes[t.ID].code != code }
	if len(own) != 1 || !slices.ContainsFunc(c.baselines, other) {
		return ""
	}
	return code
}

// dropUnasked takes out the derived metrics that nobody asked for and that no
// trial has, as where there is no PCA.
func (c *comparison) dropUnasked(table *Table) {
	table.keepMetrics(func(i int, metric string) bool {
		_, _, derived := isDerived(metric)
		return !derived || slices.Contains(c.layout.asked, metric) ||
			table.anyValue(i, func(v Value) bool { return v.N() > 0 })
	})
}

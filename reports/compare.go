package reports

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Layout says what a comparison shows and how.
type Layout struct {
	Experiment string
	Question   string
	Axes       []string // swept paths, in the spec's order; "case" among them where there are cases
	Metrics    []string // full names; test.mse where there are none
	Rows       []string // paths, "case" or "family"; the axes that are no columns where there are none
	Columns    []string
	Expect     []experiments.Expectation // violations are noted at the cells
	Reported   []experiments.Reported    // set beside the cells
	Statistic  string                    // Mean or Median; the mean where it is ""
	Intervals  bool                      // show bootstrap intervals instead of standard deviations
	Reference  string                    // what changes are relative to; see [Compare]
	Alpha      float64                   // 0.05 where it is 0
	Seeds      []int                     // of the spec, ascending where Looks are given
	Looks      []int                     // after how many seeds it is looked at; none for one look at all there are
	Evaluated  []string                  // metrics that come of evaluations
	// OnlyChanged leaves out what is the same everywhere: constants are not
	// named, and metrics without a difference not shown.
	OnlyChanged bool

	asked []string // Metrics as given, before derived ones were added
}

// LayoutOf returns the layout that a spec asks for: its metrics, and those of
// which it gives reported values.
func LayoutOf(e *experiments.Experiment) Layout {
	axes := slices.Clone(e.Axes)
	if len(e.Cases) > 0 {
		axes = slices.Insert(axes, 0, "case")
	}
	metrics := slices.Clone(e.Compare.Metrics)
	for _, r := range e.Reported {
		if !slices.Contains(metrics, r.Metric) {
			metrics = append(metrics, r.Metric)
		}
	}
	return Layout{
		Experiment: e.Name, Question: e.Question, Axes: axes,
		Metrics: metrics, Rows: e.Compare.Rows, Columns: e.Compare.Columns, Expect: e.Expect, Reported: e.Reported,
		Reference: e.Compare.Reference, Seeds: e.Seeds,
		Evaluated: e.Evaluated,
	}
}

// Compare puts the trials of an experiment into a table: a cell for each value
// of the rows and columns, in it the mean over the seeds. PCA stands beneath
// the trials of the same code size, in every column, and the mean of the data
// last. It is an error to ask for a path at which no trial has a value.
//
// A reference is a case, a kind of baseline, or values of row and column paths,
// as loss=mse: each cell is compared with the one that has these values and is
// otherwise its own. Comparisons are paired by seed.
func Compare(trials []Trial, layout Layout) (*Table, error) {
	layout = complete(layout)
	c := newComparison(layout, derive(trials))
	table := &Table{
		Experiment: layout.Experiment, Question: layout.Question, Metrics: layout.Metrics,
		States: map[store.State]int{}, Statistic: layout.Statistic, Intervals: layout.Intervals, Alpha: layout.Alpha, plan: layout.planOf(),
	}
	for _, t := range c.trials {
		table.States[t.State]++
	}
	if err := c.project(table); err != nil {
		return nil, err
	}
	c.fill(table)
	if err := c.compareWithReference(table); err != nil {
		return nil, err
	}
	if layout.OnlyChanged {
		table.onlyChanged()
	}
	table.markBest(layout.asked)
	table.Remarks = append(table.Remarks, table.lookRemark()...)
	table.gatherRemarks()
	return table, nil
}

// Project replaces the rows and columns that are not nil. What is asked for as
// one of them is no longer the other.
func (layout *Layout) Project(rows, columns []string) {
	without := func(paths, taken []string) []string {
		return slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return slices.Contains(taken, path) })
	}
	if rows != nil {
		layout.Rows, layout.Columns = rows, without(layout.Columns, rows)
	}
	if columns != nil {
		layout.Columns = columns
		if rows == nil {
			layout.Rows = without(layout.Rows, columns)
		}
	}
}

// Reads returns the names of all metrics that a comparison in this layout looks
// at, and the answers to the claims.
func (layout Layout) Reads(claims []experiments.Claim) []string {
	names := slices.Clone(complete(layout).Metrics)
	for _, x := range layout.Expect {
		names = append(names, x.Metric)
	}
	for _, claim := range claims {
		names = append(names, claim.Metric)
	}
	return names
}

// complete fills in what a layout leaves open.
func complete(layout Layout) Layout {
	if layout.Statistic == "" {
		layout.Statistic = Mean
	}
	if layout.Alpha == 0 {
		layout.Alpha = 0.05
	}
	if len(layout.Metrics) == 0 {
		layout.Metrics = []string{"test.mse"}
	}
	layout.asked, layout.Metrics = layout.Metrics, withDerived(layout.Metrics)
	if len(layout.Rows) == 0 {
		for _, path := range layout.Axes {
			if !slices.Contains(layout.Columns, path) {
				layout.Rows = append(layout.Rows, path)
			}
		}
	}
	return layout
}

// withDerived sets the derived metrics beside the errors that they are derived
// from.
func withDerived(metrics []string) []string {
	var out []string
	for _, metric := range metrics {
		if slices.Contains(out, metric) {
			continue
		}
		out = append(out, metric)
		split, isError := strings.CutSuffix(metric, ".mse")
		if !isError || !slices.Contains(splits, split) {
			continue
		}
		for _, derived := range []string{split + "." + gainOverPCA, split + "." + pcaDims} {
			if !slices.Contains(out, derived) {
				out = append(out, derived)
			}
		}
	}
	return out
}

// comparison is a table in the making.
type comparison struct {
	layout    Layout
	trials    []Trial // without baselines
	baselines []Trial
	cells     map[[2]string][]Trial // by the keys of row and column
	rows      [][]string            // values of the row paths, in order
	columns   [][]string
	notes     notes
	memo      memo
	codes     map[string]coded    // by id
	held      map[against][]Trial // baselines by what they are held against
	spoken    []map[string]bool   // the ids that each reported value speaks of
	placed    map[int]bool        // reported values that stand at a cell
}

// against is a kind of baseline, and the data and code size of the trials that
// it is for.
type against struct {
	kind string
	coded
}

func newComparison(layout Layout, trials []Trial) *comparison {
	c := &comparison{layout: layout, memo: memo{}, cells: map[[2]string][]Trial{}, codes: map[string]coded{}, held: map[against][]Trial{}, placed: map[int]bool{}}
	for _, r := range layout.Reported {
		spoken := make(map[string]bool, len(r.IDs))
		for _, id := range r.IDs {
			spoken[id] = true
		}
		c.spoken = append(c.spoken, spoken)
	}
	for _, t := range trials {
		c.codes[t.ID] = c.memo.codedOf(t)
		if !t.Baseline() {
			c.trials = append(c.trials, t)
			continue
		}
		c.baselines = append(c.baselines, t)
		key := against{t.Family, c.codes[t.ID]}
		c.held[key] = append(c.held[key], t)
	}
	return c
}

// project sorts the trials into cells, and drops the paths that are constant.
func (c *comparison) project(table *Table) error {
	rows, columns := c.keep(table, c.layout.Rows), c.keep(table, c.layout.Columns)
	for _, path := range slices.Concat(c.layout.Rows, c.layout.Columns) {
		if len(c.trials) > 0 && !c.hasValue(path) {
			return fmt.Errorf("lay out the comparison: no trial has a value at %s", path)
		}
	}
	for _, t := range c.trials {
		for _, place := range t.places() {
			row, column := valuesAt(t, place, rows), valuesAt(t, place, columns)
			key := [2]string{keyOf(row), keyOf(column)}
			if same := func(other Trial) bool { return other.ID == t.ID }; !slices.ContainsFunc(c.cells[key], same) {
				c.cells[key] = append(c.cells[key], t)
			}
			c.rows, c.columns = append(c.rows, row), append(c.columns, column)
		}
	}
	if len(c.columns) == 0 { // baselines alone
		c.columns = [][]string{nil}
		rows, columns = nil, nil
	}
	c.rows, c.columns = ordered(c.rows), ordered(c.columns)
	table.Rows, table.Columns, table.Heads = rows, columns, c.columns
	return nil
}

// keep returns the paths that vary, and enters the others in the table's
// constants.
func (c *comparison) keep(table *Table, paths []string) []string {
	var kept []string
	for _, path := range paths {
		seen := map[string]bool{}
		last := ""
		for _, t := range c.trials {
			for _, place := range t.places() {
				last, _ = valueAt(t, place, path)
				seen[last] = true
			}
		}
		switch {
		case len(seen) > 1:
			kept = append(kept, path)
		case len(seen) == 1 && !c.layout.OnlyChanged:
			table.Constants = append(table.Constants, Constant{path, last})
		}
	}
	return kept
}

func (c *comparison) hasValue(path string) bool {
	return slices.ContainsFunc(c.trials, func(t Trial) bool {
		return slices.ContainsFunc(t.places(), func(place store.Place) bool {
			_, ok := valueAt(t, place, path)
			return ok
		})
	})
}

func valuesAt(t Trial, place store.Place, paths []string) []string {
	values := make([]string, len(paths))
	for i, path := range paths {
		values[i], _ = valueAt(t, place, path)
	}
	return values
}

// keyOf makes one string of several, to look them up by.
func keyOf(values []string) string { return strings.Join(values, "\x00") }

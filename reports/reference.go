package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/reports/internal/statistics"
)

// Versus is how a value compares with that of the reference, over the seeds
// that both have.
type Versus struct {
	Change    float64 // of the mean or median, in per cent of the reference's; NaN where that is 0
	Low, High float64 // ends of the change's interval, where the table has intervals
	Effect    float64 // Hedges' g of the paired differences; not finite where they are equal
	P         float64 // of the sign-flip test, corrected
	Decided   bool    // P is at most the table's alpha
	Pairs     int     // seeds
}

// reference says which cell another is compared with.
type reference struct {
	baseline string            // a kind, or ""
	at       map[string]string // values of row and column paths
}

// referenceOf reads a reference: a case, a kind of baseline, or path=value,….
func (c *comparison) referenceOf(table *Table, text string) (reference, error) {
	if !strings.Contains(text, "=") {
		if slices.ContainsFunc(c.baselines, func(t Trial) bool { return t.Family == text }) {
			return reference{baseline: text}, nil
		}
		text = "case=" + text
	}
	r := reference{at: map[string]string{}}
	for pair := range strings.SplitSeq(text, ",") {
		path, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		values, known := c.valuesOf(table, path)
		switch {
		case !known && path == "case":
			return r, fmt.Errorf("read the reference: it is a case, a kind of baseline, or path=value of the rows and columns, got %q", c.layout.Reference)
		case !known:
			return r, fmt.Errorf("read the reference: %q is no path of the rows and columns, which are %s", path, strings.Join(slices.Concat(table.Rows, table.Columns), ", "))
		case !slices.Contains(values, value):
			return r, fmt.Errorf("read the reference: no cell has %s %q, there are %s", path, value, strings.Join(values, ", "))
		}
		r.at[path] = value
	}
	return r, nil
}

// valuesOf returns the values of a row or column path, or the one that is the
// same everywhere.
func (c *comparison) valuesOf(table *Table, path string) ([]string, bool) {
	tuples, i := c.rows, slices.Index(table.Rows, path)
	if i < 0 {
		tuples, i = c.columns, slices.Index(table.Columns, path)
	}
	var out []string
	if i < 0 && slices.Contains(slices.Concat(c.layout.Rows, c.layout.Columns), path) {
		value, _ := valueAt(c.trials[0], c.trials[0].places()[0], path)
		return []string{value}, true // the same everywhere
	}
	for _, tuple := range tuples {
		if i >= 0 && !slices.Contains(out, tuple[i]) {
			out = append(out, tuple[i])
		}
	}
	return out, i >= 0
}

// compareWithReference fills in how each cell of trained settings compares with
// the reference's.
func (c *comparison) compareWithReference(table *Table) error {
	if c.layout.Reference == "" || len(c.trials) == 0 {
		return nil
	}
	r, err := c.referenceOf(table, c.layout.Reference)
	if err != nil {
		return err
	}
	table.Reference = c.layout.Reference
	for i, metric := range table.Metrics {
		if _, _, derived := isDerived(metric); derived {
			continue
		}
		matches := c.referenceMatches(table, r, i)
		decide(matches, len(matches), len(table.looks()), table.Alpha)
		for _, m := range matches {
			m.a.values[0].Versus = table.versus(m)
		}
		if metric == c.layout.asked[0] {
			table.remarkReference(matches)
		}
	}
	return nil
}

// referenceMatches pairs each value of metric i with its reference's.
func (c *comparison) referenceMatches(table *Table, r reference, i int) []*match {
	var out []*match
	for l, line := range table.Lines {
		for h := range line.Cells {
			v := &table.Lines[l].Cells[h].Values[i]
			if line.Baseline || v.N() == 0 {
				continue
			}
			other := c.referent(table, r, line, h, i)
			if other == nil || slices.Contains(other.values, v) {
				continue
			}
			a := &candidate{values: []*Value{v}, bySeed: v.perSeed(), center: table.center(*v)}
			if m := matchOf(a, other, table.looks()); len(m.atLooks[0]) > 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

// referent returns what a cell is compared with, nil where there is none.
func (c *comparison) referent(table *Table, r reference, line Line, h, i int) *candidate {
	if r.baseline != "" {
		held := c.heldAgainst(kind{r.baseline, c.hasCode(r.baseline)}, c.cells[[2]string{keyOf(line.Labels), keyOf(c.columns[h])}])
		if len(held) != 1 {
			return nil
		}
		value, ok := metricOf(held[0].Record, table.Metrics[i])
		if !ok || unranked(held[0], table.Metrics[i]) {
			return nil
		}
		return &candidate{center: value}
	}
	row, column := r.replaced(table.Rows, line.Labels), r.replaced(table.Columns, c.columns[h])
	for l, other := range table.Lines {
		head := slices.IndexFunc(c.columns, func(values []string) bool { return slices.Equal(values, column) })
		if other.Baseline || !slices.Equal(other.Labels, row) || head < 0 {
			continue
		}
		if v := &table.Lines[l].Cells[head].Values[i]; v.N() > 0 {
			return &candidate{values: []*Value{v}, bySeed: v.perSeed(), center: table.center(*v)}
		}
	}
	return nil
}

func (c *comparison) hasCode(baseline string) bool {
	return slices.ContainsFunc(c.baselines, func(t Trial) bool { return t.Family == baseline && c.codes[t.ID].code != "" })
}

// replaced returns the values of some paths with those of the reference.
func (r reference) replaced(paths, values []string) []string {
	out := slices.Clone(values)
	for i, path := range paths {
		if value, given := r.at[path]; given {
			out[i] = value
		}
	}
	return out
}

// versus sums a match up.
func (t *Table) versus(m *match) *Versus {
	first, second := pairedBySeed(m.a, m.b, nil)
	v := &Versus{P: m.P, Decided: m.Decided, Pairs: len(first)}
	differences := make([]float64, len(first))
	for i := range first {
		differences[i] = first[i] - second[i]
	}
	v.Effect = statistics.Effect(differences)
	center := func(values []float64) float64 {
		if t.Statistic == Median {
			return statistics.Median(values)
		}
		mean, _ := statistics.Mean(values)
		return mean
	}
	base := center(second)
	v.Change = math.NaN()
	if base != 0 {
		v.Change = 100 * (center(first) - base) / math.Abs(base)
		if t.Intervals {
			interval := statistics.MeanInterval
			if t.Statistic == Median {
				interval = statistics.MedianInterval
			}
			low, high := interval(differences, level)
			v.Low, v.High = 100*low/math.Abs(base), 100*high/math.Abs(base)
		}
	}
	return v
}

// remarkReference says where the seeds are too few for the comparisons.
func (t *Table) remarkReference(matches []*match) {
	if len(matches) == 0 {
		return
	}
	seeds := 0
	for _, m := range matches {
		for _, at := range m.atLooks {
			seeds = max(seeds, len(at))
		}
	}
	if needed := statistics.Needed(len(matches), t.Alpha/float64(len(t.looks()))); needed > seeds {
		t.Remarks = append(t.Remarks, tooFew(seeds, needed, len(matches), "them from "+t.Reference))
	}
}

// formatP returns a p in two digits.
func formatP(p float64) string {
	if p > 0 && p < 1e-4 {
		return strconv.FormatFloat(p, 'g', 2, 64)
	}
	return strconv.FormatFloat(roundTo(p, 2), 'f', -1, 64)
}

// roundTo rounds to so many significant digits.
func roundTo(v float64, digits int) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	return rounded
}

package reports

import (
	"fmt"
	"math"
	"strconv"
)

// versusColumns returns the columns that say how the cells of head h compare
// with the reference in metric m: the change, p, and the size of the effect.
// There are none where nothing is compared.
func (t *Table) versusColumns(lines []Line, h, m int) []figureColumn {
	change, p, effect := figureColumn{head: "vs " + t.Reference}, figureColumn{head: "p"}, figureColumn{head: "g"}
	any := false
	for _, line := range lines {
		a, b, c := figure{word: " "}, figure{word: " "}, figure{word: " "}
		if v := line.Cells[h].Values[m].Versus; v != nil {
			any = true
			a, b, c = t.changeFigure(v), figure{mean: formatP(v.P)}, effectFigure(v)
		}
		change.figures, p.figures = append(change.figures, a), append(p.figures, b)
		effect.figures = append(effect.figures, c)
	}
	if !any {
		return nil
	}
	return []figureColumn{change, p, effect}
}

// changeFigure puts a change into words, with a tilde where it is undecided.
func (t *Table) changeFigure(v *Versus) figure {
	if math.IsNaN(v.Change) {
		return figure{word: "-"}
	}
	f := figure{mean: signed(decimal(v.Change, 1)), unit: "%"}
	if t.Intervals {
		f.unit += fmt.Sprintf(" [%s, %s]", signed(decimal(v.Low, 1)), signed(decimal(v.High, 1)))
	}
	if !v.Decided {
		f.unit += " ~"
	}
	return f
}

func effectFigure(v *Versus) figure {
	if math.IsNaN(v.Effect) || math.IsInf(v.Effect, 0) {
		return figure{word: "-"}
	}
	return figure{mean: signed(decimal(v.Effect, 2))}
}

// testLegend says how cells were told apart, where any test was made.
func (t *Table) testLegend() []string {
	tied, matches := false, map[int]int{}
	t.eachCell(func(c *Cell) {
		for i, v := range c.Values {
			tied = tied || v.Tied
			if v.Versus != nil {
				matches[i]++
			}
		}
	})
	most := 0
	for _, n := range matches {
		most = max(most, n)
	}
	risk := shortest(t.Alpha)
	switch {
	case most > 0:
		of := "1 comparison"
		if most > 1 {
			of = strconv.Itoa(most) + " comparisons (Holm)"
		}
		return []string{fmt.Sprintf("vs %s: change of the %s, paired by seed; ~ undecided: p of the exact sign-flip test, corrected for %s, is above %s; g: Hedges' standardised difference", t.Reference, t.Statistic, of, risk)}
	case tied:
		return []string{fmt.Sprintf("~: not told from the best by exact sign-flip tests, paired by seed, of all pairs (Holm), at %s", risk)}
	}
	return nil
}

// versusJSON is a comparison with the reference as JSON.
type versusJSON struct {
	Change  *float64   `json:"change_percent"`
	Range   []*float64 `json:"interval_percent,omitempty"`
	P       float64    `json:"p"`
	Decided bool       `json:"decided"`
	Pairs   int        `json:"pairs"`
	Effect  *float64   `json:"hedges_g"`
}

func (t *Table) versusJSON(v *Versus) *versusJSON {
	if v == nil {
		return nil
	}
	out := &versusJSON{Change: number(v.Change), P: v.P, Decided: v.Decided, Pairs: v.Pairs, Effect: number(v.Effect)}
	if t.Intervals && out.Change != nil {
		out.Range = []*float64{number(v.Low), number(v.High)}
	}
	return out
}

// versusHeads are the columns of a metric in CSV that compare with the reference.
func versusHeads(metric string) []string {
	return []string{metric + " change", metric + " p", metric + " pairs", metric + " g"}
}

// fields returns the comparison for CSV: the change in per cent, p, the number of
// pairs and the effect. All are empty without one.
func (v *Versus) fields() []string {
	if v == nil {
		return make([]string, 4)
	}
	return []string{orEmpty(v.Change), shortest(v.P), strconv.Itoa(v.Pairs), orEmpty(v.Effect)}
}

func orEmpty(v float64) string {
	if number(v) == nil {
		return ""
	}
	return shortest(v)
}

// hasVersus tells whether a value of metric m is compared with the reference.
func (t *Table) hasVersus(m int) bool {
	found := false
	t.eachCell(func(c *Cell) { found = found || c.Values[m].Versus != nil })
	return found
}

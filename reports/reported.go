package reports

import (
	"fmt"
	"slices"
	"strconv"

	"hourglass.dev/hourglass/experiments"
)

// Published is a value that somebody reported, beside what was obtained.
type Published struct {
	experiments.Reported
	Footnote int // the source
}

// Difference returns how far the mean lies above the published value.
func (p Published) Difference(v Value) float64 { return v.Mean - p.Value }

// published returns the values of a metric that were reported of a cell's
// trials: of all of them, since a mean over others too is not their like.
func (c *comparison) published(ids []string, metric string) []Published {
	var out []Published
	for i, r := range c.layout.Reported {
		other := func(id string) bool { return !c.spoken[i][id] }
		if r.Metric != metric || len(ids) == 0 || slices.ContainsFunc(ids, other) {
			continue
		}
		c.placed[i] = true
		text := fmt.Sprintf("%s as reported: %s", metric, r.Source)
		if r.Note != "" {
			text += "; " + r.Note
		}
		out = append(out, Published{r, c.notes.add(text)})
	}
	return out
}

// unplaced says which reported values stand at no cell of the table.
func (c *comparison) unplaced() []string {
	var out []string
	for i, r := range c.layout.Reported {
		if c.placed[i] || !slices.Contains(c.layout.Metrics, r.Metric) {
			continue
		}
		about := ""
		if r.About != "" {
			about = " of " + r.About
		}
		out = append(out, fmt.Sprintf("reported %s%s, %s (%s), stands beside nothing: no cell holds these trials alone",
			r.Metric, about, shortest(r.Value), r.Source))
	}
	return out
}

// reportedColumns returns the columns that set reported values of metric m
// beside those of head h: the values with their tolerances, and how far the
// means lie from them. There are none where nothing was reported.
func (t *Table) reportedColumns(lines []Line, h, m int) []figureColumn {
	reported, difference := figureColumn{head: "reported"}, figureColumn{head: "difference"}
	any := false
	for _, line := range lines {
		value, distance := figure{word: " "}, figure{word: " "}
		if published := line.Cells[h].Values[m].Published; len(published) > 0 {
			any = true
			value, distance = reportedFigures(published, line.Cells[h].Values[m])
		}
		reported.figures = append(reported.figures, value)
		difference.figures = append(difference.figures, distance)
	}
	if !any {
		return nil
	}
	return []figureColumn{reported, difference}
}

// reportedFigures puts reported values into words; several stand one after
// another.
func reportedFigures(published []Published, v Value) (value, distance figure) {
	for i, p := range published {
		one, far := p.figures(v)
		if i == 0 {
			value, distance = one, far
			continue
		}
		value.word, value.notes = inARow(value, one), append(value.notes, one.notes...)
		distance.word = inARow(distance, far)
	}
	return value, distance
}

func inARow(a, b figure) string {
	a.notes, b.notes = nil, nil
	return a.inline("", "", nil) + "; " + b.inline("", "", nil)
}

// figures returns the value as it was reported, and the difference with whether
// it lies within the tolerance.
func (p Published) figures(v Value) (value, distance figure) {
	value = figure{mean: shortest(p.Value), notes: []int{p.Footnote}}
	if p.Tolerance != nil {
		value.deviation = strconv.FormatFloat(*p.Tolerance, 'g', 3, 64)
	}
	if v.N() == 0 {
		return value, figure{word: " "}
	}
	distance = figure{mean: signed(FormatNumber(p.Difference(v)))}
	if p.Tolerance == nil {
		return value, distance
	}
	if *p.Tolerance > 0 {
		text, _ := formatSpread(p.Difference(v), *p.Tolerance/10)
		distance.mean = signed(text)
	}
	distance.unit = " outside"
	if p.Agrees(v.Mean) {
		distance.unit = " within"
	}
	return value, distance
}

// signed returns a number with a plus where it has no sign and is not 0.
func signed(number string) string {
	if number[0] == '-' || number == "0" {
		return number
	}
	return "+" + number
}

// shortest returns a number in as few digits as tell it from all others.
func shortest(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// publishedJSON is a reported value as JSON.
type publishedJSON struct {
	Value      float64  `json:"value"`
	Tolerance  *float64 `json:"tolerance"` // null where none is stated
	Source     string   `json:"source"`
	Note       string   `json:"note,omitempty"`
	Difference *float64 `json:"difference"` // obtained − reported; null without a result
	Within     *bool    `json:"within"`     // null without a result or a tolerance
}

func (v Value) publishedJSON() []publishedJSON {
	var out []publishedJSON
	for _, p := range v.Published {
		object := publishedJSON{Value: p.Value, Tolerance: p.Tolerance, Source: p.Source, Note: p.Note}
		if v.N() > 0 {
			object.Difference = number(p.Difference(v))
			if within := p.Agrees(v.Mean); p.Tolerance != nil {
				object.Within = &within
			}
		}
		out = append(out, object)
	}
	return out
}

// reportedHeads are the columns of a metric in CSV of which values were
// reported.
func reportedHeads(metric string) []string {
	return []string{metric + " reported", metric + " tolerance", metric + " difference", metric + " within", metric + " source"}
}

// reportedFields returns the first reported value for CSV, empty where there is
// none.
func (v Value) reportedFields() []string {
	out := make([]string, 5)
	if len(v.Published) == 0 {
		return out
	}
	p := v.publishedJSON()[0]
	out[0], out[4] = shortest(p.Value), p.Source
	if p.Tolerance != nil {
		out[1] = shortest(*p.Tolerance)
	}
	if p.Difference != nil {
		out[2] = shortest(*p.Difference)
	}
	if p.Within != nil {
		out[3] = strconv.FormatBool(*p.Within)
	}
	return out
}

// hasReported tells whether a value of metric m was reported somewhere.
func (t *Table) hasReported(m int) bool {
	found := false
	t.eachCell(func(c *Cell) { found = found || len(c.Values[m].Published) > 0 })
	return found
}

package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Markdown writes the table in GitHub's Markdown.
func (t *Table) Markdown(w io.Writer) error {
	raised := func(text string) string { return "<sup>" + strings.ReplaceAll(text, " ", ", ") + "</sup>" }
	var out strings.Builder
	if title := t.title(); title != "" {
		out.WriteString("**" + escapeMarkdown(title) + "**\n\n")
	}
	for i, b := range t.blocks() {
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(t.caption(b, "best in bold") + "\n\n")
		g := t.grid(b, func(figures []figure) []string {
			cells := make([]string, len(figures))
			for i, f := range figures {
				cells[i] = f.inline("**", "**", raised)
			}
			return cells
		})
		if err := g.escapedLabels(1 + len(t.Rows)).markdown(&out); err != nil {
			return err
		}
	}
	if footer := t.footer(func(n string) string { return "\x03" + n + "\x04" }); len(footer) > 0 {
		text := escapeMarkdown(strings.Join(footer, "  \n")) // two spaces keep a line a line
		out.WriteString("\n" + strings.NewReplacer("\x03", "<sup>", "\x04", "</sup>").Replace(text) + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// CSV writes a line for each cell: the values of all rows and columns, the
// constant ones too, the model, how many trials there are and how many are
// done, and for each metric its mean, sample standard deviation and the number
// of trials that they are over. Where they were asked for, the median and the
// ends of the interval follow, and change in per cent, corrected p, number of
// pairs and effect against the reference. Where values were reported, also the
// first of those, its tolerance, the difference, whether it lies within, and the
// source. Numbers are in full; what is missing is empty.
func (t *Table) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := slices.Concat(t.Rows, t.Columns)
	for _, c := range t.Constants {
		head = append(head, c.Path)
	}
	head = append(head, "model", "trials", "done")
	metrics := t.csvMetrics()
	for _, m := range metrics {
		head = append(head, m.heads...)
	}
	rows := [][]string{append(head, "notes")}
	for _, cell := range t.cells() {
		row := slices.Concat(cell.line.Labels, cell.head)
		for _, c := range t.Constants {
			row = append(row, cell.line.constant(c))
		}
		row = append(row, cell.line.Model, strconv.Itoa(len(cell.IDs)), strconv.Itoa(cell.States["done"]))
		for i, v := range cell.Values {
			row = append(row, metrics[i].fields(v)...)
		}
		rows = append(rows, append(row, strings.Join(t.notesOf(cell.Cell), "; ")))
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// csvMetric is a metric's columns in CSV.
type csvMetric struct {
	heads  []string
	fields func(Value) []string
}

// csvMetrics returns the columns of each metric: what is there in no cell has
// none.
func (t *Table) csvMetrics() []csvMetric {
	out := make([]csvMetric, len(t.Metrics))
	for i, metric := range t.Metrics {
		heads := []string{metric, metric + " sd", metric + " n"}
		parts := []func(Value) []string{Value.fields}
		if t.spreads() {
			heads, parts = append(heads, metric+" median", metric+" low", metric+" high"), append(parts, Value.spreadFields)
		}
		if t.hasVersus(i) {
			heads, parts = append(heads, versusHeads(metric)...), append(parts, func(v Value) []string { return v.Versus.fields() })
		}
		if t.hasReported(i) {
			heads, parts = append(heads, reportedHeads(metric)...), append(parts, Value.reportedFields)
		}
		out[i] = csvMetric{heads, func(v Value) []string {
			var all []string
			for _, part := range parts {
				all = append(all, part(v)...)
			}
			return all
		}}
	}
	return out
}

// constant returns the value of a constant path in a line: the family of a
// baseline is its kind, whatever that of the trials is.
func (l Line) constant(c Constant) string {
	if l.Baseline && c.Path == "family" {
		return l.Model
	}
	return c.Value
}

// fields returns mean, deviation and number for CSV.
func (v Value) fields() []string {
	full := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	switch v.N() {
	case 0:
		return []string{"", "", "0"}
	case 1:
		return []string{full(v.Mean), "", "1"}
	}
	return []string{full(v.Mean), full(v.Deviation), strconv.Itoa(v.N())}
}

// placed is a cell with where it stands.
type placed struct {
	Cell
	line Line
	head []string
}

// cells returns the cells for which there are trials, line by line.
func (t *Table) cells() []placed {
	var out []placed
	for _, line := range t.Lines {
		for i, cell := range line.Cells {
			if len(cell.IDs) > 0 {
				out = append(out, placed{cell, line, t.Heads[i]})
			}
		}
	}
	return out
}

// notesOf returns the texts of all notes at a cell.
func (t *Table) notesOf(cell Cell) []string {
	numbers := slices.Clone(cell.Notes)
	for _, v := range cell.Values {
		numbers = append(numbers, v.Notes...)
	}
	texts := []string{}
	for _, n := range numbers {
		if text := t.Notes[n-1]; !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

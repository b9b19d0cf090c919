package reports

import (
	"fmt"
	"io"
	"strings"
)

// Text writes the table for a terminal.
func (t *Table) Text(w io.Writer) error {
	var out strings.Builder
	if title := t.title(); title != "" {
		out.WriteString(wrapped(title, 100, 2) + "\n")
	}
	for i, b := range t.blocks() {
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(wrapped(t.caption(b, "* best"), 100, 2) + "\n")
		g := t.grid(b, aligned)
		if err := g.text(&out); err != nil {
			return err
		}
	}
	for i, line := range t.footer(superscript) {
		if i == 0 {
			out.WriteString("\n")
		}
		out.WriteString(wrapped(line, 100, 2))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// title is the experiment and its question.
func (t *Table) title() string {
	title := t.Experiment
	if t.Question != "" {
		title = strings.TrimPrefix(t.Experiment+": "+t.Question, ": ")
	}
	return strings.Join(strings.Fields(title), " ")
}

// footer returns the constants, remarks and notes of a table, a line each.
func (t *Table) footer(number func(string) string) []string {
	var lines []string
	if len(t.Constants) > 0 {
		words := make([]string, len(t.Constants))
		for i, c := range t.Constants {
			words[i] = c.Path + " " + orNone(c.Value)
		}
		lines = append(lines, "throughout: "+strings.Join(words, ", "))
	}
	lines = append(lines, t.Remarks...)
	lines = append(lines, t.legends()...)
	lines = append(lines, t.testLegend()...)
	for i, note := range t.Notes {
		lines = append(lines, number(fmt.Sprint(i+1))+" "+note)
	}
	return lines
}

// legends explain the derived metrics.
func (t *Table) legends() []string {
	var out []string
	for _, metric := range t.Metrics {
		switch split, name, _ := isDerived(metric); name {
		case gainOverPCA:
			out = append(out, "gain: how far "+split+".mse lies below that of PCA with the same code size")
		case pcaDims:
			out = append(out, "PCA dims: how many components PCA needs for the same "+split+".mse")
		}
	}
	return out
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

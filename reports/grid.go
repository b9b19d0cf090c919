package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// mostWidth is how many columns of a terminal a table may fill before it is
// broken up.
const mostWidth = 120

// grid is a table of finished cells. A head may have several lines.
type grid struct {
	heads []string
	left  []bool // columns that are aligned to the left; others to the right
	rows  [][]string
}

// add appends a column.
func (g *grid) add(head string, left bool, cells []string) {
	g.heads, g.left = append(g.heads, head), append(g.left, left)
	if g.rows == nil {
		g.rows = make([][]string, len(cells))
	}
	for i, cell := range cells {
		g.rows[i] = append(g.rows[i], cell)
	}
}

// width returns how many columns of a terminal the text of the grid takes.
func (g *grid) width() int {
	total := 0
	for _, width := range g.widths() {
		total += width + 2
	}
	return total
}

// text writes the grid for a terminal: a rule beneath the heads, no other lines,
// nothing at the end of a line.
func (g *grid) text(w io.Writer) error {
	blueprint := renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Symbols: tw.NewSymbols(tw.StyleLight),
		Settings: tw.Settings{
			Separators: tw.Separators{ShowHeader: tw.On, BetweenColumns: tw.Off, BetweenRows: tw.Off},
			Lines:      tw.Lines{ShowHeaderLine: tw.On},
		},
	})
	rows, rest := g.rows, [][]string(nil)
	if len(rows) > longGrid {
		rows, rest = [][]string{g.widest()}, rows
	}
	var out bytes.Buffer
	if err := g.render(&out, blueprint, g.levelHeads(), rows); err != nil {
		return err
	}
	var text strings.Builder
	for line := range strings.Lines(out.String()) {
		line = strings.TrimRight(line, " \n") + "\n"
		text.WriteString(line)
		if rest != nil && strings.Trim(line, "─\n") == "" { // the rule: rows of our own follow
			break
		}
	}
	g.writeRows(&text, rest)
	_, err := io.WriteString(w, text.String())
	return err
}

// levelHeads returns the heads with as many lines each: those of fewer stand on
// the rule, and columns that belong together have their first line once.
func (g *grid) levelHeads() []string {
	heads := make([]string, len(g.heads))
	deepest := 1
	for _, head := range g.heads {
		deepest = max(deepest, 1+strings.Count(head, "\n"))
	}
	above := ""
	for i, head := range g.heads {
		heads[i] = strings.Repeat("\n", deepest-1-strings.Count(head, "\n")) + head
		first, rest, _ := strings.Cut(heads[i], "\n")
		if deepest > 1 && first == above {
			heads[i] = "\n" + rest
		}
		above = first
	}
	return heads
}

// markdown writes the grid as a table of GitHub's Markdown. Cells may hold
// Markdown, but for | and line breaks, which are escaped.
func (g *grid) markdown(w io.Writer) error {
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	clean := func(cells []string) []string {
		out := make([]string, len(cells))
		for i, cell := range cells {
			out[i] = escape.Replace(strings.TrimSpace(cell))
		}
		return out
	}
	rows := make([][]string, len(g.rows))
	for i, row := range g.rows {
		rows[i] = clean(row)
	}
	return g.render(w, renderer.NewMarkdown(), clean(g.heads), rows)
}

// render writes the grid by tablewriter.
func (g *grid) render(w io.Writer, r tw.Renderer, heads []string, rows [][]string) error {
	alignment := tw.CellAlignment{PerColumn: make([]tw.Align, len(g.left))}
	for i, left := range g.left {
		alignment.PerColumn[i] = tw.AlignRight
		if left {
			alignment.PerColumn[i] = tw.AlignLeft
		}
	}
	table := tablewriter.NewTable(w,
		tablewriter.WithRenderer(r),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithTrimSpace(tw.Off), tablewriter.WithTrimLine(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithRowAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignmentConfig(alignment), tablewriter.WithRowAlignmentConfig(alignment),
	)
	table.Header(heads)
	if err := table.Bulk(rows); err != nil {
		return fmt.Errorf("lay out table: %w", err)
	}
	if err := table.Render(); err != nil {
		return fmt.Errorf("lay out table: %w", err)
	}
	return nil
}

// wrapped breaks text into lines of at most width columns, the second and
// later ones indented, and ends it with a line break.
func wrapped(text string, width, indent int) string {
	var out strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			out.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += length
	}
	return out.String() + "\n"
}

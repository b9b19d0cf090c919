package reports

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// LaTeX writes the table as tabulars in the manner of the package booktabs,
// the best in bold.
func (t *Table) LaTeX(w io.Writer) error {
	var out strings.Builder
	if title := t.title(); title != "" {
		out.WriteString("% " + title + "\n")
	}
	out.WriteString("% needs \\usepackage{booktabs}\n")
	raised := func(text string) string { return "$^{" + strings.ReplaceAll(text, " ", ",") + "}$" }
	for _, b := range t.blocks() {
		out.WriteString("\n% " + t.caption(b, "best in bold") + "\n")
		g := t.grid(b, func(figures []figure) []string {
			cells := make([]string, len(figures))
			for i, f := range figures {
				cells[i] = f.latex(raised)
			}
			return cells
		})
		g.latex(&out, 1+len(t.Rows))
	}
	if footer := t.footer(func(n string) string { return "\x03" + n + "\x04" }); len(footer) > 0 {
		text := mathematics(escapeLaTeX(strings.Join(footer, "\n")))
		out.WriteString("\n{\\footnotesize\n" + strings.ReplaceAll(text, "\n", " \\\\\n") + "\n}\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// latex returns the figure with ± and the marks of notes in mathematics.
func (f figure) latex(raised func(string) string) string {
	bare := f
	bare.notes = nil
	text := bare.inline("\x01", "\x02", raised)
	text = mathematics(escapeLaTeX(minus.ReplaceAllString(text, "$1−$2")))
	if len(f.notes) > 0 {
		text += raised(noteNumbers(f.notes))
	}
	return text
}

// minus matches the signs of negative numbers, which LaTeX spells as a hyphen
// unless it is told.
var minus = regexp.MustCompile(`(^|[ \[\x01])-(\d)`)

// mathematics replaces what LaTeX spells in another way: \x01 and \x02 stand
// for bold, \x03 and \x04 for raised.
func mathematics(text string) string {
	return strings.NewReplacer("±", `$\pm$`, "–", "--", "−", "$-$", "…", `\dots{}`, "~", `$\sim$`, "²", "$^2$",
		"\x01", `\textbf{`, "\x02", "}", "\x03", "$^{", "\x04", "}$").Replace(text)
}

// escapeLaTeX protects what LaTeX takes for commands, and what it sets as other
// signs in its usual encoding, such as < as ¡.
func escapeLaTeX(text string) string {
	return strings.NewReplacer(`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`,
		"{", `\{`, "}", `\}`, "^", `\textasciicircum{}`,
		"<", `\textless{}`, ">", `\textgreater{}`, "|", `\textbar{}`).Replace(text)
}

// plainLaTeX is text without mathematics: its ~ is neither a space nor a mark.
func plainLaTeX(text string) string {
	return strings.NewReplacer("~", `\textasciitilde{}`).Replace(escapeLaTeX(text))
}

// latex writes the grid; the first labels columns and the heads are plain text.
func (g *grid) latex(out *strings.Builder, labels int) {
	columns := ""
	heads := make([]string, len(g.heads))
	for i, head := range g.heads {
		columns += map[bool]string{true: "l", false: "r"}[g.left[i]]
		heads[i] = plainLaTeX(strings.ReplaceAll(head, "\n", " "))
	}
	fmt.Fprintf(out, "\\begin{tabular}{%s}\n\\toprule\n%s \\\\\n\\midrule\n", columns, strings.Join(heads, " & "))
	for _, row := range g.rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cells[i] = cell; i < labels {
				cells[i] = plainLaTeX(cell)
			}
			if i == 0 && strings.HasPrefix(cell, "[") {
				cells[i] = "{}" + cells[i] // or \\ above would take it for a length
			}
		}
		fmt.Fprintf(out, "%s \\\\\n", strings.Join(cells, " & "))
	}
	out.WriteString("\\bottomrule\n\\end{tabular}\n")
}

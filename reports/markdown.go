package reports

import (
	"strings"
	"unicode"
)

// escapeMarkdown protects text that people wrote, such as the name of a case,
// from being read as GitHub's Markdown: HTML, emphasis, code and formulas. A
// pipe is left to the table. Underscores within words and a < before a space
// mean nothing and stay as they are.
func escapeMarkdown(text string) string {
	var out strings.Builder
	runes := []rune(text)
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for i, r := range runes {
		next := at(i + 1)
		special := false
		switch r {
		case '*', '`', '$':
			special = true
		case '_':
			special = !word(at(i-1)) || !word(next)
		case '<':
			special = word(next) || strings.ContainsRune("/!?", next)
		case '~':
			special = next == '~' || at(i-1) == '~'
		case '\\':
			special = next < unicode.MaxASCII && (unicode.IsPunct(next) || unicode.IsSymbol(next))
		}
		if special {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// escapedLabels returns the grid with its heads and the first cells of its
// rows, which are plain text, as Markdown.
func (g *grid) escapedLabels(labels int) *grid {
	out := *g
	out.heads = make([]string, len(g.heads))
	for i, head := range g.heads {
		out.heads[i] = escapeMarkdown(head)
	}
	out.rows = make([][]string, len(g.rows))
	for i, row := range g.rows {
		cells := append([]string(nil), row...)
		for j := range cells[:min(labels, len(cells))] {
			cells[j] = escapeMarkdown(cells[j])
		}
		out.rows[i] = cells
	}
	return &out
}

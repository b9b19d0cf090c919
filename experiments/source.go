package experiments

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// source is a text that a mistake can point into: the spec, or an edit of the
// command line.
type source struct {
	name  string
	lines []string
}

// span is a stretch of one line of a source. Lines and columns count from 1,
// columns and widths in characters.
type span struct {
	source              *source
	line, column, width int
}

// spot is a value of the spec and the key that it stands under, if any.
type spot struct {
	key, value *yaml.Node
}

func newSource(name, text string) *source {
	return &source{name: name, lines: splitLines(text)}
}

// splitLines splits where YAML 1.1 does: besides \n, \r and \r\n also at the
// next-line, line-separator and paragraph-separator characters.
func splitLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Split(strings.NewReplacer("\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text), "\n")
}

// span returns a stretch of the source, moved and cut so that it lies in it.
func (s *source) span(line, column, width int) span {
	line = min(max(line, 1), len(s.lines))
	length := utf8.RuneCountInString(s.lines[line-1])
	column = min(max(column, 1), length+1)
	width = max(min(width, length+1-column), 1)
	return span{s, line, column, width}
}

// text returns the line from the column of a span on.
func (p span) text() string {
	runes := []rune(p.source.lines[p.line-1])
	return string(runes[p.column-1:])
}

// widthOf returns how many characters a node takes on its first line.
func widthOf(n *yaml.Node, rest string) int {
	switch {
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return quotedWidth(rest)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0:
		return utf8.RuneCountInString(n.Value)
	case n.Kind == yaml.AliasNode:
		return utf8.RuneCountInString(n.Value) + 1
	case n.Style&yaml.FlowStyle != 0:
		return bracketWidth(rest)
	}
	return 1
}

// quotedWidth is the length of the quoted word that text begins with.
func quotedWidth(text string) int {
	runes := []rune(text)
	for i := 1; i < len(runes); i++ {
		switch {
		case runes[0] == '"' && runes[i] == '\\':
			i++
		case runes[i] == runes[0]:
			return i + 1
		}
	}
	return len(runes)
}

// bracketWidth is the length of the list or mapping in brackets that text
// begins with, or 1 where it does not end on the line.
func bracketWidth(text string) int {
	depth := 0
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		switch runes[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '"', '\'':
			i += quotedWidth(string(runes[i:])) - 1
		}
		if depth <= 0 {
			return i + 1
		}
	}
	return 1
}

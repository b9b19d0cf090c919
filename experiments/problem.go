package experiments

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is a user's mistake in a spec, or in an edit of the command line.
type Problem struct {
	File    string `json:"file"`           // the spec, or --set, --grid
	Line    int    `json:"line"`           // counted from 1
	Column  int    `json:"column"`         // counted from 1, in characters
	Width   int    `json:"width"`          // how many characters are meant
	Text    string `json:"text"`           // the line
	Message string `json:"message"`        // what was wanted and what was found
	Hint    string `json:"hint,omitempty"` // what to do about it, or ""
}

// Problems are all mistakes of a spec, in its order.
type Problems []Problem

// Error returns the mistake with its line and a caret under what is meant:
//
//	spec.yaml:4:10: code must be a whole number in [1, inf), got "two"
//	   4 |   code: two
//	     |         ^^^
//	  hint
func (p Problem) Error() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s:%d:%d: %s\n", p.File, p.Line, p.Column, p.Message)
	fmt.Fprintf(&out, "%4d | %s\n", p.Line, p.Text)
	fmt.Fprintf(&out, "     | %s%s", p.indent(), strings.Repeat("^", max(p.Width, 1)))
	if p.Hint != "" {
		out.WriteString("\n  " + p.Hint)
	}
	return out.String()
}

// indent is the space before the caret, with tabs where the line has them.
func (p Problem) indent() string {
	runes := []rune(p.Text)
	indent := runes[:min(max(p.Column-1, 0), len(runes))]
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(indent))
}

func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i, problem := range p {
		texts[i] = problem.Error()
	}
	return strings.Join(texts, "\n")
}

// report notes a mistake, once for each place and message, and returns its
// index among the problems.
func (r *reader) report(at span, hint, format string, args ...any) int {
	problem := Problem{
		File: at.source.name, Line: at.line, Column: at.column, Width: at.width,
		Text: at.source.lines[at.line-1], Message: fmt.Sprintf(format, args...), Hint: hint,
	}
	key := problem
	key.Hint, key.Width = "", 0
	if known, twice := r.reported[key]; twice {
		return known
	}
	r.reported[key] = len(r.problems)
	r.problems = append(r.problems, problem)
	return r.reported[key]
}

// sorted returns the problems in the order of the files and their lines, the
// spec before the edits.
func (p Problems) sorted(spec string) Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(
			-compareBool(a.File == spec, b.File == spec), cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		)
	})
	return p
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

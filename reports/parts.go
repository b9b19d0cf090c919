package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Role is a place in a spec, with the parts that can fill it.
type Role struct {
	Name    string `json:"role"`
	Summary string `json:"summary"`
	Default string `json:"default"` // the kind that is meant where none is named, or ""
	Parts   []Part `json:"parts"`
}

// Part is a building block that a spec may name.
type Part struct {
	Kind       string      `json:"kind"` // "" for the only part of a role that has no kinds
	Summary    string      `json:"summary"`
	Parameters []Parameter `json:"parameters"`
}

// Parameter is a parameter of a part.
type Parameter struct {
	Name    string `json:"name"`
	Default string `json:"default"` // "" where there is none
	Legal   string `json:"legal"`   // a range such as "(0, inf)", words such as "mean | sum", or a type
	Summary string `json:"summary"`
}

// WriteParts writes roles for a terminal, each with its parts and their
// parameters.
func WriteParts(w io.Writer, roles []Role) error {
	var out strings.Builder
	for i, role := range roles {
		if i > 0 {
			out.WriteString("\n")
		}
		head := role.Name + ": " + role.Summary
		if role.Default != "" {
			head += " (" + role.Default + " where none is named)"
		}
		out.WriteString(wrapped(head, 100, 2))
		for _, part := range role.Parts {
			writePart(&out, part, widthOfKinds(role))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func widthOfKinds(role Role) int {
	width := 0
	for _, part := range role.Parts {
		width = max(width, utf8.RuneCountInString(part.Kind))
	}
	return width
}

// writePart writes a part and its parameters, their columns in line.
func writePart(out *strings.Builder, part Part, width int) {
	if part.Kind != "" {
		writeItem(out, "  "+padded(part.Kind, width)+"  ", part.Summary)
	}
	var names, defaults, legal int
	for _, p := range part.Parameters {
		names = max(names, utf8.RuneCountInString(p.Name))
		defaults = max(defaults, utf8.RuneCountInString(p.Default))
		legal = max(legal, utf8.RuneCountInString(p.Legal))
	}
	for _, p := range part.Parameters {
		lead := "      " + padded(p.Name, names) + "  " + padded(p.Default, defaults) + "  " + padded(p.Legal, legal) + "  "
		writeItem(out, lead, p.Summary)
	}
}

// writeItem writes a lead and a text beside it, whose further lines stand
// beneath its first.
func writeItem(out *strings.Builder, lead, text string) {
	column := utf8.RuneCountInString(lead)
	lines := strings.TrimSuffix(wrapped(text, max(30, 100-column), 0), "\n")
	body := lead + strings.ReplaceAll(lines, "\n", "\n"+strings.Repeat(" ", column))
	out.WriteString(strings.TrimRight(body, " ") + "\n")
}

// WritePartsJSON writes an object a role, one a line.
func WritePartsJSON(w io.Writer, roles []Role) error {
	for _, role := range roles {
		if role.Parts == nil {
			role.Parts = []Part{}
		}
		for i := range role.Parts {
			if role.Parts[i].Parameters == nil {
				role.Parts[i].Parameters = []Parameter{}
			}
		}
		if err := writeJSON(w, role); err != nil {
			return fmt.Errorf("role %s: %w", role.Name, err)
		}
	}
	return nil
}

package experiments

import (
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// readGrid reads a mapping from paths to the values that each takes.
func (rs *resolver) readGrid(words map[string]spot, word string) []*axis {
	s, given := words[word]
	if !given || !rs.isAxes(s, word) {
		return nil
	}
	var out []*axis
	for _, e := range rs.entries(s.value) {
		if a := rs.axis(e); a != nil {
			out = append(out, a)
		}
	}
	return out
}

func (rs *resolver) isAxes(s spot, word string) bool {
	if s.value.Kind != yaml.MappingNode || len(s.value.Content) == 0 {
		rs.report(rs.where(s), "such as model.code: [8, 16]", "%s must be a mapping from paths to lists of values, got %s", word, rs.describe(s.value))
		return false
	}
	rs.checkDecoration(s.value)
	return true
}

// axis reads a path and its values: a list, {range: [2, 16], step: 2} or
// {log: [1e-4, 1e-1], n: 4}.
func (rs *resolver) axis(e entry) *axis {
	known := rs.checkPath(e.name, rs.at(e.key))
	assigned := rs.axisValues(e)
	if !known || len(assigned) == 0 || !rs.checkLists(e, assigned) {
		return nil
	}
	rs.checkRepeats(assigned)
	label(assigned)
	out := &axis{paths: []string{e.name}, key: e.key}
	for _, a := range assigned {
		a.axis = true
		out.steps = append(out.steps, step{assigned: []*assignment{a}})
	}
	return out
}

func (rs *resolver) axisValues(e entry) []*assignment {
	var out []*assignment
	switch {
	case isGenerator(e.value):
		for _, value := range rs.generate(e.spot) {
			out = append(out, rs.assign(e.name, spot{e.key, e.value}, value))
		}
	case e.value.Kind != yaml.SequenceNode:
		value := rs.tree(e.value)
		rs.report(rs.where(e.spot), "write ["+registry.FormatValue(value)+"]", "the axis %s needs a list of values, got %s", e.name, rs.describe(e.value))
	case len(e.value.Content) == 0:
		rs.report(rs.where(e.spot), "", "the axis %s needs at least one value", e.name)
	default:
		for _, n := range e.value.Content {
			out = append(out, rs.assign(e.name, spot{e.key, n}, rs.tree(n)))
		}
	}
	return out
}

// checkLists refuses an axis [64, 32] of a parameter that is itself a list.
func (rs *resolver) checkLists(e entry, assigned []*assignment) bool {
	found, _ := targets(e.name)
	field := listOnly(found)
	if field == nil {
		return true
	}
	var values []string
	wrong := false
	for _, a := range assigned {
		_, isList := a.value.([]any)
		wrong = wrong || !isList && a.value != any(field.Word) && a.value != nil
		values = append(values, a.label)
	}
	if wrong {
		rs.report(rs.where(e.spot), "write [["+strings.Join(values, ", ")+"]]", "%s is a list, so that its axis is a list of lists", e.name)
	}
	return !wrong
}

// checkRepeats refuses a value that stands twice in an axis.
func (rs *resolver) checkRepeats(assigned []*assignment) {
	seen := map[string]bool{}
	for _, a := range assigned {
		if notFinite(a.from.value) {
			continue // reported, and read as 0
		}
		text := string(registry.Canonical(a.value))
		if seen[text] {
			rs.report(rs.at(a.from.value), "", "the value %s is given twice", a.label)
		}
		seen[text] = true
	}
}

// label shortens the values of an axis to kinds, where that leaves them apart.
func label(assigned []*assignment) {
	kinds := map[string]int{}
	for _, a := range assigned {
		kinds[kindLabel(a)]++
	}
	for _, a := range assigned {
		if short := kindLabel(a); kinds[short] == 1 {
			a.label = short
		}
	}
}

func kindLabel(a *assignment) string {
	if part, ok := a.value.(registry.Tree); ok && part.Kind() != "" {
		return part.Kind()
	}
	return a.label
}

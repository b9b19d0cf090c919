package experiments

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// readExclude reads combinations to take out: a list of conditions, or one.
func (rs *resolver) readExclude(words map[string]spot) []*condition {
	s, given := words["exclude"]
	if !given {
		return nil
	}
	var out []*condition
	for _, element := range rs.oneOrMany(s, "exclude") {
		if c := rs.readCondition(element, "exclude"); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// remove takes out what meets any of the conditions. One that takes nothing
// out is a mistake.
func (rs *resolver) remove(in []combination, conditions []*condition) []combination {
	met := make([]bool, len(conditions))
	out := slices.DeleteFunc(slices.Clone(in), func(c combination) bool {
		removed := false
		for i, condition := range conditions {
			if rs.meets(c, condition) {
				removed, met[i] = true, true
			}
		}
		return removed
	})
	for i, condition := range conditions {
		if !met[i] && in != nil {
			rs.report(rs.where(condition.from), "", "no trial meets this condition, so that it excludes nothing")
		}
	}
	return out
}

// readInclude reads rows to add: a list of assignments to the base. Those of
// swept paths are coordinates.
func (rs *resolver) readInclude(words map[string]spot, axes []string) []step {
	s, given := words["include"]
	if !given {
		return nil
	}
	var out []step
	for _, element := range rs.oneOrMany(s, "include") {
		if element.value.Kind == yaml.MappingNode && len(element.value.Content) == 0 {
			rs.report(rs.where(element), "", "include needs at least one assignment")
			continue
		}
		row := step{assigned: rs.assignments(element, "include")}
		for _, a := range row.assigned {
			a.axis = slices.Contains(axes, a.path)
		}
		out = append(out, row)
	}
	return out
}

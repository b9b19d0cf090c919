package experiments

import (
	"gopkg.in/yaml.v3"
)

// readCases reads named bundles of assignments:
//
//	cases:
//	  plain: {}
//	  denoising: {model.corruption: {kind: gaussian, sigma: 0.3}}
func (rs *resolver) readCases(words map[string]spot) *axis {
	s, given := words["cases"]
	if !given {
		return nil
	}
	if s.value.Kind != yaml.MappingNode {
		rs.report(rs.where(s), "such as denoising: {model.corruption: masking}", "cases must be a mapping from names to assignments, got %s", rs.describe(s.value))
		return nil
	}
	out := &axis{key: s.key}
	for _, e := range rs.entries(s.value) {
		out.steps = append(out.steps, step{e.name, rs.assignments(e.spot, "the case "+e.name)})
	}
	if len(out.steps) == 0 {
		rs.report(rs.where(s), "", "cases needs at least one case")
		return nil
	}
	return out
}

// assignments reads a mapping from paths to values. Nothing assigns nothing.
func (rs *resolver) assignments(s spot, what string) []*assignment {
	if isNull(s.value) {
		return nil
	}
	if s.value.Kind != yaml.MappingNode {
		rs.report(rs.where(s), "such as {model.code: 8}", "%s must be a mapping from paths to values, got %s", what, rs.describe(s.value))
		return nil
	}
	rs.checkDecoration(s.value)
	var out []*assignment
	for _, e := range rs.entries(s.value) {
		value := rs.tree(e.value)
		if rs.checkPath(e.name, rs.at(e.key)) {
			out = append(out, rs.assign(e.name, e.spot, value))
		}
	}
	return out
}

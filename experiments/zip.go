package experiments

import "gopkg.in/yaml.v3"

// readZip reads lists that move together: one mapping, or a list of them.
//
//	zip:
//	  model.depth: [1, 2, 3]
//	  model.nodes: [64, 128, 256]
func (rs *resolver) readZip(words map[string]spot) []*axis {
	s, given := words["zip"]
	if !given {
		return nil
	}
	var out []*axis
	for _, group := range rs.oneOrMany(s, "zip") {
		if rs.isAxes(group, "zip") {
			if a := rs.zipped(group); a != nil {
				out = append(out, a)
			}
		}
	}
	return out
}

// oneOrMany returns the elements of a list, which must have some, or the one
// that is no list.
func (rs *resolver) oneOrMany(s spot, word string) []spot {
	if s.value.Kind != yaml.SequenceNode {
		return []spot{s}
	}
	if len(s.value.Content) == 0 {
		rs.report(rs.where(s), "leave it out", "%s is empty", word)
	}
	out := make([]spot, len(s.value.Content))
	for i, n := range s.value.Content {
		out[i] = spot{nil, n}
	}
	return out
}

// zipped makes one axis of several. Values may repeat in it, as long as the
// steps differ.
func (rs *resolver) zipped(s spot) *axis {
	var out *axis
	for _, e := range rs.entries(s.value) {
		known := rs.checkPath(e.name, rs.at(e.key))
		assigned := rs.axisValues(e)
		if !known || len(assigned) == 0 || !rs.checkLists(e, assigned) {
			continue
		}
		if out == nil {
			out = &axis{key: e.key, steps: make([]step, len(assigned))}
		}
		if len(assigned) != len(out.steps) {
			rs.report(rs.where(e.spot), "lists in zip move together", "%s has %d values, and %s has %d", e.name, len(assigned), out.paths[0], len(out.steps))
			continue
		}
		label(assigned)
		out.paths = append(out.paths, e.name)
		for i, a := range assigned {
			a.axis = true
			out.steps[i].assigned = append(out.steps[i].assigned, a)
		}
	}
	return out
}

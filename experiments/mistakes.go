package experiments

import (
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// meeting tells in how many combinations a mistake was made, and what may have
// led to it in the first.
type meeting struct {
	times int
	first string
}

// reportMistakes notes mistakes whose paths are relative to the setting where
// the user wrote what they are about: in the combination, in an edit or in the
// base. about are the assignments that could have led to them. It returns the
// indices of the problems.
func (rs *resolver) reportMistakes(mistakes registry.Mistakes, c, about combination) []int {
	out := make([]int, len(mistakes))
	for i, mistake := range mistakes {
		from, swept := rs.origin(mistake, c)
		hint := mistake.Hint
		if better := valueHint(from.value, plainPath(mistake.Path)); better != "" && !mistake.Key {
			hint = better
		}
		at := rs.where(from)
		if mistake.Key && from.key != nil {
			at = rs.at(from.key)
		}
		out[i] = rs.report(at, hint, "%s", mistake.Message)
		if combined := about.String(); combined != "" && !swept && rs.met[out[i]] == nil {
			rs.met[out[i]] = &meeting{first: combined}
		}
	}
	return out
}

// count notes that problems were met in one more combination.
func (rs *resolver) count(problems []int) {
	for _, i := range problems {
		if m := rs.met[i]; m != nil {
			m.times++
		}
	}
}

// tellMeetings adds to the hints of mistakes that some combinations alone make
// with which they were met.
func (rs *resolver) tellMeetings(combinations int) {
	for i, m := range rs.met {
		if m.times < combinations {
			rs.problems[i].Hint = joinHints(rs.problems[i].Hint, "met with "+m.first)
		}
	}
}

// origin returns where the value that a mistake is about was written, and
// whether the sweep gave it.
func (rs *resolver) origin(mistake registry.Mistake, c combination) (from spot, swept bool) {
	if a := deepest(c.assigned, mistake.Path); a != nil {
		rest, _ := below(mistake.Path, a.path)
		found, _ := descend(a.from, rest)
		return found, rest != "" || !mistake.Key
	}
	if a := deepest(rs.edits, mistake.Path); a != nil {
		rest, _ := below(mistake.Path, a.path)
		found, _ := descend(a.from, rest)
		return found, false
	}
	found, written := descend(rs.root, mistake.Path)
	for _, a := range slices.Concat(c.assigned, rs.edits) {
		if _, under := below(a.path, mistake.Path); under && !written {
			return spot{key: a.from.key}, true // what the assignment reaches into is not there
		}
	}
	return found, false
}

// deepest returns the assignment that decides what stands at a path, or nil.
func deepest(assigned []*assignment, path string) *assignment {
	var best *assignment
	for _, a := range assigned {
		if _, under := below(path, a.path); under && (best == nil || len(a.path) >= len(best.path)) {
			best = a
		}
	}
	return best
}

// valueHint returns what to write where a truth value is wanted and a word
// like yes was given, and where a list of values stands outside of the sweep;
// otherwise "".
func valueHint(value *yaml.Node, path string) string {
	found, err := targets(path)
	if value == nil || err != nil {
		return ""
	}
	if meant, like := looksLikeBool(value); like && found[0].field != nil && found[0].field.Type == registry.Bool {
		return "write " + meant
	}
	if value.Kind == yaml.SequenceNode && listOnly(found) == nil {
		return "to vary it, give the list under sweep, as grid: {" + path + ": […]}"
	}
	return ""
}

// plainPath takes the indices out of a path.
func plainPath(path string) string { return index.ReplaceAllString(path, "") }

var index = regexp.MustCompile(`\[\d+\]`)

func joinHints(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

package experiments

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// when is a branch of a sweep: axes that exist only where its condition holds.
type when struct {
	condition *condition
	axes      []*axis
}

// condition holds where each of its paths has one of the values given.
type condition struct {
	from   spot
	wanted []wanted
}

type wanted struct {
	path   string // or "case"
	values []any
}

// readWhens reads one branch or a list of them:
//
//	when: {if: {model.bottleneck: gaussian}, grid: {regularisers.kl.weight: [1, 4]}}
func (rs *resolver) readWhens(words map[string]spot) []*when {
	s, given := words["when"]
	if !given {
		return nil
	}
	var out []*when
	for _, branch := range rs.oneOrMany(s, "when") {
		inner, ok := rs.mapping(branch, "when", []string{"if", "grid", "zip"})
		if !ok {
			continue
		}
		w := rs.readBranch(inner)
		if inner["if"].value == nil || inner["grid"].value == nil && inner["zip"].value == nil {
			rs.report(rs.where(branch), "such as {if: {model.bottleneck: gaussian}, grid: {regularisers.kl.weight: [1, 4]}}", "when needs if and grid")
			continue
		}
		if w.condition = rs.readCondition(inner["if"], "if"); w.condition != nil {
			out = append(out, w)
		}
	}
	return out
}

// readBranch reads the axes of a branch.
func (rs *resolver) readBranch(words map[string]spot) *when {
	grid, zip := rs.readGrid(words, "grid"), rs.readZip(words)
	rs.checkConflicts(nil, grid, zip)
	w := &when{axes: append(grid, zip...)}
	for _, a := range w.axes {
		for _, s := range a.steps {
			for _, assigned := range s.assigned {
				assigned.when = w
			}
		}
	}
	return w
}

// readCondition reads a mapping from paths to a value, or to a list of values
// of which any will do.
func (rs *resolver) readCondition(s spot, what string) *condition {
	if s.value.Kind != yaml.MappingNode || len(s.value.Content) == 0 {
		rs.report(rs.where(s), "such as {model.bottleneck: gaussian}", "%s must be a mapping from paths to values, got %s", what, rs.describe(s.value))
		return nil
	}
	rs.checkDecoration(s.value)
	out := &condition{from: s}
	for _, e := range rs.entries(s.value) {
		value := rs.tree(e.value)
		if e.name != "case" && !rs.checkPath(e.name, rs.at(e.key)) {
			continue
		}
		values, isList := value.([]any)
		if found, err := targets(e.name); !isList || err == nil && listOnly(found) != nil {
			values = []any{value}
		}
		out.wanted = append(out.wanted, wanted{e.name, values})
	}
	if len(out.wanted) == 0 {
		return nil
	}
	return out
}

// branch multiplies the combinations that meet a condition by its axes. A
// condition that none meets is a mistake.
func (rs *resolver) branch(in []combination, whens []*when) []combination {
	for _, w := range whens {
		met := false
		var out []combination
		for _, c := range in {
			if !rs.meets(c, w.condition) {
				out = append(out, c)
				continue
			}
			met = true
			rs.checkBranches(c, w)
			out = append(out, rs.product([]combination{c}, w.axes)...)
		}
		if !met && in != nil {
			rs.report(rs.where(w.condition.from), "", "no trial meets this condition")
		}
		in = out
	}
	return in
}

// checkBranches refuses a path that two branches set in one trial. A branch
// may replace what grid or a case set.
func (rs *resolver) checkBranches(c combination, w *when) {
	for _, a := range c.assigned {
		for _, axis := range w.axes {
			if i := slices.Index(axis.paths, a.path); i >= 0 && a.when != nil {
				rs.report(rs.at(axis.keyOf(i)), "met with "+c.String(), "%s is set by another branch of when already", a.path)
			}
		}
	}
}

// meets tells whether a combination has all the values of a condition.
func (rs *resolver) meets(c combination, wanted *condition) bool {
	for _, w := range wanted.wanted {
		met := false
		for _, value := range w.values {
			met = met || rs.has(c, w.path, value)
		}
		if !met {
			return false
		}
	}
	return true
}

// has tells whether a path has a value in a combination: as it was assigned,
// or as it is after defaults were written out. A part has all that is wanted of
// its parameters.
func (rs *resolver) has(c combination, path string, value any) bool {
	if path == "case" {
		return c.name == value
	}
	a := deepest(c.assigned, path)
	assigned := a != nil && a.path == path
	if assigned && sameValue(a.value, value) {
		return true
	}
	if part, isPart := value.(registry.Tree); isPart && part.Kind() != "" {
		return rs.hasPart(c, path, part)
	}
	if assigned && a.value != nil {
		return false
	}
	name, _, _ := strings.Cut(path, ".")
	got, has := Lookup(Setting{name: rs.quietly(name, c)}, path)
	if value == nil || !has {
		return value == nil && !has
	}
	return got == registry.FormatValue(value)
}

func (rs *resolver) hasPart(c combination, path string, part registry.Tree) bool {
	for _, name := range part.Keys() {
		if name == "kind" && !rs.has(c, path, part.Kind()) || name != "kind" && !rs.has(c, path+"."+name, part[name]) {
			return false
		}
	}
	return true
}

func sameValue(a, b any) bool {
	if string(registry.Canonical(a)) == string(registry.Canonical(b)) {
		return true
	}
	word, isWord := b.(string)
	return isWord && kindOf(a) == word
}

// quietly resolves a section without reporting its mistakes, which are
// reported when the trials are resolved.
func (rs *resolver) quietly(name string, c combination) any {
	value, _ := resolvePart(name, rs.given(name, within(c.assigned, name)))
	return value
}

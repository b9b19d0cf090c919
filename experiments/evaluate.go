package experiments

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// alwaysEvaluated is the evaluation of every spec that asks for any.
const alwaysEvaluated = "reconstruction"

// evaluation is an entry of evaluate, resolved, on one split.
type evaluation struct {
	part registry.Tree
	from spot
	twin bool // of the validation split, which the entry did not name
}

// splitPath is the parameter of an evaluation that says which split is measured.
const splitPath = "split"

// readEvaluate reads evaluate: a list of parts, or a mapping from kinds to
// their parameters.
func (rs *resolver) readEvaluate() []evaluation {
	s, given := rs.words["evaluate"]
	if !given || isNull(s.value) {
		return nil
	}
	var out []evaluation
	switch s.value.Kind {
	case yaml.MappingNode:
		rs.checkDecoration(s.value)
		for _, entry := range rs.entries(s.value) {
			out = append(out, rs.evaluationsOfKind(entry)...)
		}
	case yaml.SequenceNode:
		rs.checkDecoration(s.value)
		for _, n := range s.value.Content {
			out = append(out, rs.evaluation(rs.tree(n), spot{value: n})...)
		}
	default:
		out = rs.evaluation(rs.tree(s.value), s)
	}
	if !slices.ContainsFunc(out, func(e evaluation) bool { return e.part.Kind() == alwaysEvaluated }) && evaluationRole().Kind(alwaysEvaluated) != nil {
		out = append(out, rs.evaluation(alwaysEvaluated, s)...)
	}
	rs.expectMetrics(out)
	return out
}

// expectMetrics takes note of the metrics that evaluations add to trials on the
// data that the sweep begins with, which other words of the spec may name.
func (rs *resolver) expectMetrics(evaluations []evaluation) {
	data, mistakes := resolvePart("data", rs.base["data"])
	if len(mistakes) > 0 {
		return
	}
	for _, v := range evaluations {
		metrics, mistakes := rs.world.CheckEvaluation(v.part, data.(registry.Tree), rs.dir)
		if !v.twin || len(mistakes) == 0 {
			rs.evaluated = append(rs.evaluated, metrics...)
		}
	}
}

// evaluationsOfKind reads an entry of the mapping: the parameters of one
// evaluation, or a list of those of several.
func (rs *resolver) evaluationsOfKind(e entry) []evaluation {
	role := evaluationRole()
	if role.Kind(e.name) == nil {
		rs.report(rs.at(e.key), nearestHint(e.name, role.Names()), "no evaluation is called %q", e.name)
		return nil
	}
	if e.value.Kind != yaml.SequenceNode {
		return rs.evaluationOfKind(e.name, e.spot)
	}
	var out []evaluation
	for _, n := range e.value.Content {
		out = append(out, rs.evaluationOfKind(e.name, spot{e.key, n})...)
	}
	return out
}

// evaluationOfKind reads the parameters of one evaluation. Nothing stands for
// the defaults.
func (rs *resolver) evaluationOfKind(kind string, from spot) []evaluation {
	switch v := rs.tree(from.value).(type) {
	case nil:
		return rs.evaluation(kind, from)
	case registry.Tree:
		return rs.evaluation(v.With("kind", kind), from)
	}
	rs.report(rs.where(from), "a mapping such as {}", "%s takes parameters by name, got %s", kind, rs.describe(from.value))
	return nil
}

// evaluation resolves one of them. One that names no split is two: of the test
// split, without the word, and its twin of the validation split.
func (rs *resolver) evaluation(given any, from spot) []evaluation {
	resolved, mistakes := evaluationRole().Resolve(given)
	for _, mistake := range mistakes {
		found, _ := descend(from, mistake.Path)
		at := rs.where(found)
		if mistake.Key && found.key != nil {
			at = rs.at(found.key)
		}
		rs.report(at, mistake.Hint, "%s", mistake.Message)
	}
	part, ok := resolved.(registry.Tree)
	if !ok || len(mistakes) > 0 {
		return nil
	}
	switch {
	case part[splitPath] == "validation":
		return []evaluation{{part: part, from: from}}
	case part[splitPath] == "test":
		return []evaluation{{part: part.With(splitPath, nil), from: from}}
	}
	return []evaluation{{part: part, from: from}, {part: part.With(splitPath, "validation"), from: from, twin: true}}
}

func evaluationRole() *registry.Role { return mustRole("evaluation") }

// checkEvaluations asks the world whether the data of the settings can be
// evaluated so, and takes note of the metrics that will be there. A twin that
// was not asked for is left out where no data have what it measures.
func (rs *resolver) checkEvaluations(e *Experiment, evaluations []evaluation, settings []*setting) {
	seen, measures := map[*section]bool{}, make([]bool, len(evaluations))
	for _, s := range settings {
		if seen[s.data] {
			continue
		}
		seen[s.data] = true
		for i, v := range evaluations {
			metrics, mistakes := rs.world.CheckEvaluation(v.part, s.data.value.(registry.Tree), rs.dir)
			if v.twin && (len(mistakes) > 0 || len(metrics) == 0) {
				continue
			}
			measures[i] = true
			rs.evaluated = append(rs.evaluated, metrics...)
			for _, mistake := range mistakes {
				found, _ := descend(v.from, mistake.Path)
				rs.report(rs.where(found), mistake.Hint, "%s", mistake.Message)
			}
		}
	}
	e.Evaluated = slices.Compact(slices.Sorted(slices.Values(rs.evaluated)))
	for i, v := range evaluations {
		known := slices.ContainsFunc(e.Evaluate, func(other Setting) bool { return sameTree(other, v.part) })
		if !known && (measures[i] || !v.twin) {
			e.Evaluate = append(e.Evaluate, v.part)
		}
	}
}

func sameTree(a, b registry.Tree) bool {
	return string(registry.Canonical(a)) == string(registry.Canonical(b))
}

// metricNames are those of all metrics that a trial may have.
func (rs *resolver) metricNames() []string {
	names := slices.Concat(rs.world.Metrics(), rs.evaluated)
	slices.SortFunc(names, strings.Compare)
	return slices.Compact(names)
}

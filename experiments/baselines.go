package experiments

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// baseline is an entry of baselines: a part as it was given.
type baseline struct {
	given   registry.Tree
	from    spot
	perCode bool // one for each code size
}

// baselines reads the models that the others are compared with: [pca, mean]
// unless the spec says otherwise.
func (rs *resolver) baselines() []baseline {
	s, given := rs.words["baselines"]
	if !given {
		return []baseline{
			{given: registry.Tree{"kind": "pca"}, perCode: true},
			{given: registry.Tree{"kind": "mean"}},
		}
	}
	if s.value.Kind != yaml.SequenceNode {
		rs.report(rs.where(s), "such as [pca, mean], or [] for none", "baselines must be a list, got %s", rs.describe(s.value))
		return nil
	}
	var out []baseline
	seen := map[string]bool{}
	for _, n := range s.value.Content {
		b, ok := rs.baseline(spot{value: n})
		if !ok {
			continue
		}
		if text := string(registry.Canonical(b.given)); seen[text] {
			rs.report(rs.at(n), "", "the baseline %s is given twice", b.given.Kind())
		} else {
			seen[text] = true
			out = append(out, b)
		}
	}
	return out
}

func (rs *resolver) baseline(from spot) (baseline, bool) {
	role := baselineRole()
	given, isTree := rs.tree(from.value).(registry.Tree)
	if !isTree {
		name, _ := rs.tree(from.value).(string)
		given = registry.Tree{"kind": name}
		if from.value.Kind != yaml.ScalarNode || name == "" {
			rs.report(rs.where(from), "one of "+strings.Join(role.Names(), ", "), "a baseline must be a kind, or a mapping with a kind, got %s", rs.describe(from.value))
			return baseline{}, false
		}
	}
	b := baseline{given: given, from: from}
	probe := given
	if kind := role.Kind(given.Kind()); kind != nil && kind.Field("code") != nil && given["code"] == nil {
		b.perCode = true
		probe = given.With("code", 1.0)
	}
	_, mistakes := role.Resolve(probe)
	for _, mistake := range mistakes {
		found, _ := descend(from, mistake.Path)
		rs.report(rs.where(found), mistake.Hint, "%s", mistake.Message)
	}
	return b, len(mistakes) == 0
}

func baselineRole() *registry.Role { return mustRole("baseline") }

// baselineTrials returns the trials of the baselines: one for each data, and
// one for each code size of it where the baseline has a code. They stand at
// the values that they depend on.
func (rs *resolver) baselineTrials(baselines []baseline, settings []*setting) []Trial {
	type place struct {
		baseline int
		data     *section
		code     int
	}
	index := map[place]int{}
	var trials []Trial
	for i, b := range baselines {
		for _, s := range settings {
			at := place{baseline: i, data: s.data}
			if b.perCode {
				at.code = s.codeSize
			}
			n, known := index[at]
			if !known {
				n = len(trials)
				index[at] = n
				trials = append(trials, rs.baselineTrial(b, s))
			}
			for _, p := range s.places {
				trials[n].Places = addPlace(trials[n].Places, p.dependingOn(b.perCode))
			}
		}
	}
	return trials
}

func (rs *resolver) baselineTrial(b baseline, s *setting) Trial {
	given := b.given
	if b.perCode {
		given = given.With("code", float64(s.codeSize))
	}
	model, mistakes := baselineRole().Resolve(given)
	if len(mistakes) > 0 {
		panic("experiments: baseline: " + mistakes.Error()) // it was probed when it was read
	}
	tree := Setting{"data": s.tree["data"], "model": model}
	for _, mistake := range rs.world.Check(tree, rs.dir) {
		rs.report(rs.where(b.from), mistake.Hint, "%s", mistake.Message)
	}
	return Trial{
		ID:      ID(tree, s.data.fingerprint, nil, rs.world.Numerics()),
		Setting: tree, Data: s.data.fingerprint, Baseline: true, Family: Family(tree),
	}
}

// dependingOn returns the place without the values that a baseline does not
// depend on: all but those of the data and, where code is true, the code size.
func (p Place) dependingOn(code bool) Place {
	values := map[string]string{}
	for path, value := range p.Values {
		if _, ofData := below(path, "data"); ofData || code && path == "model.code" {
			values[path] = value
		}
	}
	return Place{Values: values}
}

// addPlace appends a place unless it is there already.
func addPlace(places []Place, p Place) []Place {
	if slices.ContainsFunc(places, func(q Place) bool { return p.Case == q.Case && maps.Equal(p.Values, q.Values) }) {
		return places
	}
	return append(slices.Clip(places), p)
}

package experiments

import (
	"maps"
	"slices"

	"hourglass.dev/hourglass/registry"
)

// In a spec, train.from names a case. In a resolved setting it is the trial of
// the same seed whose final weights the training begins with, without its seed:
//
//	{case: NAME, data: FINGERPRINT, setting: SETTING}
//
// so that repeats share a setting, and a trial can be run again from its record
// alone. In the identity of a trial it is the id of the other.
const fromPath = "train.from"

// SourceOf returns the trial whose weights a trial continues from, if it does,
// under a version of the arithmetic.
func SourceOf(t Trial, numerics int) (source Trial, continues bool) {
	setting, data, ok := sourceIn(t.Setting)
	if !ok || t.Baseline {
		return Trial{}, false
	}
	return Trial{ID: ID(setting, data, &t.Seed, numerics), Setting: setting, Data: data, Seed: t.Seed, Family: Family(setting)}, true
}

// sourceIn returns the setting and the data's fingerprint of what a setting
// continues from.
func sourceIn(setting Setting) (source Setting, data string, ok bool) {
	value, _ := setting.At(fromPath)
	from, ok := value.(registry.Tree)
	if !ok {
		return nil, "", false
	}
	source, ok = from["setting"].(registry.Tree)
	data, _ = from["data"].(string)
	return source, data, ok
}

// continued finds what each setting that continues from a case continues from,
// and returns the settings in an order in which each follows its source.
func (rs *resolver) continued(settings []*setting) []*setting {
	var out []*setting
	state := map[*setting]int{} // 1 while its source is looked for, 2 when it is in order
	var visit func(s *setting)
	visit = func(s *setting) {
		if state[s] != 0 {
			return
		}
		state[s] = 1
		if name, named := s.from(); named {
			source := rs.sourceOf(s, name, settings)
			switch {
			case source == nil:
			case state[source] == 1:
				rs.refuseFrom(s, "the case "+name+" continues from this one, or is it", "name a case that begins anew")
			default:
				visit(source)
				rs.continueFrom(s, name, source)
			}
		}
		state[s] = 2
		out = append(out, s)
	}
	for _, s := range settings {
		visit(s)
	}
	return out
}

// from returns the case that a setting continues from, if it is not found yet.
func (s *setting) from() (name string, named bool) {
	value, _ := s.tree.At(fromPath)
	name, named = value.(string)
	return name, named
}

// sourceOf returns the setting of a case that has the same values on all axes that
// both are on.
func (rs *resolver) sourceOf(s *setting, name string, settings []*setting) *setting {
	var found []*setting
	known := map[string]bool{}
	for _, other := range settings {
		for _, p := range other.places {
			known[p.Case] = true
			if p.Case == name && !slices.Contains(found, other) && agrees(p.Values, s.places[0].Values) {
				found = append(found, other)
			}
		}
	}
	delete(known, "")
	names := slices.Sorted(maps.Keys(known))
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		rs.refuseFrom(s, "several trials of the case "+name+" fit, as they differ in what this one does not vary", "let both vary in the same")
	case known[name]:
		rs.refuseFrom(s, "the sweep leaves no trial of the case "+name+" with the same values", "")
	case len(names) == 0:
		rs.refuseFrom(s, "from names a case of the sweep, and there are none", "give sweep.cases")
	default:
		rs.refuseFrom(s, "the sweep has no case "+name, nearestHint(name, names))
	}
	return nil
}

// agrees tells whether two places have the same values where both have one.
func agrees(a, b map[string]string) bool {
	for path, value := range a {
		if other, both := b[path]; both && other != value && path != fromPath {
			return false
		}
	}
	return true
}

func (rs *resolver) refuseFrom(s *setting, message, hint string) {
	s.mistakes = append(s.mistakes, rs.reportMistakes(registry.Mistakes{{Path: fromPath, Message: message, Hint: hint}}, s.first, s.first)...)
}

// continueFrom writes a source into a setting, if its weights fit.
func (rs *resolver) continueFrom(s *setting, name string, source *setting) {
	if mistakes := rs.world.CheckSource(s.tree, source.tree, rs.dir); len(mistakes) > 0 {
		s.mistakes = append(s.mistakes, rs.reportMistakes(mistakes, s.first, s.first)...)
		return
	}
	s.tree = s.tree.With(fromPath, registry.Tree{"case": name, "data": source.data.fingerprint, "setting": source.tree})
	s.continues = true
}

// WithSources returns trials with those that they continue from, taken from all of
// an experiment, each in front of the first that needs it.
func WithSources(trials, all []Trial, numerics int) []Trial {
	byID := make(map[string]Trial, len(all))
	for _, t := range all {
		byID[t.ID] = t
	}
	var out []Trial
	seen := map[string]bool{}
	var add func(t Trial)
	add = func(t Trial) {
		if seen[t.ID] {
			return
		}
		seen[t.ID] = true
		if source, continues := SourceOf(t, numerics); continues {
			if known, ok := byID[source.ID]; ok {
				source = known
			}
			add(source)
		}
		out = append(out, t)
	}
	for _, t := range trials {
		add(t)
	}
	return out
}

// caseOf returns the case that a resolved train.from names.
func caseOf(path string, value any) (string, bool) {
	from, ok := value.(registry.Tree)
	if !ok || path != fromPath {
		return "", false
	}
	name, ok := from["case"].(string)
	return name, ok
}

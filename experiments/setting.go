package experiments

import (
	"encoding/binary"
	"regexp"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// section is one of the five parts of a setting, resolved.
type section struct {
	value       any // nil where there is nothing, as without regularisers
	identity    []byte
	fingerprint string // of data
	bad         bool
}

// resolver turns combinations into settings. What combinations have in common
// is resolved once.
type resolver struct {
	*reader
	world World
	dir   string
	root  spot            // the spec
	words map[string]spot // its top-level keys
	base  registry.Tree
	edits []*assignment // of the command line
	cache [len(sections)]map[string]*section
	drawn int                 // ids given to assignments
	known map[string]*setting // by identity and fingerprint
}

// setting is a resolved setting, and the combinations that lead to it.
type setting struct {
	tree     Setting
	identity []byte // canonical JSON
	data     *section
	family   string
	places   []Place
	codeSize int
}

// setting resolves a combination, and returns nil where it has mistakes.
func (rs *resolver) setting(c combination) *setting {
	var resolved [len(sections)]*section
	bad := false
	for i, name := range sections {
		resolved[i] = rs.section(i, name, c)
		bad = bad || resolved[i].bad
	}
	if bad {
		return nil
	}
	identity := joinSections(&resolved)
	key := string(identity) + resolved[0].fingerprint
	s := rs.known[key]
	if s == nil {
		s = &setting{tree: make(Setting, len(sections)), identity: identity, data: resolved[0]}
		for i, name := range sections {
			if resolved[i].value != nil {
				s.tree[name] = resolved[i].value
			}
		}
		s.family = Family(s.tree)
		rs.known[key] = s
		rs.check(s, c)
	}
	return s
}

// check asks the world whether the setting can be built, and how wide its code is.
func (rs *resolver) check(s *setting, c combination) {
	mistakes := rs.world.Check(s.tree, rs.dir)
	if len(mistakes) > 0 {
		rs.reportMistakes(mistakes, c, c)
		return
	}
	if model, ok := s.tree["model"].(registry.Tree); ok {
		if code, ok := model["code"].(float64); ok {
			s.codeSize = int(code)
			return
		}
	}
	size, err := rs.world.CodeSize(s.tree, rs.dir)
	if err != nil {
		rs.reportMistakes(registry.Mistakes{{Path: "model", Message: err.Error()}}, c, c)
	}
	s.codeSize = size
}

// section resolves one section of a combination.
func (rs *resolver) section(i int, name string, c combination) *section {
	var buffer [64]byte
	key := buffer[:0]
	for _, a := range c.assigned {
		if len(a.path) >= len(name) && a.path[:len(name)] == name {
			key = binary.AppendUvarint(key, uint64(a.id))
		}
	}
	if known := rs.cache[i][string(key)]; known != nil {
		return known
	}
	s := rs.resolveSection(name, c)
	if rs.cache[i] == nil {
		rs.cache[i] = map[string]*section{}
	}
	rs.cache[i][string(key)] = s
	return s
}

func (rs *resolver) resolveSection(name string, c combination) *section {
	assigned := within(c.assigned, name)
	given := apply(rs.base, assigned)[name]
	value, mistakes := resolvePart(name, given)
	s := &section{value: value, bad: len(mistakes) > 0}
	if !s.bad && name == "data" {
		s.bad = !rs.fingerprint(s, c)
	}
	if s.bad {
		rs.reportMistakes(mistakes.Under(name), c, combination{c.name, assigned})
		return s
	}
	s.identity = registry.Canonical(identityOf(name, value))
	return s
}

// resolvePart resolves what was given for a section.
func resolvePart(name string, given any) (any, registry.Mistakes) {
	if given == nil {
		switch name {
		case "loss":
			given = defaultLoss
		case "train":
			given = registry.Tree{}
		case regularisers:
			return nil, nil
		default:
			return nil, registry.Mistakes{{Message: "a spec needs " + name, Hint: "such as " + example(name)}}
		}
	}
	if name == regularisers {
		return roleOf(name).ResolveKinds(name, given)
	}
	return roleOf(name).Resolve(given)
}

// defaultLoss is the loss of a spec that names none.
const defaultLoss = "mse"

func example(section string) string {
	if section == "data" {
		return "data: mnist"
	}
	return "model: {encoder: [512, 256], code: 32}"
}

func (rs *resolver) fingerprint(s *section, c combination) bool {
	tree, ok := s.value.(registry.Tree)
	if !ok {
		tree = registry.Tree{}
	}
	var err error
	if s.fingerprint, err = rs.world.Fingerprint(tree, rs.dir); err != nil {
		rs.reportMistakes(registry.Mistakes{{Path: "data", Message: err.Error()}}, c, c)
	}
	return err == nil
}

// reportMistakes notes mistakes whose paths are relative to the setting where
// the user wrote what they are about: in the combination, in an edit or in the
// base. about are the assignments that could have led to them.
func (rs *resolver) reportMistakes(mistakes registry.Mistakes, c, about combination) {
	for _, mistake := range mistakes {
		from, swept := rs.origin(mistake, c)
		hint := mistake.Hint
		if better := valueHint(from.value, plainPath(mistake.Path)); better != "" && !mistake.Key {
			hint = better
		}
		if combined := about.String(); combined != "" && !swept {
			hint = joinHints(hint, "met with "+combined)
		}
		at := rs.where(from)
		if mistake.Key && from.key != nil {
			at = rs.at(from.key)
		}
		rs.report(at, hint, "%s", mistake.Message)
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
	found, _ := descend(rs.root, mistake.Path)
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

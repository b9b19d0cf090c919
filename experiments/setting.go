package experiments

import (
	"encoding/binary"

	"hourglass.dev/hourglass/registry"
)

// section is one of the five parts of a setting, resolved.
type section struct {
	value       any // nil where there is nothing, as without regularisers
	identity    []byte
	fingerprint string // of data
	number      int    // the same for sections that mean the same
	mistakes    []int  // indices of problems
}

func (s *section) bad() bool { return len(s.mistakes) > 0 }

// resolver turns combinations into settings. What combinations have in common
// is resolved once.
type resolver struct {
	*reader
	world     World
	dir       string
	root      spot            // the spec
	words     map[string]spot // its top-level keys
	base      registry.Tree
	edits     []*assignment // of the command line
	cache     [len(sections)]map[string]*section
	drawn     int                             // ids given to assignments
	met       map[int]*meeting                // problem → where it was met
	known     map[[len(sections)]int]*setting // by the numbers of the sections
	reported  []*reportedEntry
	names     map[string]int // numbers of sections by name, identity and fingerprint
	evaluated []string       // metrics that evaluations add
}

// setting is a resolved setting, and the combinations that lead to it.
type setting struct {
	tree     Setting
	identity []byte // canonical JSON
	data     *section
	family   string
	places   []Place
	codeSize int
	mistakes []int            // indices of problems
	reported []*reportedEntry // that speak of it

	first     combination // that led to it
	continues bool        // from the weights of another
}

// setting resolves a combination, and returns nil where it has mistakes.
func (rs *resolver) setting(c combination) *setting {
	var resolved [len(sections)]*section
	bad := false
	for i, name := range sections {
		resolved[i] = rs.section(i, name, c)
		bad = bad || resolved[i].bad()
		rs.count(resolved[i].mistakes)
	}
	if bad {
		return nil
	}
	var key [len(sections)]int
	for i, part := range resolved {
		key[i] = part.number
	}
	s := rs.known[key]
	if s == nil {
		s = newSetting(&resolved)
		s.first = c
		rs.known[key] = s
		rs.check(s, c)
	}
	rs.count(s.mistakes)
	return s
}

func newSetting(resolved *[len(sections)]*section) *setting {
	s := &setting{tree: make(Setting, len(sections)), identity: joinSections(resolved), data: resolved[0]}
	for i, name := range sections {
		if resolved[i].value != nil {
			s.tree[name] = resolved[i].value
		}
	}
	s.family = Family(s.tree)
	return s
}

// check asks the world whether the setting can be built, and how wide its code is.
func (rs *resolver) check(s *setting, c combination) {
	mistakes := rs.world.Check(s.tree, rs.dir)
	if len(mistakes) > 0 {
		s.mistakes = rs.reportMistakes(mistakes, c, c)
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
		s.mistakes = rs.reportMistakes(registry.Mistakes{{Path: "model", Message: err.Error()}}, c, c)
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
	value, mistakes := resolvePart(name, rs.given(name, assigned))
	s := &section{value: value}
	if len(mistakes) == 0 && name == "data" {
		s.fingerprint, mistakes = rs.fingerprint(value)
	}
	if len(mistakes) > 0 {
		s.mistakes = rs.reportMistakes(mistakes.Under(name), c, combination{c.name, assigned})
		return s
	}
	s.identity = registry.Canonical(identityOf(name, value))
	s.number = rs.numberOf(name + string(s.identity) + s.fingerprint)
	return s
}

// given returns what the base and assignments say of a section.
func (rs *resolver) given(name string, assigned []*assignment) any {
	if len(assigned) == 0 {
		return rs.base[name]
	}
	return apply(registry.Tree{name: rs.base[name]}, assigned)[name]
}

// numberOf returns the number of a name, the same each time.
func (rs *resolver) numberOf(name string) int {
	number, known := rs.names[name]
	if !known {
		number = len(rs.names)
		rs.names[name] = number
	}
	return number
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

func (rs *resolver) fingerprint(data any) (string, registry.Mistakes) {
	tree, ok := data.(registry.Tree)
	if !ok {
		return "", registry.Mistakes{{Message: "data must be a part with parameters"}}
	}
	fingerprint, err := rs.world.Fingerprint(tree, rs.dir)
	if err != nil {
		return "", registry.Mistakes{{Message: err.Error()}}
	}
	return fingerprint, nil
}

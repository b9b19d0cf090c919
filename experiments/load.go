package experiments

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// Edits are what the command line changes in a spec.
type Edits struct {
	Set  []string // "train.epochs=2": replaces a value
	Grid []string // "model.code=2,4": adds an axis, or replaces that of the path
}

// Load reads a spec from a file. See [Read] for its errors.
func Load(file string, edits Edits, world World) (*Experiment, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read spec: %w", err)
	}
	return Read(file, text, edits, world)
}

// Read turns the text of a spec into an experiment. file is its name, from
// which relative paths start. Where the spec or the edits have mistakes, the
// error is all of them, as [Problems].
func Read(file string, text []byte, edits Edits, world World) (*Experiment, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	r := newReader(file, string(text))
	e := &Experiment{File: file, Dir: filepath.Dir(file), Text: text, Edits: edits.words()}
	if root := r.document(text); root != nil {
		rs := &resolver{
			reader: r, world: world, dir: e.Dir,
			known: map[[len(sections)]int]*setting{}, names: map[string]int{}, met: map[int]*meeting{},
		}
		rs.read(e, root, edits)
	}
	if len(r.problems) > 0 {
		return nil, r.problems.sorted(file)
	}
	return e, nil
}

func (e Edits) words() []string {
	var out []string
	for _, set := range e.Set {
		out = append(out, "--set "+set)
	}
	for _, grid := range e.Grid {
		out = append(out, "--grid "+grid)
	}
	return out
}

// read fills e from the root of a spec.
func (rs *resolver) read(e *Experiment, root *yaml.Node, edits Edits) {
	rs.root = spot{value: root}
	words, ok := rs.mapping(rs.root, "a spec", topLevel)
	if !ok {
		return
	}
	rs.words = words
	rs.refuseUnsupported()
	sets, grids := rs.parseEdits(edits)
	rs.readHeader(e)
	e.Seeds = rs.seeds()
	rs.readBase(sets)
	sweep := rs.readSweep(grids)
	rs.checkEditsAgainst(sweep)
	if rs.broken {
		return
	}
	evaluations := rs.readEvaluate()
	rs.readReported(sweep)
	combinations := rs.expand(sweep, e)
	baselines := rs.baselines()
	settings := rs.continued(rs.settings(combinations, len(e.Seeds)))
	rs.checkEvaluations(e, evaluations, settings)
	rs.readCompare(e, sweep)
	rs.readExpect(e)
	rs.readClaims(e)
	rs.readGate(e)
	if len(rs.problems) == 0 {
		trials := rs.baselineTrials(baselines, settings)
		rs.finishReported(e, settings, trials)
		rs.order(e, settings, trials)
	}
}

// topLevel are the keys of a spec.
var topLevel = slices.Concat([]string{"version", "name", "question", "tags", "seeds", "sweep", "baselines", "compare", "expect", "claims", "reported", "gate", "evaluate"}, sections[:])

func (rs *resolver) refuseUnsupported() {
	for word, s := range rs.words {
		if slices.Contains(sections[:], word) && !supported(word) {
			rs.report(rs.at(s.key), "leave it out", "%s", unsupportedMessage(word))
			delete(rs.words, word)
		}
	}
}

func unsupportedMessage(word string) string {
	return word + " is a word of the grammar that this version does not support yet"
}

// mapping returns the entries of a mapping that may have the names given.
func (r *reader) mapping(s spot, what string, names []string) (map[string]spot, bool) {
	if s.value.Kind != yaml.MappingNode {
		r.report(r.where(s), "with keys such as "+strings.Join(names[:min(len(names), 3)], ", "), "%s must be a mapping, got %s", what, r.describe(s.value))
		return nil, false
	}
	r.checkDecoration(s.value)
	out := map[string]spot{}
	for _, e := range r.entries(s.value) {
		if !slices.Contains(names, e.name) {
			r.report(r.at(e.key), keyHint(what, e.name, names), "%s has no key %q", what, e.name)
			continue
		}
		out[e.name] = e.spot
	}
	return out, true
}

// keyHint says what was meant by a key, which may be a parameter in the wrong
// place.
func keyHint(what, name string, names []string) string {
	_, err := targets(name)
	switch longer := longerPath(name); {
	case what == "sweep" && err == nil:
		return "put it under grid"
	case what == "a spec" && longer != "":
		return "did you mean " + longer + "?"
	}
	return nearestHint(name, names)
}

func nearestHint(name string, names []string) string {
	if nearest := registry.Nearest(name, names); nearest != "" {
		return "did you mean " + nearest + "?"
	}
	return "it has " + strings.Join(names, ", ")
}

// describe says what a node is, for people.
func (r *reader) describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) == 0:
		return "an empty mapping"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		return "an empty list"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	case isNull(n):
		return "nothing"
	case n.ShortTag() == "!!str":
		return fmt.Sprintf("%q", n.Value)
	}
	return n.Value
}

// readBase reads the setting that a sweep varies, with the edits applied.
func (rs *resolver) readBase(sets []*assignment) {
	rs.base = registry.Tree{"loss": defaultLoss}
	for _, name := range sections {
		if s, given := rs.words[name]; given {
			rs.base[name] = rs.tree(s.value)
		}
	}
	rs.edits = sets
	for _, name := range sections {
		rs.base = apply(rs.base, within(sets, name))
	}
}

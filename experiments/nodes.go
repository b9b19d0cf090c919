package experiments

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// reader walks the nodes of a spec and of its edits, and notes every mistake.
type reader struct {
	file     *source
	origins  map[*yaml.Node]*source // of nodes that the command line wrote
	problems Problems
	reported map[Problem]int // → index in problems
	// broken is set where a part of the text has no value, so that what is
	// missing further on may not be the user's mistake.
	broken bool
}

func newReader(file, text string) *reader {
	return &reader{file: newSource(file, text), origins: map[*yaml.Node]*source{}, reported: map[Problem]int{}}
}

// at returns where a node stands.
func (r *reader) at(n *yaml.Node) span {
	s := r.file
	if edit, ok := r.origins[n]; ok {
		s = edit
	}
	start := s.span(n.Line, n.Column, 1)
	return s.span(start.line, start.column, widthOf(n, start.text()))
}

// where returns the place of a value, or of its key where the value takes
// several lines or none.
func (r *reader) where(s spot) span {
	switch {
	case s.value == nil && s.key == nil:
		return r.file.span(1, 1, 1)
	case s.value == nil, s.key != nil && (isNull(s.value) || isBlock(s.value)):
		return r.at(s.key)
	}
	return r.at(s.value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func isBlock(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && n.Style&yaml.FlowStyle == 0
}

// entry is a key of a mapping with its value.
type entry struct {
	name string
	spot
}

// entries returns what a mapping holds, each name once, in its order.
func (r *reader) entries(n *yaml.Node) []entry {
	out := make([]entry, 0, len(n.Content)/2)
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !r.checkKey(key) {
			continue
		}
		if line, twice := lines[key.Value]; twice {
			r.report(r.at(key), fmt.Sprintf("it stands on line %d already", line), "the key %q is given twice", key.Value)
			continue
		}
		lines[key.Value] = key.Line
		out = append(out, entry{key.Value, spot{key, value}})
	}
	return out
}

func (r *reader) checkKey(key *yaml.Node) bool {
	switch {
	case key.Kind == yaml.AliasNode:
		r.report(r.at(key), "", "%s", aliasMessage("*"+key.Value))
	case key.Kind != yaml.ScalarNode:
		r.report(r.at(key), "", "a key must be a word")
	case key.ShortTag() == "!!merge":
		r.report(r.at(key), "write the keys out in each place", "the merge key << is not part of the grammar: a spec shows in one place what a setting is")
	case key.Value == "":
		r.report(r.at(key), "", "a key cannot be empty")
	default:
		r.checkDecoration(key)
		return true
	}
	r.broken = true
	return false
}

func aliasMessage(name string) string {
	return "the alias " + name + " is not part of the grammar: a spec shows in one place what a setting is"
}

// checkDecoration refuses the tags and anchors that YAML has beyond values.
func (r *reader) checkDecoration(n *yaml.Node) {
	if n.Anchor != "" {
		r.report(r.at(n), "write the value out where it is needed", "the anchor &%s is not part of the grammar", n.Anchor)
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.report(r.at(n), "leave it out", "the tag %s is not part of the grammar", n.Tag)
	}
}

// tree returns the value of a node: nil, bool, float64, string, []any or
// registry.Tree.
func (r *reader) tree(n *yaml.Node) any {
	r.checkDecoration(n)
	switch n.Kind {
	case yaml.MappingNode:
		out := make(registry.Tree, len(n.Content)/2)
		for _, e := range r.entries(n) {
			out[e.name] = r.tree(e.value)
		}
		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, element := range n.Content {
			out[i] = r.tree(element)
		}
		return out
	case yaml.AliasNode:
		r.report(r.at(n), "write the value out again", "%s", aliasMessage("*"+n.Value))
		r.broken = true
		return nil
	}
	return r.scalar(n)
}

package experiments

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

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

// document parses the text, which must hold one YAML document, and returns its
// root, or nil.
func (r *reader) document(text []byte) *yaml.Node {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		r.reportEncoding(text)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		r.report(r.file.span(1, 1, 1), "a spec needs at least version, data and model", "the file is empty")
		return nil
	} else if err != nil {
		r.reportSyntax(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		r.report(r.documentStart(second.Line), "put it into a file of its own", "a second document begins here, and a spec is one document")
	} else if !errors.Is(err, io.EOF) {
		r.reportSyntax(err)
	}
	return first.Content[0]
}

func (r *reader) reportEncoding(text []byte) {
	valid := 0
	for valid < len(text) {
		c, size := utf8.DecodeRune(text[valid:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	lines := splitLines(string(text[:valid]))
	at := r.file.span(len(lines), utf8.RuneCountInString(lines[len(lines)-1])+1, 1)
	r.report(at, "save it as UTF-8", "the text is not UTF-8: byte 0x%02x", text[valid])
}

// documentStart finds the --- at or above a line.
func (r *reader) documentStart(line int) span {
	for i := min(line, len(r.file.lines)); i > 0; i-- {
		if strings.HasPrefix(r.file.lines[i-1], "---") {
			return r.file.span(i, 1, 3)
		}
	}
	return r.file.span(line, 1, 1)
}

var (
	syntaxLine    = regexp.MustCompile(`^line (\d+): `)
	parserError   = regexp.MustCompile(`^did not find expected (key|'-' indicator|'[,}\]]'|node content|<)`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced`)
)

// reportSyntax notes what the YAML parser found. Tabs are told apart, since
// its words for them help nobody.
func (r *reader) reportSyntax(err error) {
	if r.reportTabs() {
		return
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if match := syntaxLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = message[len(match[0]):]
		if parserError.MatchString(message) {
			line++ // the parser's lines count from 0, the scanner's from 1
		}
	}
	column := 1
	if match := unknownAnchor.FindStringSubmatch(message); match != nil {
		line, column = r.find("*" + match[1])
		message = aliasMessage("*" + match[1])
	}
	if !strings.HasPrefix(message, "the alias") {
		message = "this is not YAML: " + message
	}
	at := r.file.span(line, column, 1)
	if text := at.source.lines[at.line-1]; column == 1 {
		start := len(text) - len(strings.TrimLeft(text, " "))
		at = r.file.span(line, start+1, utf8.RuneCountInString(strings.TrimSpace(text)))
	}
	r.report(at, "", "%s", message)
}

// find returns the line and column where a text first stands.
func (r *reader) find(text string) (line, column int) {
	for i, l := range r.file.lines {
		if at := strings.Index(l, text); at >= 0 {
			return i + 1, utf8.RuneCountInString(l[:at]) + 1
		}
	}
	return 1, 1
}

// reportTabs notes every tab among the spaces that a line begins with.
func (r *reader) reportTabs() bool {
	found := false
	for i, line := range r.file.lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if tab := strings.IndexByte(indent, '\t'); tab >= 0 && strings.TrimSpace(line) != "" {
			r.report(r.file.span(i+1, tab+1, 1), "indent with spaces", "a tab cannot indent in YAML")
			found = true
		}
	}
	return found
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

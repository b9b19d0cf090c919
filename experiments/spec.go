package experiments

import (
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// readHeader reads what a spec says of itself: version, name, question, tags.
// A spec without a name has that of its file.
func (rs *resolver) readHeader(e *Experiment) {
	rs.checkVersion()
	e.Name = strings.TrimSuffix(filepath.Base(e.File), filepath.Ext(e.File))
	if s, given := rs.words["name"]; given {
		e.Name = rs.word(s, "name")
		if strings.ContainsAny(e.Name, "/\\\n") {
			rs.report(rs.where(s), "", "name must be one line without slashes, since files are named after it, got %q", e.Name)
		}
	}
	if s, given := rs.words["question"]; given {
		e.Question = rs.word(s, "question")
	}
	if s, given := rs.words["tags"]; given {
		e.Tags = rs.wordList(s, "tags")
	}
}

func (rs *resolver) checkVersion() {
	s, given := rs.words["version"]
	if !given {
		rs.report(rs.at(rs.root.value), "begin it with version: 1", "a spec needs its version")
		return
	}
	if value, isNumber := rs.tree(s.value).(float64); !isNumber || value != 1 {
		rs.report(rs.where(s), "", "version must be 1, got %s", rs.describe(s.value))
	}
}

// word returns the text of a value that must be one.
func (rs *resolver) word(s spot, what string) string {
	rs.checkDecoration(s.value)
	if s.value.Kind != yaml.ScalarNode || isNull(s.value) {
		rs.report(rs.where(s), "", "%s must be a word, got %s", what, rs.describe(s.value))
		return ""
	}
	if strings.TrimSpace(s.value.Value) == "" {
		rs.report(rs.where(s), "", "%s must not be empty", what)
	}
	return s.value.Value
}

// wordList returns a list of words; a word stands for a list of one.
func (rs *resolver) wordList(s spot, what string) []string {
	if s.value.Kind != yaml.SequenceNode {
		return []string{rs.word(s, what)}
	}
	rs.checkDecoration(s.value)
	out := make([]string, len(s.value.Content))
	for i, n := range s.value.Content {
		out[i] = rs.word(spot{value: n}, "each of "+what)
	}
	return out
}

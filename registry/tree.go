package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Tree is a mapping of a setting. Its values are nil, bool, float64, string,
// []any of the same, and Tree.
type Tree map[string]any

// Kind returns the value of the key kind, or "".
func (t Tree) Kind() string {
	kind, _ := t["kind"].(string)
	return kind
}

// Keys returns the names in t in alphabetical order.
func (t Tree) Keys() []string {
	keys := make([]string, 0, len(t))
	for key := range t {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// At returns the value at a dotted path such as "train.optimiser.rate".
// Where the path ends at a part, the value is the part's tree.
func (t Tree) At(path string) (any, bool) {
	var value any = t
	for name := range strings.SplitSeq(path, ".") {
		mapping, ok := value.(Tree)
		if !ok {
			return nil, false
		}
		if value, ok = mapping[name]; !ok {
			return nil, false
		}
	}
	return value, true
}

// With returns a copy of t in which path has the value, or is absent where
// the value is nil. Mappings on the way that do not exist are made; a word in
// the way becomes a part of that kind. Everything that is not on the path is
// shared with t.
func (t Tree) With(path string, value any) Tree {
	name, rest, deeper := strings.Cut(path, ".")
	out := maps.Clone(t)
	if out == nil {
		out = Tree{}
	}
	switch {
	case deeper:
		child := mappingOf(out[name])
		if next := child.With(rest, value); value != nil || len(next) > 0 || child != nil {
			out[name] = next
		}
	case value == nil:
		delete(out, name)
	default:
		out[name] = value
	}
	return out
}

// mappingOf returns the mapping that a value stands for: a word is a part of
// that kind, a number a part's short parameter.
func mappingOf(value any) Tree {
	switch v := value.(type) {
	case Tree:
		return v
	case string:
		return Tree{"kind": v}
	case float64:
		return Tree{shorthand: v}
	}
	return nil
}

// Canonical returns the canonical JSON of a tree: keys in order, no spaces,
// numbers in their shortest form, so that 1 and 1.0 are the same. It is what
// identities are hashes of.
func Canonical(value any) []byte { return appendCanonical(make([]byte, 0, 512), value) }

// MarshalJSON returns the canonical form.
func (t Tree) MarshalJSON() ([]byte, error) { return Canonical(t), nil }

func appendCanonical(out []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(out, "null"...)
	case bool:
		return strconv.AppendBool(out, v)
	case float64:
		return appendNumber(out, v)
	case string:
		return appendQuoted(out, v)
	case []any:
		out = append(out, '[')
		for i, element := range v {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendCanonical(out, element)
		}
		return append(out, ']')
	case Tree:
		out = append(out, '{')
		for i, key := range v.Keys() {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendQuoted(out, key)
			out = append(out, ':')
			out = appendCanonical(out, v[key])
		}
		return append(out, '}')
	}
	panic(fmt.Sprintf("registry: %T has no canonical form", value))
}

// FormatNumber returns the shortest decimal form of a finite number: integers
// below 1e15 in size without point or exponent. It is JSON, and reads as YAML.
func FormatNumber(v float64) string {
	return string(appendNumber(nil, v))
}

func appendNumber(out []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.AppendInt(out, int64(v), 10) // −0 becomes 0
	}
	return strconv.AppendFloat(out, v, 'g', -1, 64)
}

// appendQuoted appends a JSON string, as encoding/json writes it. Words of
// plain letters, which nearly all are, need no escapes.
func appendQuoted(out []byte, word string) []byte {
	for i := range len(word) {
		if c := word[i]; c < ' ' || c > '~' || strings.IndexByte("\"\\<>&", c) >= 0 {
			quoted, err := json.Marshal(word)
			if err != nil {
				panic("registry: a string that JSON cannot hold: " + err.Error())
			}
			return append(out, quoted...)
		}
	}
	out = append(out, '"')
	out = append(out, word...)
	return append(out, '"')
}

// ParseTree reads the JSON of a tree, as [Canonical] writes it.
func ParseTree(text []byte) (Tree, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var raw map[string]any
	if err := decoder.Decode(&raw); err != nil {
		return nil, fmt.Errorf("parse setting: %w", err)
	}
	return toTree(raw).(Tree), nil
}

func toTree(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(Tree, len(v))
		for key, element := range v {
			out[key] = toTree(element)
		}
		return out
	case []any:
		for i, element := range v {
			v[i] = toTree(element)
		}
	}
	return value
}

// FormatValue returns a value for people, on one line: a part without
// parameters as its kind, others in YAML's flow style.
func FormatValue(value any) string {
	switch v := value.(type) {
	case nil:
		return "none"
	case string:
		return v
	case float64:
		return FormatNumber(v)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		words := make([]string, len(v))
		for i, element := range v {
			words[i] = FormatValue(element)
		}
		return "[" + strings.Join(words, ", ") + "]"
	case Tree:
		if kind := v.Kind(); kind != "" && len(v) == 1 {
			return kind
		}
		words := make([]string, 0, len(v))
		if kind := v.Kind(); kind != "" {
			words = append(words, "kind: "+kind)
		}
		for _, key := range v.Keys() {
			if key != "kind" {
				words = append(words, key+": "+FormatValue(v[key]))
			}
		}
		return "{" + strings.Join(words, ", ") + "}"
	}
	panic(fmt.Sprintf("registry: %T is not a value", value))
}

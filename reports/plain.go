package reports

import (
	"strconv"
	"strings"

	"hourglass.dev/hourglass/experiments"
)

// plain returns a value of a setting on one line, in YAML's flow style.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case []any:
		words := make([]string, len(v))
		for i, element := range v {
			words[i] = plain(element)
		}
		return "[" + strings.Join(words, ", ") + "]"
	case experiments.Setting:
		words := make([]string, 0, len(v))
		for _, name := range keysOf(v) {
			words = append(words, name+": "+plain(v[name]))
		}
		return "{" + strings.Join(words, ", ") + "}"
	}
	return canonical(value)
}

// keysOf returns the names of a setting, kind first.
func keysOf(setting experiments.Setting) []string {
	keys := setting.Keys()
	for i, name := range keys {
		if name == "kind" {
			copy(keys[1:i+1], keys[:i])
			keys[0] = name
		}
	}
	return keys
}

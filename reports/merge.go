package reports

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// differences says in what the trials of a cell differ besides their seeds,
// with the values, or returns "" where they do not. Swept paths explain a
// difference best; where they do not, the settings are compared.
func (c *comparison) differences(trials []Trial) string {
	type identity struct {
		data, setting string
		numerics      int
	}
	identities := map[identity]bool{}
	for _, t := range trials {
		identities[identity{t.Data, c.memo.canonical(t.Setting), t.Numerics}] = true
	}
	if len(identities) < 2 {
		return ""
	}
	var words []string
	for _, path := range c.layout.Axes {
		words = appendDifference(words, path, trials, func(t Trial, place store.Place) string {
			value, _ := valueAt(t, place, path)
			return value
		})
	}
	if len(words) == 0 {
		for _, path := range leavesOf(trials) {
			words = appendDifference(words, path, trials, func(t Trial, _ store.Place) string {
				value, ok := t.Setting.At(path)
				if !ok {
					return "none"
				}
				return plain(value)
			})
		}
	}
	words = appendDifference(words, "numerics version", trials, func(t Trial, _ store.Place) string {
		return strconv.Itoa(t.Numerics)
	})
	words = appendDifference(words, "content of the data", trials, func(t Trial, _ store.Place) string {
		return short(t.Data)
	})
	return strings.Join(words, ", ")
}

// mostValues is how many values of a path a note names.
const mostValues = 4

func appendDifference(words []string, path string, trials []Trial, value func(Trial, store.Place) string) []string {
	var values []string
	for _, t := range trials {
		for _, place := range t.places() {
			if v := value(t, place); !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	if len(values) < 2 {
		return words
	}
	for i, v := range values {
		if v == "" {
			values[i] = "none"
		}
	}
	if more := len(values) - mostValues; more > 0 {
		values = append(values[:mostValues], fmt.Sprintf("%d more", more))
	}
	return append(words, fmt.Sprintf("%s (%s)", path, strings.Join(values, ", ")))
}

// leavesOf returns the paths to all values in the settings of the trials, in
// alphabetical order.
func leavesOf(trials []Trial) []string {
	seen := map[string]bool{}
	var paths []string
	var walk func(prefix string, setting experiments.Setting)
	walk = func(prefix string, setting experiments.Setting) {
		for _, name := range setting.Keys() {
			path := prefix + name
			if child, ok := setting[name].(experiments.Setting); ok {
				walk(path+".", child)
			} else if !seen[path] {
				seen[path] = true
				paths = append(paths, path)
			}
		}
	}
	for _, t := range trials {
		walk("", t.Setting)
	}
	slices.Sort(paths)
	return paths
}

// memo remembers the canonical JSON of settings by where they lie, as trials
// share them. They must not change nor go while it is used.
type memo map[uintptr]string

func (m memo) canonical(setting experiments.Setting) string {
	at := reflect.ValueOf(setting).Pointer()
	text, known := m[at]
	if !known {
		text = canonical(setting)
		m[at] = text
	}
	return text
}

// canonical returns the JSON of a value of a setting.
func canonical(value any) string {
	marshal := func() ([]byte, error) { return json.Marshal(value) }
	if setting, ok := value.(experiments.Setting); ok {
		marshal = setting.MarshalJSON
	}
	text, err := marshal()
	if err != nil {
		panic("reports: a setting that JSON cannot hold: " + err.Error())
	}
	return string(text)
}

// short returns the first 10 digits of a hash, by which it is shown.
func short(hash string) string { return hash[:min(len(hash), 10)] }

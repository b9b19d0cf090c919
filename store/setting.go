package store

import (
	"fmt"

	"hourglass.dev/hourglass/experiments"
)

// parser reads settings. Sections that settings have in common are read once
// and shared, as there may be 100,000 settings with few different models.
type parser map[string]any // by the JSON of a section

// setting reads a setting from its canonical JSON.
func (p parser) setting(text []byte) (experiments.Setting, error) {
	setting := experiments.Setting{}
	err := eachSection(text, func(quoted, raw []byte) error {
		var name string
		if err := unmarshal(quoted, &name); err != nil {
			return err
		}
		value, known := p[string(raw)]
		if !known {
			var err error
			if value, err = parseValue(raw); err != nil {
				return err
			}
			p[string(raw)] = value
		}
		setting[name] = value
		return nil
	})
	return setting, err
}

// eachSection calls f with the quoted name and the JSON of each section of a setting:
// {"data":…,"loss":…}. It finds where sections end, and leaves the rest to who
// reads them.
func eachSection(text []byte, f func(quoted, raw []byte) error) error {
	damaged := fmt.Errorf("%w: a setting must be a mapping in canonical JSON, found %.40q", ErrDamaged, text)
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return damaged
	}
	for rest := text[1 : len(text)-1]; len(rest) > 0; {
		end := endOfValue(rest, ':')
		if end == len(rest) {
			return damaged
		}
		quoted := rest[:end]
		rest = rest[end+1:]
		end = endOfValue(rest, ',')
		if err := f(quoted, rest[:end]); err != nil {
			return err
		}
		rest = rest[min(end+1, len(rest)):]
	}
	return nil
}

// endOfValue returns where the first separator stands outside of strings and
// brackets, or the length of text.
func endOfValue(text []byte, separator byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == separator && depth == 0:
			return i
		}
	}
	return len(text)
}

// parseValue reads a value of a setting from its canonical JSON.
func parseValue(text []byte) (any, error) {
	var raw any
	if err := unmarshal(text, &raw); err != nil {
		return nil, err
	}
	return toSetting(raw), nil
}

// toSetting turns the mappings in a value into settings.
func toSetting(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(experiments.Setting, len(v))
		for key, element := range v {
			out[key] = toSetting(element)
		}
		return out
	case []any:
		for i, element := range v {
			v[i] = toSetting(element)
		}
	}
	return value
}

package store

import (
	"fmt"

	"hourglass.dev/hourglass/experiments"
)

// parseSetting reads a setting from its canonical JSON.
func parseSetting(text []byte) (experiments.Setting, error) {
	value, err := parseValue(text)
	if err != nil {
		return nil, err
	}
	setting, ok := value.(experiments.Setting)
	if !ok {
		return nil, fmt.Errorf("%w: a setting must be a mapping, found %.40q", ErrDamaged, text)
	}
	return setting, nil
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

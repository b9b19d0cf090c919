package reports

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/experiments"
)

// mostFlow is how wide a mapping may be that is written on one line.
const mostFlow = 88

// sections are the top of a setting, in the order of a spec.
var sections = []string{"data", "model", "loss", "regularisers", "train"}

// writeSetting writes a setting as YAML, indented: what fits on a line in flow
// style, a part without parameters as its kind.
func writeSetting(out *strings.Builder, setting experiments.Setting, indent int) {
	for _, name := range keysOf(setting) {
		out.WriteString(strings.Repeat(" ", indent) + name + ":")
		writeValue(out, setting[name], indent)
	}
}

// writeValue writes what follows the colon or dash of a line.
func writeValue(out *strings.Builder, value any, indent int) {
	if flow := plain(value); len(flow) <= mostFlow-indent {
		out.WriteString(" " + flow + "\n")
		return
	}
	switch v := value.(type) {
	case experiments.Setting:
		out.WriteString("\n")
		writeSetting(out, v, indent+2)
	case []any:
		out.WriteString("\n")
		for _, element := range v {
			out.WriteString(strings.Repeat(" ", indent+2) + "-")
			writeValue(out, element, indent+2)
		}
	default:
		out.WriteString(" " + plain(value) + "\n")
	}
}

// plain returns a value of a setting on one line, in YAML's flow style.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		if bare.MatchString(v) && !slices.Contains(reserved, strings.ToLower(v)) {
			return v
		}
		return strconv.Quote(v)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		words := make([]string, len(v))
		for i, element := range v {
			words[i] = plain(element)
		}
		return "[" + strings.Join(words, ", ") + "]"
	case experiments.Setting:
		if kind, ok := v["kind"].(string); ok && len(v) == 1 {
			return plain(kind)
		}
		words := make([]string, 0, len(v))
		for _, name := range keysOf(v) {
			words = append(words, name+": "+plain(v[name]))
		}
		return "{" + strings.Join(words, ", ") + "}"
	}
	return canonical(value)
}

// bare matches strings that YAML reads as strings without quotes; reserved are
// those among them that it does not.
var (
	bare     = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./-]*$`)
	reserved = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
)

// keysOf returns the names of a setting: the sections of a spec in its order,
// kind first, others in alphabetical order.
func keysOf(setting experiments.Setting) []string {
	keys := setting.Keys()
	slices.SortStableFunc(keys, func(a, b string) int { return rankOfKey(a) - rankOfKey(b) })
	return keys
}

func rankOfKey(name string) int {
	if name == "kind" {
		return 0
	}
	if i := slices.Index(sections, name); i >= 0 {
		return 1 + i
	}
	return 1 + len(sections)
}

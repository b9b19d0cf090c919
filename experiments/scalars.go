package experiments

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

var (
	decimal     = regexp.MustCompile(`^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$`)
	leadingZero = regexp.MustCompile(`^[-+]?0\d`)
	digits      = regexp.MustCompile(`^[-+]?[\d.]`)
)

// scalar returns the value of a word, a number or a truth value. Numbers are
// decimal: YAML's readers disagree about the others.
func (r *reader) scalar(n *yaml.Node) any {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Value
	}
	if decimal.MatchString(n.Value) {
		return r.number(n)
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		return r.oddNumber(n)
	}
	return n.Value
}

func (r *reader) number(n *yaml.Node) any {
	value, err := strconv.ParseFloat(n.Value, 64)
	if err != nil {
		r.report(r.at(n), "", "the number %s is too large", n.Value)
		return 0.0
	}
	if leadingZero.MatchString(n.Value) {
		r.report(r.at(n), "write "+registry.FormatNumber(value), "the number %s begins with 0, which some readers take for octal", n.Value)
	}
	return value
}

// oddNumber refuses what YAML knows as numbers beyond decimal ones.
func (r *reader) oddNumber(n *yaml.Node) any {
	plain := strings.ReplaceAll(n.Value, "_", "")
	switch value, err := strconv.ParseInt(plain, 0, 64); {
	case err == nil:
		r.report(r.at(n), "write "+registry.FormatNumber(float64(value)), "numbers are decimal digits alone, got %s", n.Value)
		return float64(value)
	case digits.MatchString(n.Value) && strings.Contains(n.Value, "_"):
		r.report(r.at(n), "write "+plain, "numbers are decimal digits alone, got %s", n.Value)
		if value, err := strconv.ParseFloat(plain, 64); err == nil && !math.IsInf(value, 0) {
			return value
		}
	default:
		r.report(r.at(n), "", "a number must be finite, got %s", n.Value)
	}
	return 0.0
}

// notFinite tells whether a node is one of YAML's words for infinities and for
// what is no number.
func notFinite(n *yaml.Node) bool {
	value, err := strconv.ParseFloat(strings.Replace(n.Value, ".", "", 1), 64)
	return n.ShortTag() == "!!float" && err == nil && (math.IsInf(value, 0) || math.IsNaN(value))
}

// looksLikeBool tells whether a node is one of the words that YAML 1.1 took
// for truth values, and that are words here.
func looksLikeBool(n *yaml.Node) (meant string, ok bool) {
	if n.Kind != yaml.ScalarNode || n.Style != 0 {
		return "", false
	}
	switch strings.ToLower(n.Value) {
	case "yes", "on", "y":
		return "true", true
	case "no", "off", "n":
		return "false", true
	}
	return "", false
}

package experiments

import (
	"math"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

// isGenerator tells whether a node is {range: …} or {log: …}.
func isGenerator(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && (valueAt(n, "range").value != nil || valueAt(n, "log").value != nil)
}

// generate returns the values of {range: [low, high], step: 1}, which include
// the end where a step falls on it, or of {log: [low, high], n: 4}, which are
// spaced evenly by ratio and rounded to 6 significant digits.
func (rs *resolver) generate(s spot) []any {
	if valueAt(s.value, "range").value != nil {
		words, _ := rs.mapping(s, "a range", []string{"range", "step"})
		return rs.generateRange(s, words)
	}
	words, _ := rs.mapping(s, "a log axis", []string{"log", "n"})
	return rs.generateLog(s, words)
}

func (rs *resolver) generateRange(s spot, words map[string]spot) []any {
	low, high, ok := rs.ends(words["range"])
	step := 1.0
	if given, has := words["step"]; has {
		value, isNumber := rs.tree(given.value).(float64)
		if !isNumber || value <= 0 {
			rs.report(rs.where(given), "", "step must be a positive number, got %s", rs.describe(given.value))
			ok = false
		}
		step = value
	}
	if !ok {
		return nil
	}
	count := math.Floor((high-low)/step+1e-9) + 1
	if !(count <= maxTrials) {
		rs.report(rs.where(s), "", "the range has %g values, at most %d are allowed", count, maxTrials)
		return nil
	}
	out := make([]any, int(count))
	for i := range out {
		out[i] = round(low+float64(float64(i)*step), 12)
	}
	return out
}

func (rs *resolver) generateLog(s spot, words map[string]spot) []any {
	low, high, ok := rs.ends(words["log"])
	if ok && low <= 0 {
		rs.report(rs.where(words["log"]), "", "log needs positive ends, got %v", low)
		ok = false
	}
	given, has := words["n"]
	if !has {
		rs.report(rs.where(s), "such as {log: [1e-4, 1e-1], n: 4}", "log needs n, the number of values")
		return nil
	}
	n, isNumber := rs.tree(given.value).(float64)
	if !isNumber || n != math.Trunc(n) || n < 2 || n > maxTrials {
		rs.report(rs.where(given), "", "n must be a whole number in [2, %d], got %s", maxTrials, rs.describe(given.value))
		return nil
	}
	if !ok {
		return nil
	}
	out := make([]any, int(n))
	for i := range out {
		t := float64(i) / (n - 1)
		out[i] = round(math.Exp(float64((1-t)*math.Log(low))+float64(t*math.Log(high))), 6)
	}
	return slices.Compact(out)
}

// ends reads [low, high], in which low is less than high.
func (rs *resolver) ends(s spot) (low, high float64, ok bool) {
	pair, isList := rs.tree(s.value).([]any)
	if isList && len(pair) == 2 {
		low, lowOK := pair[0].(float64)
		high, highOK := pair[1].(float64)
		if lowOK && highOK && low < high {
			return low, high, true
		}
	}
	rs.report(rs.where(s), "such as [2, 16]", "the ends must be two numbers, the lesser first")
	return 0, 0, false
}

// round returns v to a number of significant digits.
func round(v float64, digits int) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		panic("experiments: " + err.Error()) // v is finite
	}
	return rounded
}

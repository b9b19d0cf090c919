package experiments

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// Expectation is what a metric of every trial is expected to be:
// expect: {test.fvu: "< 0.35"}.
type Expectation struct {
	Metric string
	Op     string // <, <=, > or >=
	Value  float64
}

// String returns the expectation in words, such as test.fvu < 0.35.
func (x Expectation) String() string {
	return x.Metric + " " + x.Op + " " + registry.FormatNumber(x.Value)
}

// Holds tells whether a value meets the expectation.
func (x Expectation) Holds(value float64) bool {
	switch x.Op {
	case "<":
		return value < x.Value
	case "<=":
		return value <= x.Value
	case ">":
		return value > x.Value
	}
	return value >= x.Value
}

// readExpect reads expect: a mapping from metrics to comparisons.
func (rs *resolver) readExpect(e *Experiment) {
	given, ok := rs.words["expect"]
	if !ok || isNull(given.value) {
		return
	}
	names := rs.metricNames()
	words, _ := rs.mapping(given, "expect", names)
	for _, name := range names {
		s, given := words[name]
		if !given {
			continue
		}
		x, err := parseExpectation(name, s.value.Value)
		if err != nil {
			rs.report(rs.where(s), `such as "< 0.35"`, "%v", err)
			continue
		}
		e.Expect = append(e.Expect, x)
	}
	slices.SortFunc(e.Expect, func(a, b Expectation) int { return strings.Compare(a.Metric, b.Metric) })
}

func parseExpectation(metric, text string) (Expectation, error) {
	x := Expectation{Metric: metric}
	rest := strings.TrimSpace(text)
	for _, op := range []string{"<=", ">=", "<", ">"} {
		if strings.HasPrefix(rest, op) {
			x.Op, rest = op, strings.TrimSpace(rest[len(op):])
			break
		}
	}
	value, err := strconv.ParseFloat(rest, 64)
	if x.Op == "" || err != nil || value-value != 0 {
		return x, fmt.Errorf("%s is expected to be <, <=, > or >= a number, got %q", metric, text)
	}
	x.Value = value
	return x, nil
}

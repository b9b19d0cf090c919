package reports

import (
	"fmt"
	"strings"

	"hourglass.dev/hourglass/experiments"
)

// Violations returns which expectations a trial does not meet, in words.
// Baselines are expected nothing of. A metric that was not recorded meets no
// expectation.
func Violations(t Trial, expected []experiments.Expectation) []string {
	if t.Baseline() {
		return nil
	}
	var out []string
	for _, x := range expected {
		value, ok := metricOf(t.Record, x.Metric)
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s was not recorded, and %s is expected", x.Metric, x))
		case !x.Holds(value):
			out = append(out, fmt.Sprintf("%s is %s, and %s is expected", x.Metric, FormatNumber(value), x))
		}
	}
	return out
}

// violationNotes says which of a cell's trials do not meet an expectation.
func violationNotes(done []Trial, expected []experiments.Expectation, noun string) []string {
	var notes []string
	for _, x := range expected {
		var values []string
		n := 0
		for _, t := range done {
			value, ok := metricOf(t.Record, x.Metric)
			if t.Baseline() || ok && x.Holds(value) {
				continue
			}
			n++
			if ok {
				values = append(values, FormatNumber(value))
			}
		}
		if n == 0 {
			continue
		}
		note := fmt.Sprintf("not as expected: %s in %s", x, share(n, len(done), noun))
		if len(values) > 0 {
			note += ", but " + strings.Join(values, ", ")
		}
		notes = append(notes, note)
	}
	return notes
}

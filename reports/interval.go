package reports

import (
	"fmt"
	"strings"

	"hourglass.dev/hourglass/reports/internal/statistics"
)

// The statistics that a value can show.
const (
	Mean   = "mean"
	Median = "median"
)

// level is how much of the bootstrap distribution an interval holds.
const level = 0.95

// interval works out the ends of a value's interval where the layout asks for
// them: always beside a median, for which there is no standard deviation.
func (l Layout) interval(v *Value) {
	switch {
	case l.Statistic == Median:
		v.Low, v.High = statistics.MedianInterval(v.Each, level)
	case l.Intervals:
		v.Low, v.High = statistics.MeanInterval(v.Each, level)
	}
}

// shown returns a value and its spread in words: mean and standard deviation,
// or, in brackets, the interval. The spread is "" for a single trial.
func (t *Table) shown(v Value) (center, spread, brackets string) {
	if v.N() < 2 {
		return FormatNumber(t.center(v)), "", ""
	}
	if t.Statistic == Mean && !t.Intervals {
		center, spread = v.withDeviation()
		return center, spread, ""
	}
	width := (v.High - v.Low) / 4 // about a standard error
	center, _ = formatSpread(t.center(v), width)
	low, _ := formatSpread(v.Low, width)
	high, _ := formatSpread(v.High, width)
	return center, "", fmt.Sprintf(" [%s, %s]", low, high)
}

// withDeviation returns mean and standard deviation in words. The deviation of
// trials that differ in more than the seed says little of how certain the mean
// is, which then has a digit more, as has the deviation.
func (v Value) withDeviation() (mean, deviation string) {
	if !v.Merged {
		return formatSpread(v.Mean, v.Deviation)
	}
	mean, _ = formatSpread(v.Mean, v.Deviation/10)
	_, place, _ := strings.Cut(mean, ".")
	if strings.ContainsRune(mean, 'e') || v.Deviation == 0 {
		return formatSpread(v.Mean, v.Deviation)
	}
	return mean, decimal(v.Deviation, len(place))
}

// spreads tells whether there are intervals.
func (t *Table) spreads() bool { return t.Intervals || t.Statistic == Median }

// spreadFields returns the median and the ends of the interval for CSV.
func (v Value) spreadFields() []string {
	if v.N() == 0 {
		return make([]string, 3)
	}
	return []string{shortest(v.Median), shortest(v.Low), shortest(v.High)}
}

// spreadWords says what stands at a value, for captions.
func (t *Table) spreadWords() string {
	if t.Statistic == Mean && !t.Intervals {
		return "mean ± standard deviation"
	}
	return t.Statistic + " [95 % bootstrap interval]"
}

package registry

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Interval is a range of legal numbers, with open or closed ends.
type Interval struct {
	Low, High         float64
	LowOpen, HighOpen bool
}

// Contains tells whether v lies in the interval. NaN lies in none.
func (in Interval) Contains(v float64) bool {
	above := v > in.Low || (v == in.Low && !in.LowOpen)
	below := v < in.High || (v == in.High && !in.HighOpen)
	return above && below
}

func (in Interval) String() string {
	open, shut := "[", "]"
	if in.LowOpen {
		open = "("
	}
	if in.HighOpen {
		shut = ")"
	}
	return open + formatEnd(in.Low) + ", " + formatEnd(in.High) + shut
}

func formatEnd(v float64) string {
	if math.IsInf(v, 0) {
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(v, 'g', -1, 64)), "+")
	}
	return FormatNumber(v)
}

// parseInterval reads "[0, 1)" or "(0, inf)".
func parseInterval(text string) (Interval, error) {
	low, high, ok := strings.Cut(strings.Trim(text, "[]() "), ",")
	if !ok || len(text) < 2 || !strings.ContainsAny(text[:1], "[(") || !strings.ContainsAny(text[len(text)-1:], "])") {
		return Interval{}, fmt.Errorf("an interval such as [0, 1), got %q", text)
	}
	in := Interval{LowOpen: text[0] == '(', HighOpen: text[len(text)-1] == ')'}
	var err error
	if in.Low, err = strconv.ParseFloat(strings.TrimSpace(low), 64); err != nil {
		return Interval{}, err
	}
	if in.High, err = strconv.ParseFloat(strings.TrimSpace(high), 64); err != nil {
		return Interval{}, err
	}
	return in, nil
}

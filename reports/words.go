package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hourglass.dev/hourglass/store"
)

// states are the states in the order in which they are counted.
var states = []store.State{store.Done, store.Running, store.Waiting, store.Diverged, store.Failed}

// grouped returns a whole number with commas between thousands.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text
}

// scaled returns a number in three digits with the prefix of its size, as
// 412 M.
func scaled(v float64) string {
	for _, prefix := range []string{"", " k", " M", " G", " T"} {
		if v < 999.5 {
			if prefix == "" || v >= 99.95 {
				return strconv.FormatFloat(v, 'f', 0, 64) + prefix
			}
			return strconv.FormatFloat(v, 'f', 1, 64) + prefix
		}
		v /= 1000
	}
	return strconv.FormatFloat(v, 'f', 0, 64) + " P"
}

// bytesOf returns a size as 412 MB.
func bytesOf(n int64) string {
	text := scaled(float64(n))
	if !strings.Contains(text, " ") {
		text += " "
	}
	return text + "B"
}

// lasting returns a duration in the two largest units that it has: 0.8 s, 12 s,
// 3 min 20 s, 2 h 5 min, 3 d 4 h.
func lasting(seconds float64) string {
	if seconds < 9.95 {
		return strconv.FormatFloat(seconds, 'f', 1, 64) + " s"
	}
	total := int64(seconds + 0.5)
	minutes, hours, days := total/60, total/3600, total/86400
	two := func(large int64, unit string, small int64, of string) string {
		if small == 0 {
			return fmt.Sprintf("%d %s", large, unit)
		}
		return fmt.Sprintf("%d %s %d %s", large, unit, small, of)
	}
	switch {
	case days > 0:
		return two(days, "d", hours%24, "h")
	case hours > 0:
		return two(hours, "h", minutes%60, "min")
	case minutes > 0:
		return two(minutes, "min", total%60, "s")
	}
	return fmt.Sprintf("%d s", total)
}

// clipped returns text cut to a number of columns.
func clipped(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}

// counted returns a number with its noun: 1 trial, 2 trials.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(int64(n)) + " " + noun + "s"
}

// tally lists how many trials are in each state, those that there are.
func tally(count map[store.State]int) string {
	var words []string
	for _, state := range states {
		if n := count[state]; n > 0 {
			words = append(words, grouped(int64(n))+" "+string(state))
		}
	}
	return strings.Join(words, ", ")
}

// timestamp returns a time for JSON, null where it is zero.
func timestamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

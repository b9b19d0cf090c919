package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hourglass.dev/hourglass/store"
)

// figure is a value of a table in words: either numbers, or one word.
type figure struct {
	word             string // where there is no number
	mean, unit       string
	deviation, count string // "" where there is none
	best, tied       bool
	notes            []int
}

// figureOf puts value i of a cell into words. The notes of the cell stand at
// its first value. The number of trials stands there where it is not the same
// everywhere.
func (t *Table) figureOf(line Line, cell Cell, i int) figure {
	v, metric := cell.Values[i], t.Metrics[i]
	f := figure{best: v.Best, tied: v.Tied}
	if i == 0 {
		f.notes = append(f.notes, cell.Notes...)
	}
	f.notes = append(f.notes, v.Notes...)
	_, name, derived := isDerived(metric)
	switch {
	case v.N() == 0 && derived && (line.Baseline || len(v.Notes) == 0):
		f.word = " "
	case v.N() == 0:
		f.word = wordFor(cell, i)
	case name == gainOverPCA:
		f.mean, f.unit = percent(v), "%"
	case name == pcaDims:
		f.mean = span(v.Each)
	default:
		f.mean, f.deviation, f.unit = t.shown(v)
		if t.Repeats.Least != t.Repeats.Most && !line.Baseline {
			f.count = strconv.Itoa(v.N())
		}
	}
	return f
}

// wordFor says in a word why a cell has no number.
func wordFor(cell Cell, i int) string {
	if i > 0 || cell.States[store.Done] > 0 {
		return "-"
	}
	for _, state := range []store.State{store.Failed, store.Diverged, store.Running, store.Waiting} {
		if cell.States[state] > 0 {
			return string(state)
		}
	}
	return " " // no trial was asked for
}

// percent returns a gain with its sign, to a tenth, or in fewer digits where
// its spread supports no more.
func percent(v Value) string {
	text := decimal(100*v.Mean, 1)
	if v.Deviation > 0 {
		if coarse, _ := formatSpread(100*v.Mean, 100*v.Deviation); len(coarse) < len(text) {
			text = coarse
		}
	}
	if v.Mean > 0 {
		text = "+" + text
	}
	return text
}

// span returns the least and the most of whole numbers: 14–16.
func span(values []float64) string {
	least, most := slices.Min(values), slices.Max(values)
	if least == most {
		return FormatNumber(least)
	}
	return FormatNumber(least) + "–" + FormatNumber(most)
}

// inline returns the figure on its own, the best between marks, what is not
// told from it with a tilde, and note wrapping the numbers of its notes.
func (f figure) inline(before, after string, note func(string) string) string {
	text := strings.TrimSpace(f.word)
	if text == "" {
		text = f.mean + f.unit
		if f.deviation != "" {
			text += " ± " + f.deviation
		}
		if f.count != "" {
			text += " (" + f.count + ")"
		}
	}
	if f.best {
		text = before + text + after
	}
	if f.tied {
		text += " ~"
	}
	if len(f.notes) > 0 {
		text += note(noteNumbers(f.notes))
	}
	return text
}

func noteNumbers(notes []int) string {
	words := make([]string, len(notes))
	for i, n := range notes {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " ")
}

// superscript returns a text of digits, raised.
func superscript(text string) string {
	return strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", " ", "˒").Replace(text)
}

// aligned returns the figures of a column, all equally wide, with their decimal
// points and ± beneath each other. Stars mark the best.
func aligned(figures []figure) []string {
	var wide struct{ whole, part, deviationWhole, deviationPart, count, tail int }
	for _, f := range figures {
		grow(&wide.whole, &wide.part, f.mean+f.unit)
		grow(&wide.deviationWhole, &wide.deviationPart, f.deviation)
		wide.count = max(wide.count, len(f.count))
		wide.tail = max(wide.tail, utf8.RuneCountInString(f.tail()))
	}
	bodies := make([]string, len(figures))
	widest := 0
	for i, f := range figures {
		if bodies[i] = f.word; f.word == "" {
			bodies[i] = atPoint(f.mean, f.unit, wide.whole, wide.part)
			if wide.deviationWhole > 0 {
				sign := " ± "
				if f.deviation == "" {
					sign = "   "
				}
				bodies[i] += sign + atPoint(f.deviation, "", wide.deviationWhole, wide.deviationPart)
			}
			if wide.count > 0 {
				bodies[i] += fmt.Sprintf(" %*s", wide.count+2, bracketed(f.count))
			}
		}
		widest = max(widest, utf8.RuneCountInString(bodies[i]))
	}
	for i, f := range figures {
		if f.word != "" { // a word ends where the means do
			bodies[i] = fmt.Sprintf("%*s", wide.whole+wide.part, f.word)
		}
		bodies[i] = padded(strings.TrimRight(bodies[i], " ")+f.tail(), widest+wide.tail)
	}
	return bodies
}

// tail is what follows the number: the star of the best, or the tilde of what is
// not told from it, and its notes.
func (f figure) tail() string {
	tail := ""
	if f.best {
		tail = "*"
	}
	if f.tied {
		tail = "~"
	}
	if len(f.notes) > 0 {
		tail += superscript(noteNumbers(f.notes))
	}
	return tail
}

func bracketed(count string) string {
	if count == "" {
		return ""
	}
	return "(" + count + ")"
}

// grow widens a column to what stands before and after a number's point.
func grow(whole, part *int, number string) {
	before, after := atDot(number)
	*whole, *part = max(*whole, utf8.RuneCountInString(before)), max(*part, utf8.RuneCountInString(after))
}

// atDot splits a number before its decimal point.
func atDot(number string) (before, after string) {
	if i := strings.IndexAny(number, ".e%"); i >= 0 {
		return number[:i], number[i:]
	}
	return number, ""
}

// atPoint pads a number and its unit so that the decimal point stands after
// whole columns.
func atPoint(number, unit string, whole, part int) string {
	before, after := atDot(number + unit)
	return strings.Repeat(" ", whole-utf8.RuneCountInString(before)) + before + padded(after, part)
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

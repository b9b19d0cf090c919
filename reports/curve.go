package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mostEpochs is how many epochs of a curve are shown as numbers.
const mostEpochs = 12

// writeCurve writes a sparkline for each metric of the curve, with where it
// began, ended and was best, and a table of some epochs.
func (s *Sheet) writeCurve(out *strings.Builder) error {
	if len(s.Curve) == 0 {
		return nil
	}
	names := s.curveMetrics()
	widest := 0
	for _, name := range names {
		widest = max(widest, len(name))
	}
	out.WriteString("\ncurve\n")
	for _, name := range names {
		first, last := s.stretch(name)
		values := s.along(name)[first : last+1]
		fmt.Fprintf(out, "  %-*s  %s  %s → %s%s\n", widest, name, sparkline(values, 32),
			inCurve(values[0]), inCurve(values[len(values)-1]), s.bestOf(name, values, first))
	}
	out.WriteString("\n")
	g := s.epochs(names)
	var table strings.Builder
	if err := g.text(&table); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		out.WriteString(" " + line)
	}
	return nil
}

// stretch returns the indices of the first and last epoch that a metric belongs
// to: pretraining has other metrics than what follows it.
func (s *Sheet) stretch(metric string) (first, last int) {
	first = -1
	for i, e := range s.Curve {
		_, has := e.Metrics[metric]
		if !has && !slices.Contains(e.NotFinite, metric) {
			continue
		}
		if last = i; first < 0 {
			first = i
		}
	}
	return max(first, 0), last
}

// along returns a metric epoch by epoch, NaN where there is none.
func (s *Sheet) along(metric string) []float64 {
	values := make([]float64, len(s.Curve))
	for i, e := range s.Curve {
		v, ok := e.Metrics[metric]
		if values[i] = v; !ok {
			values[i] = math.NaN()
		}
	}
	return values
}

// bestOf says where a metric was best, given its values from the epoch with the
// index first on, unless that is at its end or there is no telling.
func (s *Sheet) bestOf(metric string, values []float64, first int) string {
	best := -1
	direction := DirectionOf(metric)
	for i, v := range values {
		if !math.IsNaN(v) && (best < 0 || direction.Better(v, values[best])) {
			best = i
		}
	}
	if best < 0 || direction == Neither || best == len(values)-1 {
		return ""
	}
	return fmt.Sprintf(", best %s in epoch %d", inCurve(values[best]), s.Curve[first+best].Epoch)
}

// epochs lays out the epochs that are shown: the first, the last, and others
// evenly between them.
func (s *Sheet) epochs(metrics []string) *grid {
	n := min(len(s.Curve), mostEpochs)
	rows := make([]int, n)
	for i := range rows {
		if n > 1 {
			rows[i] = (i*(len(s.Curve)-1) + (n-1)/2) / (n - 1)
		}
	}
	g := &grid{}
	cells := func(text func(i int) string) []string {
		column := make([]string, n)
		for k, i := range rows {
			column[k] = text(i)
		}
		return column
	}
	g.add("epoch", false, cells(func(i int) string { return strconv.Itoa(s.Curve[i].Epoch) }))
	for _, name := range metrics {
		values := s.along(name)
		figures := make([]figure, n)
		for k, i := range rows {
			if figures[k].mean = inCurve(values[i]); math.IsNaN(values[i]) {
				figures[k] = figure{word: "-"}
			}
			if slices.Contains(s.Curve[i].NotFinite, name) {
				figures[k] = figure{word: "×"}
			}
		}
		g.add(name, false, aligned(figures))
	}
	g.add("seconds", false, cells(func(i int) string { return strconv.FormatFloat(s.Curve[i].Seconds, 'f', 1, 64) }))
	g.add("weights", true, cells(func(i int) string { return short(s.Curve[i].Digest) }))
	return g
}

// curveMetrics returns the metrics that the curve has in some epoch.
func (s *Sheet) curveMetrics() []string {
	all := map[string]float64{}
	for _, e := range s.Curve {
		maps.Copy(all, e.Metrics)
		for _, name := range e.NotFinite {
			all[name] = 0
		}
	}
	return sortedMetrics(all)
}

// sortedMetrics returns the names of metrics: those of train, validation and
// test, and in each loss and objective first, the others in alphabetical order.
func sortedMetrics(metrics map[string]float64) []string {
	rankOf := func(name string) int {
		split, bare, _ := strings.Cut(name, ".")
		rank := slices.Index([]string{"train", "validation", "test"}, split)
		if rank < 0 {
			rank = 3
		}
		within := slices.Index([]string{"loss", "objective", "mse"}, bare)
		if within < 0 {
			within = 3
		}
		return 4*rank + within
	}
	return slices.SortedFunc(maps.Keys(metrics), func(a, b string) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a, b))
	})
}

// inCurve returns a value of a curve, × where it was not finite.
func inCurve(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "×"
	}
	return FormatNumber(v)
}

// sixDigits returns a number in six significant digits, without zeros at its
// end.
func sixDigits(v float64) string {
	text := strconv.FormatFloat(v, 'g', 6, 64)
	mantissa, exponent, scientific := strings.Cut(text, "e")
	if !scientific {
		return text
	}
	power, _ := strconv.Atoi(exponent)
	return mantissa + "e" + strconv.Itoa(power)
}

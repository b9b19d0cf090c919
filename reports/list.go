package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/store"
)

// Listing is a table with a line for each trial.
type Listing struct {
	trials  []Trial
	columns []column
}

// column is a column of a listing: cells for people, and in full for CSV.
type column struct {
	name, head  string // in full, and for people
	left        bool
	label       bool // a value of a path, which may be cut short
	cells, full []string
}

// labelWidths are how many columns of a terminal a value of a path may fill:
// the first with which the listing is narrow enough, or the last.
var labelWidths = []int{32, 24, 16, 12}

// List makes a listing of trials: id, state, the experiment where there are
// several, the case where there are cases, family, the values of paths, the
// seed, and metrics. Without paths these are all that the trials' experiments
// sweep; without metrics, test.mse and the gain over PCA. With onlyChanged,
// columns that are the same for all trials are left out.
func List(trials []Trial, paths, metrics []string, onlyChanged bool) *Listing {
	if len(paths) == 0 {
		paths = sweptIn(trials)
	}
	if len(metrics) == 0 {
		metrics = ListMetrics()
	}
	l := &Listing{trials: trials}
	l.add("id", func(t Trial) string { return t.ID })
	for i, id := range l.columns[0].full {
		l.columns[0].cells[i] = short(id)
	}
	l.columns[0].left = true
	l.add("state", func(t Trial) string { return string(t.State) })
	for _, path := range slices.Concat([]string{"experiment", "case", "family"}, paths) {
		l.add(path, func(t Trial) string { return valuesIn(t, path) })
		l.columns[len(l.columns)-1].label = true
	}
	l.add("seed", func(t Trial) string {
		if t.Baseline() {
			return ""
		}
		return strconv.Itoa(*t.Seed)
	})
	for _, metric := range metrics {
		l.addMetric(metric)
	}
	l.columns = slices.DeleteFunc(l.columns, func(c column) bool { return l.says(c) < 1+b2i(onlyChanged) })
	return l
}

// ListMetrics are the metrics that a listing shows where none are asked for.
func ListMetrics() []string { return []string{"test.mse", "test." + gainOverPCA} }

// says grades how much a column tells: 0 nothing, 1 the same of all trials, 2
// something of each. What a trial belongs to by itself is an experiment's name.
func (l *Listing) says(c column) int {
	values := slices.Compact(slices.Sorted(slices.Values(c.full)))
	named := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	switch {
	case c.name == "id" || c.name == "state":
		return 2
	case len(named) == 0 || c.name == "experiment" && len(named) == 1:
		return 0
	case len(values) == 1 && len(l.trials) > 1:
		return 1
	}
	return 2
}

// add appends a column of words, or of numbers where all are.
func (l *Listing) add(name string, value func(Trial) string) {
	c := column{name: name, head: name}
	for _, t := range l.trials {
		full := value(t)
		if _, err := strconv.ParseFloat(full, 64); err != nil && full != "" {
			c.left = true
		}
		c.full = append(c.full, full)
	}
	c.cells = slices.Clone(c.full)
	l.columns = append(l.columns, c)
}

// addMetric adds a column of a metric, with its decimal points in line.
func (l *Listing) addMetric(metric string) {
	_, name, _ := isDerived(metric)
	head := metric
	if short, ok := shortNames[name]; ok {
		head = short
	}
	figures := make([]figure, len(l.trials))
	c := column{name: metric, head: head, full: make([]string, len(l.trials))}
	for i, t := range l.trials {
		v, ok := metricOf(t.Record, metric)
		switch {
		case !ok:
			figures[i].word = " "
			continue
		case name == gainOverPCA:
			figures[i].mean, figures[i].unit = percent(Value{Mean: v}), "%"
		default:
			figures[i].mean = FormatNumber(v)
		}
		c.full[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	c.cells = aligned(figures)
	l.columns = append(l.columns, c)
}

// sweptIn returns the paths that the trials' experiments sweep, in alphabetical
// order.
func sweptIn(trials []Trial) []string {
	paths := map[string]bool{}
	for _, t := range trials {
		for _, place := range t.Places {
			for path := range place.Values {
				paths[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// valuesIn returns the values that a trial has at a path in its places, which
// are several where different settings turned out equal. A baseline has only
// those on which it depends.
func valuesIn(t Trial, path string) string {
	var values []string
	for _, place := range t.places() {
		if value, ok := valueAt(t, place, path); ok && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return strings.Join(values, " | ")
}

// grid lays the listing out, values of paths cut so that it fits where it can.
func (l *Listing) grid() *grid {
	g := &grid{}
	for _, width := range labelWidths {
		g = &grid{}
		for _, c := range l.columns {
			cells := slices.Clone(c.cells)
			for i := range cells {
				if c.label {
					cells[i] = clipped(cells[i], width)
				}
			}
			g.add(c.head, c.left, cells)
		}
		if g.width() <= mostWidth {
			break
		}
	}
	return g
}

// Text writes the listing for a terminal, with a count of states beneath.
func (l *Listing) Text(w io.Writer) error {
	if len(l.trials) == 0 {
		_, err := fmt.Fprintln(w, "no trials")
		return err
	}
	if err := l.grid().text(w); err != nil {
		return err
	}
	count := map[store.State]int{}
	for _, t := range l.trials {
		count[t.State]++
	}
	_, err := fmt.Fprintf(w, "\n%s: %s\n", counted(len(l.trials), "trial"), tally(count))
	return err
}

// Markdown writes the listing in GitHub's Markdown.
func (l *Listing) Markdown(w io.Writer) error { return l.grid().markdown(w) }

// CSV writes the listing with ids and numbers in full.
func (l *Listing) CSV(w io.Writer) error {
	rows := make([][]string, len(l.trials)+1)
	for _, c := range l.columns {
		rows[0] = append(rows[0], c.name)
		for i, value := range c.full {
			rows[i+1] = append(rows[i+1], value)
		}
	}
	if err := csv.NewWriter(w).WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// JSON writes an object a trial, one a line.
func (l *Listing) JSON(w io.Writer) error {
	for _, t := range l.trials {
		if err := writeJSON(w, trialJSONOf(t)); err != nil {
			return err
		}
	}
	return nil
}

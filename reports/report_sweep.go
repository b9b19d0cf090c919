package reports

import (
	"fmt"
	"slices"
	"strconv"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports/internal/statistics"
)

// mostLines is how many settings parallel coordinates show.
const mostLines = 400

// sweep shows how the metric depends on the axes of the sweep: two as a heat
// map, more as parallel coordinates. One axis needs no picture of its own.
func (g *gathering) sweep() []Chart {
	paths := g.varying()
	switch {
	case len(g.ranked()) < 2:
		return nil
	case len(paths) == 2:
		return []Chart{g.heat(paths[0], paths[1])}
	case len(paths) > 2:
		return []Chart{g.parallel(paths)}
	}
	return nil
}

// heat is a cell for each pair of values, with the mean over all that differs
// in neither.
func (g *gathering) heat(across, down string) Chart {
	chart := Chart{
		Name: "heat-map", Title: fmt.Sprintf("%s by %s and %s", g.metric, across, down), Kind: Heat, Value: g.metric,
		X: Axis{Label: across, Names: g.valuesOf(across)}, Y: Axis{Label: down, Names: g.valuesOf(down)},
		Command: fmt.Sprintf("%s --rows %s --columns %s --metric %s", g.commands.Compare, down, across, g.metric),
		About:   fmt.Sprintf("The mean of %s for each pair of %s and %s; %s is better.", g.metric, across, down, DirectionOf(g.metric)),
	}
	cells := make([][]float64, len(chart.X.Names)*len(chart.Y.Names))
	for _, x := range g.groups {
		for _, place := range x.trials[0].places() {
			first, _ := valueAt(x.trials[0], place, across)
			second, _ := valueAt(x.trials[0], place, down)
			i := slices.Index(chart.Y.Names, second)*len(chart.X.Names) + slices.Index(chart.X.Names, first)
			cells[i] = append(cells[i], x.value.Each...)
		}
	}
	series := Series{Name: g.metric}
	for i, values := range cells {
		if len(values) == 0 {
			continue
		}
		mean, _ := statistics.Mean(values)
		column, row := i%len(chart.X.Names), i/len(chart.X.Names)
		series.Points = append(series.Points, Point{X: float64(column), Y: float64(row), Low: mean, Label: FormatNumber(mean)})
	}
	chart.Series = []Series{series}
	return chart
}

// parallel is a line for each setting across the axes of the sweep to the
// metric.
func (g *gathering) parallel(paths []string) Chart {
	chart := Chart{
		Name: "parallel", Title: "The sweep, setting by setting", Kind: Parallel, Value: g.metric, Command: g.commands.List + " --metric " + g.metric,
		About: fmt.Sprintf("A line for each setting, across the values that it has, to its mean %s; %s is better.", g.metric, DirectionOf(g.metric)),
	}
	for _, path := range paths {
		chart.Axes = append(chart.Axes, Axis{Label: path, Names: g.valuesOf(path)})
	}
	ranked := g.ranked()
	if len(ranked) > mostLines {
		chart.About += fmt.Sprintf(" Drawn are the best %d of %d.", mostLines, len(ranked))
		ranked = ranked[:mostLines]
	}
	means := make([]float64, len(ranked))
	for i, x := range ranked {
		series := Series{Name: x.label}
		for j, path := range paths {
			value, _ := valueAt(x.trials[0], x.place, path)
			series.Points = append(series.Points, Point{X: float64(j), Y: float64(slices.Index(chart.Axes[j].Names, value))})
		}
		means[i] = x.value.Mean
		series.Points = append(series.Points, Point{X: float64(len(paths)), Y: means[i]})
		chart.Series = append(chart.Series, series)
	}
	chart.Axes = append(chart.Axes, Axis{Label: g.metric, Log: wide(means, 8)})
	return chart
}

// Health is what surrounds the results: signs of trouble, and how many trials
// show them.
type Health struct {
	Metrics []HealthMetric
	// Troubles are notes, violated expectations and trials that did not end
	// well, with the ids of the trials that they are about.
	Troubles []Trouble
}

// HealthMetric is a metric of health over all trials that have it.
type HealthMetric struct {
	Name              string
	N                 int
	Least, Mean, Most float64
}

// Trouble is something that is to be known of some trials.
type Trouble struct {
	Text string
	IDs  []string
}

func (g *gathering) health() Health {
	var h Health
	values := map[string][]float64{}
	for _, t := range g.trials {
		for name, v := range t.Metrics {
			if split, _, _ := cutSplit(name); split == "health" && !t.Baseline() {
				values[name] = append(values[name], v)
			}
		}
		for _, text := range troublesOf(t, g.experiment.Expect) {
			h.add(text, t.ID)
		}
	}
	for _, name := range sortedMetrics(keyed(values)) {
		slices.Sort(values[name]) // so that the mean does not depend on an order
		mean, _ := statistics.Mean(values[name])
		h.Metrics = append(h.Metrics, HealthMetric{name, len(values[name]), values[name][0], mean, values[name][len(values[name])-1]})
	}
	return h
}

func keyed(values map[string][]float64) map[string]float64 {
	out := map[string]float64{}
	for name := range values {
		out[name] = 0
	}
	return out
}

// troublesOf returns what is to be known of a trial beside its numbers.
func troublesOf(t Trial, expected []experiments.Expectation) []string {
	var texts []string
	switch t.State {
	case "diverged":
		texts = append(texts, "diverged: the loss stopped being finite")
	case "failed":
		texts = append(texts, "failed: "+failures([]Trial{t}))
	case "done":
		texts = append(texts, t.Notes...)
		for _, x := range expected {
			if len(Violations(t, []experiments.Expectation{x})) > 0 {
				texts = append(texts, "not as expected: "+x.String())
			}
		}
	}
	return texts
}

func (h *Health) add(text, id string) {
	for i := range h.Troubles {
		if h.Troubles[i].Text == text {
			h.Troubles[i].IDs = append(h.Troubles[i].IDs, id)
			return
		}
	}
	h.Troubles = append(h.Troubles, Trouble{text, []string{id}})
}

// String says how many trials something is about, and which.
func (t Trouble) String() string {
	const most = 4
	text := t.Text + " (" + counted(len(t.IDs), "trial") + ":"
	for _, id := range t.IDs[:min(len(t.IDs), most)] {
		text += " " + short(id)
	}
	if len(t.IDs) > most {
		text += " and " + strconv.Itoa(len(t.IDs)-most) + " more"
	}
	return text + ")"
}

package reports

import (
	"fmt"
	"math"
	"slices"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// How much a chart of curves holds: settings that are drawn at once, settings
// that can be asked for beside them, and points of a curve.
const (
	mostDrawn  = 12
	mostAside  = 60
	mostPoints = 64
)

// curveMetrics are what learning curves are drawn of.
var curveMetrics = []string{"train.loss", "train.objective", "validation.loss", "validation.objective"}

// curves returns the charts of the learning curves: one for each metric, and
// for each kind of loss, as losses of different kinds have different scales.
func (g *gathering) curves() ([]Chart, error) {
	groups, aside := g.drawn()
	rows := make([][][]store.Epoch, len(groups))
	for i, x := range groups {
		for _, t := range x.trials {
			if t.Created.IsZero() { // the store does not know it yet
				continue
			}
			curve, err := g.store.Epochs(t.ID)
			if err != nil {
				return nil, fmt.Errorf("read curves: %w", err)
			}
			if len(curve) > 0 {
				rows[i] = append(rows[i], curve)
			}
		}
	}
	var charts []Chart
	for _, loss := range lossesOf(groups) {
		for _, metric := range curveMetrics {
			chart := g.curve(metric, loss, groups, rows, aside)
			if len(chart.Series) > 0 && !repeats(chart, charts) {
				charts = append(charts, chart)
			}
		}
	}
	return charts, nil
}

// drawn returns the settings of which curves are shown, the best first where
// there are many, and how many of them are drawn at once.
func (g *gathering) drawn() (groups []group, atOnce int) {
	groups = slices.Clone(g.groups)
	if len(groups) > mostDrawn {
		groups = g.ranked()
		for _, x := range g.groups { // those without result come last
			if x.value.N() == 0 {
				groups = append(groups, x)
			}
		}
	}
	return groups[:min(len(groups), mostDrawn+mostAside)], mostDrawn
}

// lossesOf returns the losses that settings are trained with, "" where it is
// one, in the order of the sweep.
func lossesOf(groups []group) []string {
	var losses []string
	for _, x := range groups {
		if loss := lossOf(x); !slices.Contains(losses, loss) {
			losses = append(losses, loss)
		}
	}
	if len(losses) < 2 {
		return []string{""}
	}
	return losses
}

func lossOf(x group) string {
	loss, _ := experiments.Lookup(x.trials[0].Setting, "loss")
	if reduce, _ := experiments.Lookup(x.trials[0].Setting, "loss.reduce"); reduce == "sum" {
		loss += ", summed"
	}
	return loss
}

func (g *gathering) curve(metric, loss string, groups []group, rows [][][]store.Epoch, atOnce int) Chart {
	chart := Chart{
		Name: "curve-" + slug(metric), Title: metric + " by epoch", Kind: Lines,
		X: Axis{Label: "epoch"}, Y: Axis{Label: metric}, Command: "hourglass show ID --json",
	}
	if loss != "" {
		chart.Name += "-" + slug(loss)
		chart.Title += ", loss " + loss
	}
	repeated := false
	for i, x := range groups {
		if loss != "" && lossOf(x) != loss {
			continue
		}
		points := meanCurve(rows[i], metric, len(chart.Series) < atOnce)
		if len(points) == 0 {
			continue
		}
		repeated = repeated || len(rows[i]) > 1
		chart.Series = append(chart.Series, Series{
			Name: x.label, Mark: Joined, Colour: len(chart.Series), Points: points, Aside: len(chart.Series) >= atOnce,
		})
	}
	chart.Y.Log = wide(ys(chart.Shown()), 8)
	chart.About = aboutCurves(chart, repeated, len(g.groups))
	return chart
}

func aboutCurves(chart Chart, repeated bool, settings int) string {
	about := fmt.Sprintf("How %s falls over the epochs, a line for each setting", chart.Y.Label)
	if repeated {
		about += ": the mean over its seeds, with the range of the seeds shaded"
	}
	about += "."
	if shown := len(chart.Shown()); shown < len(chart.Series) {
		about += fmt.Sprintf(" Drawn are the best %d of %s; others can be switched on in the legend.", shown, counted(settings, "setting"))
	}
	if chart.Y.Log {
		about += " The scale is logarithmic."
	}
	return about
}

// meanCurve returns the mean of a metric over the seeds epoch by epoch, as far
// as all of them have it, with their range where spread asks for it.
func meanCurve(curves [][]store.Epoch, metric string, spread bool) []Point {
	n := -1
	for _, curve := range curves {
		if n < 0 || len(curve) < n {
			n = len(curve)
		}
	}
	var points []Point
	for _, i := range evenly(max(n, 0), mostPoints) {
		var values []float64
		for _, curve := range curves {
			if v, ok := curve[i].Metrics[metric]; ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
				values = append(values, v)
			}
		}
		if len(values) < len(curves) {
			continue
		}
		mean, _ := statistics.Mean(values)
		p := Point{X: float64(curves[0][i].Epoch), Y: mean}
		if spread && len(values) > 1 {
			p.Low, p.High = slices.Min(values), slices.Max(values)
		}
		points = append(points, p)
	}
	return points
}

// evenly returns at most most of the numbers below n: the first, the last, and
// others evenly between them.
func evenly(n, most int) []int {
	count := min(n, most)
	out := make([]int, count)
	for i := range out {
		if count > 1 {
			out[i] = (i*(n-1) + (count-1)/2) / (count - 1)
		}
	}
	return out
}

// repeats tells whether a chart shows the same numbers as one before it, as
// objective and loss are without penalties.
func repeats(chart Chart, before []Chart) bool {
	return slices.ContainsFunc(before, func(other Chart) bool {
		return slices.EqualFunc(chart.Series, other.Series, func(a, b Series) bool {
			return a.Name == b.Name && slices.Equal(a.Points, b.Points)
		})
	})
}

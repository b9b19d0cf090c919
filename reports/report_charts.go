package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/store"
)

// charts returns all charts of the report, in its order. One that would show
// nothing is left out.
func (g *gathering) charts() ([]Chart, error) {
	curves, err := g.curves()
	if err != nil {
		return nil, err
	}
	all := append([]Chart{g.byCode(), g.bySize()}, g.sweep()...)
	all = append(append(all, g.seeds()), curves...)
	return slices.DeleteFunc(all, func(c Chart) bool { return len(c.Series) == 0 }), nil
}

// slug returns a name for a file.
func slug(text string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, text), "-")
}

// mostNames is how many settings stand beneath each other in a chart.
const mostNames = 40

// seeds shows the metric of each trial, setting by setting, the best on top.
func (g *gathering) seeds() Chart {
	chart := Chart{
		Name: "settings", Title: g.metric + " of each setting", Kind: Lines, Command: g.commands.List + " --metric " + g.metric,
		X: Axis{Label: g.metric},
	}
	ranked := g.ranked()
	if len(ranked) == 0 || len(ranked) > mostNames {
		return chart
	}
	dots, means := Series{Name: "one seed", Mark: Dots}, Series{Name: "mean", Mark: Squares, Colour: 1}
	for i, x := range slices.Backward(ranked) {
		at := float64(len(ranked) - 1 - i)
		chart.Y.Names = append(chart.Y.Names, x.label)
		for _, v := range x.value.Each {
			dots.Points = append(dots.Points, Point{X: v, Y: at})
		}
		means.Points = append(means.Points, Point{X: x.value.Mean, Y: at})
	}
	chart.Series = []Series{dots}
	chart.About = fmt.Sprintf("The %s of each setting, one seed each; the best on top.", g.metric)
	if len(dots.Points) > len(means.Points) {
		chart.Series = append(chart.Series, means)
		chart.About = fmt.Sprintf("The %s of each trial, a dot for each seed, and the mean of each setting as a square; the best on top.", g.metric)
	}
	chart.X.Log = wide(xs(chart.Series), 20)
	return chart
}

// byCode shows the metric against the code size, a line for all settings that
// differ in nothing else, with PCA's curve beneath.
func (g *gathering) byCode() Chart {
	chart := Chart{
		Name: "code-size", Title: g.metric + " against code size", Kind: Lines, Command: g.commands.Compare + " --rows model.code --metric " + g.metric,
		X: Axis{Label: "code size"}, Y: Axis{Label: g.metric},
	}
	at := map[string]int{}
	sizes := map[float64]bool{}
	for _, x := range g.groups {
		code, ok := codeOf(x.trials[0])
		if !ok || x.value.N() == 0 {
			continue
		}
		sizes[code] = true
		label := x.labelWithout(g.varying(), "model.code")
		i, known := at[label]
		if !known {
			i = len(chart.Series)
			at[label] = i
			chart.Series = append(chart.Series, Series{Name: label, Mark: Joined, Colour: i, Aside: i >= mostDrawn})
		}
		chart.Series[i].Points = append(chart.Series[i].Points, pointOf(code, x.value))
	}
	if len(chart.Series) == 0 || len(sizes) < 2 && g.ladder == nil {
		chart.Series = nil
		return chart
	}
	for _, s := range chart.Series {
		slices.SortStableFunc(s.Points, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
	}
	chart.Series = append(chart.Series, g.pcaByCode(chart)...)
	chart.X.Log, chart.Y.Log = wide(xs(chart.Series), 4), wide(ys(chart.Series), 8)
	chart.About = g.aboutCode(chart.Series)
	return chart
}

// aboutCode says what a chart by code size shows.
func (g *gathering) aboutCode(series []Series) string {
	about := fmt.Sprintf("How %s depends on the code size", g.metric)
	if slices.ContainsFunc(series, func(s Series) bool { return s.Mark == Dashed }) {
		about += ", and what PCA leaves with as many components (dashed)"
	}
	about += "."
	if slices.ContainsFunc(series, func(s Series) bool { return slices.ContainsFunc(s.Points, Point.Spread) }) {
		about += " The range of the seeds is marked around their mean."
	}
	return about
}

// labelWithout names the setting by what varies but one path.
func (x group) labelWithout(paths []string, without string) string {
	return labelAt(x.trials[0], x.place, slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == without }))
}

// pointOf returns the mean of a value with the range of its seeds.
func pointOf(x float64, v Value) Point {
	p := Point{X: x, Y: v.Mean}
	if v.N() > 1 {
		p.Low, p.High = slices.Min(v.Each), slices.Max(v.Each)
	}
	return p
}

// pcaByCode is PCA's curve: with every number of components around the code
// sizes where it is known, else at the sizes that were run.
func (g *gathering) pcaByCode(chart Chart) []Series {
	pca := Series{Name: "PCA", Mark: Dashed, Colour: -1}
	values := xs(chart.Series)
	if g.ladder != nil {
		most := min(len(g.ladder)-1, int(math.Ceil(1.5*slices.Max(values)))+2)
		for _, i := range evenly(most, mostPoints) {
			if v := g.ladder[i+1]; v > roundingOf*g.ladder[0] {
				pca.Points = append(pca.Points, Point{X: float64(i + 1), Y: v})
			}
		}
		return []Series{pca}
	}
	for _, t := range g.baselines {
		code, ok := codeOf(t)
		if v, has := metricOf(t.Record, g.metric); ok && has && t.Family == "pca" && t.State == store.Done {
			pca.Points = append(pca.Points, Point{X: code, Y: v})
		}
	}
	slices.SortStableFunc(pca.Points, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
	if len(pca.Points) == 0 {
		return nil
	}
	return []Series{pca}
}

// bySize shows the metric against the number of parameters, with the Pareto
// front: the settings that no other beats in both.
func (g *gathering) bySize() Chart {
	chart := Chart{
		Name: "pareto", Title: g.metric + " against size", Kind: Lines, Command: g.commands.List + " --metric " + g.metric + ",parameters",
		X: Axis{Label: "parameters"}, Y: Axis{Label: g.metric},
	}
	direction := DirectionOf(g.metric)
	settings := Series{Name: "settings", Mark: Dots}
	for _, x := range g.groups {
		if size := parametersOf(x); size > 0 && x.value.N() > 0 {
			p := pointOf(size, x.value)
			p.Label = x.label
			settings.Points = append(settings.Points, p)
		}
	}
	if len(settings.Points) < 2 || direction == Neither {
		return chart
	}
	front := Series{Name: "Pareto front", Mark: Stepped, Colour: 1, Points: frontOf(settings.Points, direction)}
	chart.Series = []Series{settings, front}
	pca := Series{Name: "PCA", Mark: Squares, Colour: -1}
	for _, t := range g.baselines {
		if v, ok := metricOf(t.Record, g.metric); ok && t.Family == "pca" && t.Parameters > 0 {
			code, _ := codeOf(t)
			pca.Points = append(pca.Points, Point{X: float64(t.Parameters), Y: v, Label: "PCA, code " + strconv.Itoa(int(code))})
		}
	}
	if len(pca.Points) > 0 {
		chart.Series = append(chart.Series, pca)
	}
	chart.X.Log, chart.Y.Log = wide(xs(chart.Series), 4), wide(ys(chart.Series), 8)
	chart.About = fmt.Sprintf("What %s costs in parameters. On the Pareto front are %s, from small to large: %s.",
		g.metric, counted(len(front.Points), "setting"), labelsOf(front.Points))
	return chart
}

// parametersOf is the size of the nets of a setting, 0 where none is known.
func parametersOf(x group) float64 {
	for _, t := range x.trials {
		if t.Parameters > 0 {
			return float64(t.Parameters)
		}
	}
	return 0
}

// frontOf returns the points that none of at most the same X is better than,
// by X.
func frontOf(points []Point, direction Direction) []Point {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b Point) int {
		order := cmp.Compare(a.Y, b.Y)
		if direction == Higher {
			order = -order
		}
		return cmp.Or(cmp.Compare(a.X, b.X), order)
	})
	var front []Point
	for _, p := range sorted {
		if len(front) == 0 || direction.Better(p.Y, front[len(front)-1].Y) {
			front = append(front, p)
		}
	}
	return front
}

// labelsOf lists the labels of points, not more than can be read.
func labelsOf(points []Point) string {
	const most = 6
	var labels []string
	for _, p := range points[:min(len(points), most)] {
		labels = append(labels, p.Label)
	}
	if len(points) > most {
		labels = append(labels, "and "+strconv.Itoa(len(points)-most)+" more")
	}
	return strings.Join(labels, "; ")
}

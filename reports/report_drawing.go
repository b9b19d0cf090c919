package reports

import (
	"maps"
	"math"
	"slices"
)

// drawing is a chart as evaluations keep it.
type drawing struct {
	Kind    string       `json:"kind"` // line, scatter, bars or series
	Title   string       `json:"title"`
	X       string       `json:"x"`
	Y       string       `json:"y"`
	Points  [][2]float64 `json:"points"`
	Labels  []int        `json:"labels"` // of each point, an index into Classes
	Classes []string     `json:"classes"`
	Series  *course      `json:"series"` // in place of points, where the kind is series
}

// chartOf begins the chart of a drawing, without its points.
func chartOf(name string, d drawing) Chart {
	kind := Lines
	if d.Kind == "bars" {
		kind = Bars
	}
	return Chart{Name: slug(name), Evaluation: true, Title: d.Title, Kind: kind, X: Axis{Label: d.X}, Y: Axis{Label: d.Y}}
}

// classes turns labelled points into a series for each class.
func classes(d drawing) []Series {
	byClass := map[int]*Series{}
	var order []int
	for _, i := range evenly(len(d.Points), mostScatter) {
		class := classAt(d, i)
		s := byClass[class]
		if s == nil {
			s = &Series{Name: className(d, class), Mark: Dots, Colour: max(class, 0)}
			byClass[class] = s
			order = append(order, class)
		}
		s.Points = append(s.Points, Point{X: d.Points[i][0], Y: d.Points[i][1]})
	}
	slices.Sort(order)
	var series []Series
	for _, class := range order {
		series = append(series, *byClass[class])
	}
	return series
}

func classAt(d drawing, i int) int {
	if len(d.Labels) == 0 {
		return -1
	}
	return d.Labels[i]
}

func className(d drawing, class int) string {
	if class < 0 || class >= len(d.Classes) {
		return "examples"
	}
	return d.Classes[class]
}

// histograms counts the values of each class in bins that all share.
func histograms(d drawing) []Series {
	const bins = 32
	least, most := math.Inf(1), math.Inf(-1)
	counts, sizes := map[int][]float64{}, map[int]float64{}
	for _, p := range d.Points {
		least, most = min(least, p[1]), max(most, p[1])
	}
	width := (most - least) / bins
	for i, p := range d.Points {
		class := classAt(d, i)
		if counts[class] == nil {
			counts[class] = make([]float64, bins)
		}
		bin := 0
		if width > 0 {
			bin = min(int((p[1]-least)/width), bins-1)
		}
		counts[class][bin]++
		sizes[class]++
	}
	var series []Series
	for _, class := range slices.Sorted(maps.Keys(sizes)) {
		s := Series{Name: className(d, class), Mark: Joined, Colour: max(class, 0)}
		for bin, n := range counts[class] {
			s.Points = append(s.Points, Point{X: least + (float64(bin)+0.5)*width, Y: n / sizes[class]})
		}
		series = append(series, s)
	}
	return series
}

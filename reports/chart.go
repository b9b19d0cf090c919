package reports

import (
	"math"
	"strconv"
)

// Chart is a chart as finished data: the page draws it, and so do SVG and PNG.
type Chart struct {
	Name    string // of its files
	Title   string
	About   string // what it shows, for those who do not see it too
	Command string // prints the numbers in it
	Kind    ChartKind
	X, Y    Axis
	Axes    []Axis // of Parallel
	Value   string // of Heat: what the colours are
	Series  []Series
	// Evaluation says that it shows what an evaluation found.
	Evaluation bool
	// Spans are stretches of X that are shaded, both ends included; SpansName is
	// what they are.
	Spans     [][2]float64 `json:",omitempty"`
	SpansName string       `json:",omitempty"`
}

// ChartKind says how a chart is drawn.
type ChartKind string

// The kinds of charts.
const (
	Lines    ChartKind = "lines"    // series of points in order, joined or not
	Heat     ChartKind = "heat"     // a cell for each pair of names, coloured by its value
	Parallel ChartKind = "parallel" // a line for each setting across several axes
	Bars     ChartKind = "bars"     // histograms
)

// Axis is an axis of a chart: numbers, or names that stand at 0, 1, 2, …
type Axis struct {
	Label string
	Log   bool
	Names []string
}

// Series is what a chart shows of one thing.
type Series struct {
	Name   string
	Mark   Mark
	Colour int // of the palette
	Points []Point
	// Aside is not drawn until it is asked for: a chart that shows everything
	// at once shows nothing.
	Aside bool
}

// Mark says how the points of a series are drawn.
type Mark string

// The marks.
const (
	Joined  Mark = "joined"
	Dashed  Mark = "dashed"  // of baselines
	Stepped Mark = "stepped" // level until the next point
	Dots    Mark = "dots"
	Squares Mark = "squares" // of baselines
)

// Point is a point of a series. Low and High are the spread around Y where
// there is one. In a heat map X and Y are places of names, and Low is the value.
type Point struct {
	X, Y      float64
	Low, High float64
	Label     string
}

// Spread tells whether a point has one.
func (p Point) Spread() bool { return p.Low != p.High }

// MarshalJSON writes a point as [x, y], [x, y, low, high] or, with a label,
// [x, y, low, high, label], in six significant digits.
func (p Point) MarshalJSON() ([]byte, error) {
	out := []byte{'['}
	numbers := []float64{p.X, p.Y}
	if p.Spread() || p.Label != "" {
		numbers = append(numbers, p.Low, p.High)
	}
	for i, v := range numbers {
		if i > 0 {
			out = append(out, ',')
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out = append(out, "null"...)
			continue
		}
		out = strconv.AppendFloat(out, v, 'g', 6, 64)
	}
	if p.Label != "" {
		out = append(out, ',')
		out = append(out, canonical(p.Label)...)
	}
	return append(out, ']'), nil
}

// Shown returns the series that are drawn at once.
func (c *Chart) Shown() []Series {
	var shown []Series
	for _, s := range c.Series {
		if !s.Aside {
			shown = append(shown, s)
		}
	}
	return shown
}

// wide tells whether positive values are spread so widely that a logarithmic
// axis shows them better.
func wide(values []float64, ratio float64) bool {
	least, most := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	return least > 0 && most > ratio*least
}

// ys returns all values of some series.
func ys(series []Series) []float64 {
	var out []float64
	for _, s := range series {
		for _, p := range s.Points {
			out = append(out, p.Y)
		}
	}
	return out
}

// xs returns all places of some series.
func xs(series []Series) []float64 {
	var out []float64
	for _, s := range series {
		for _, p := range s.Points {
			out = append(out, p.X)
		}
	}
	return out
}

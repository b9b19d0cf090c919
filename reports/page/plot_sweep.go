package page

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"hourglass.dev/hourglass/reports"
)

// ramp is the colours of values from the least to the most.
var ramp = []color.NRGBA{{0x08, 0x30, 0x6b, 0xff}, {0x2c, 0x7f, 0xb8, 0xff}, {0x7f, 0xcd, 0xbb, 0xff}, {0xd9, 0xc7, 0x5c, 0xff}}

// onRamp returns the colour of a share from 0 to 1.
func onRamp(share float64) color.NRGBA {
	at := min(max(share, 0), 1) * float64(len(ramp)-1)
	i := min(int(at), len(ramp)-2)
	between := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (at-float64(i))*(float64(b)-float64(a)))) }
	a, b := ramp[i], ramp[i+1]
	return color.NRGBA{between(a.R, b.R), between(a.G, b.G), between(a.B, b.B), 0xff}
}

// shareOf returns where v lies between the least and the most of some values.
func shareOf(values []float64) func(v float64) float64 {
	least, most := slices.Min(values), slices.Max(values)
	if most == least {
		return func(float64) float64 { return 0 }
	}
	return func(v float64) float64 { return (v - least) / (most - least) }
}

// numbered tells whether the squares of a heat map are large enough for their
// numbers.
func numbered(c reports.Chart) bool { return len(c.Series[0].Points) <= 80 }

// drawHeat draws a square with its number for each pair of names, or without
// numbers and with a legend.
func drawHeat(p *plot.Plot, legend *plot.Legend, c reports.Chart) error {
	scale(&p.X, c.X, false, c)
	scale(&p.Y, c.Y, false, c)
	p.X.Padding, p.Y.Padding = 0, 0
	points := c.Series[0].Points
	var values []float64
	for _, point := range points {
		values = append(values, point.Low)
	}
	share := shareOf(values)
	for _, point := range points {
		square, err := squareAt(point.X, point.Y, onRamp(share(point.Low)))
		if err != nil {
			return err
		}
		if numbered(c) {
			square.LineStyle.Color, square.LineStyle.Width = color.White, 0.75
		}
		p.Add(square)
	}
	if !numbered(c) {
		return rampInto(legend, slices.Min(values), slices.Max(values))
	}
	for _, point := range points {
		label, err := plotter.NewLabels(plotter.XYLabels{XYs: plotter.XYs{{X: point.X, Y: point.Y}}, Labels: []string{point.Label}})
		if err != nil {
			return err
		}
		style := textStyle(8)
		style.XAlign, style.YAlign, style.Color = draw.XCenter, draw.YCenter, color.White
		if share(point.Low) > 0.55 {
			style.Color = ink
		}
		label.TextStyle[0] = style
		p.Add(label)
	}
	return nil
}

// squareAt is a square around a place.
func squareAt(x, y float64, colour color.Color) (*plotter.Polygon, error) {
	square, err := plotter.NewPolygon(plotter.XYs{{X: x - .5, Y: y - .5}, {X: x + .5, Y: y - .5}, {X: x + .5, Y: y + .5}, {X: x - .5, Y: y + .5}})
	if err == nil {
		square.Color, square.LineStyle.Width = colour, 0
	}
	return square, err
}

// rampInto enters the colours of some values in a legend.
func rampInto(legend *plot.Legend, least, most float64) error {
	const steps = 4
	for i := range steps + 1 {
		part := float64(i) / steps
		square, err := squareAt(0, 0, onRamp(part))
		if err != nil {
			return err
		}
		legend.Add(reports.FormatNumber(least+part*(most-least)), square)
	}
	return nil
}

// drawParallel draws a line for each setting across the axes, each from 0 to 1.
func drawParallel(p *plot.Plot, c reports.Chart) error {
	last := len(c.Axes) - 1
	var metric []float64
	for _, s := range c.Series {
		metric = append(metric, s.Points[last].Y)
	}
	share := shareOf(metric)
	for i := len(c.Series) - 1; i >= 0; i-- { // the best on top
		s := c.Series[i]
		points := make(plotter.XYs, len(s.Points))
		for j, point := range s.Points {
			points[j] = plotter.XY{X: float64(j), Y: share(point.Y)}
			if names := c.Axes[j].Names; len(names) > 0 {
				points[j].Y = point.Y / float64(max(len(names)-1, 1))
			}
		}
		line, err := plotter.NewLine(points)
		if err != nil {
			return err
		}
		line.Color, line.Width = onRamp(share(s.Points[last].Y)), 1
		p.Add(line)
	}
	ticks := make(plot.ConstantTicks, len(c.Axes))
	for j, axis := range c.Axes {
		ticks[j] = plot.Tick{Value: float64(j), Label: shortened(axis.Label, 22)}
		if err := drawAxis(p, j, axis, metric); err != nil {
			return err
		}
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks, plot.ConstantTicks{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.1, float64(last)+0.45, -0.03, 1.03
	p.Y.LineStyle.Width, p.X.LineStyle.Width = 0, 0
	return nil
}

// drawAxis draws one axis of parallel coordinates with its values.
func drawAxis(p *plot.Plot, at int, axis reports.Axis, metric []float64) error {
	x := float64(at)
	line, err := plotter.NewLine(plotter.XYs{{X: x, Y: 0}, {X: x, Y: 1}})
	if err != nil {
		return err
	}
	line.Color, line.Width = quiet, 0.75
	p.Add(line)
	var labels plotter.XYLabels
	for i, name := range axis.Names {
		labels.XYs = append(labels.XYs, plotter.XY{X: x, Y: float64(i) / float64(max(len(axis.Names)-1, 1))})
		labels.Labels = append(labels.Labels, " "+shortened(name, 16))
	}
	if len(axis.Names) == 0 {
		for _, v := range []float64{slices.Min(metric), slices.Max(metric)} {
			labels.XYs = append(labels.XYs, plotter.XY{X: x, Y: shareOf(metric)(v)})
			labels.Labels = append(labels.Labels, " "+reports.FormatNumber(v))
		}
	}
	drawn, err := plotter.NewLabels(labels)
	if err != nil {
		return err
	}
	for i := range drawn.TextStyle {
		drawn.TextStyle[i] = textStyle(7.5)
	}
	p.Add(drawn)
	return nil
}

package page

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"hourglass.dev/hourglass/reports"
)

// shade is what spans are shaded with, that of the page in the light.
var shade = color.NRGBA{0x8a, 0x3b, 0x3b, 0x38}

// drawSpans shades stretches of the horizontal axis, as high as the points lie.
func drawSpans(p *plot.Plot, legend *plot.Legend, c reports.Chart) error {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range c.Shown() {
		for _, point := range s.Points {
			low, high = min(low, point.Y), max(high, point.Y)
		}
	}
	for i, span := range c.Spans {
		left, right := span[0]-0.5, span[1]+0.5
		area, err := plotter.NewPolygon(plotter.XYs{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
		if err != nil {
			return err
		}
		area.Color, area.LineStyle.Width = shade, 0
		p.Add(area)
		if i == 0 {
			legend.Add(shortened(c.SpansName, 24), area)
		}
	}
	return nil
}

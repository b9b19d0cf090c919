package page

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"hourglass.dev/hourglass/reports"
)

// drawBars draws a bar for each name, those of several series beside each
// other.
func drawBars(p *plot.Plot, legend *plot.Legend, all []reports.Series) error {
	width := 0.8 / float64(len(all))
	for i, s := range all {
		for k, point := range s.Points {
			left := point.X - 0.4 + float64(i)*width
			bar, err := plotter.NewPolygon(plotter.XYs{{X: left, Y: 0}, {X: left + width, Y: 0}, {X: left + width, Y: point.Y}, {X: left, Y: point.Y}})
			if err != nil {
				return err
			}
			bar.Color, bar.LineStyle.Width = colourOf(s), 0
			p.Add(bar)
			if k == 0 {
				legend.Add(shortened(s.Name, 24), bar)
			}
		}
	}
	return nil
}

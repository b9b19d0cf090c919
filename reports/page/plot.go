package page

import (
	"bytes"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"hourglass.dev/hourglass/reports"
)

// The size of a chart on paper, and how finely PNG shows it.
const (
	paperWidth  = 16 * vg.Centimeter
	paperHeight = 9.5 * vg.Centimeter
	legendWidth = 4.6 * vg.Centimeter
	dotsPerInch = 200
)

var (
	sans  = font.Font{Typeface: "Liberation", Variant: "Sans"}
	ink   = color.NRGBA{0x1b, 0x1f, 0x24, 0xff}
	quiet = color.NRGBA{0x57, 0x60, 0x6a, 0xff}
	rule  = color.NRGBA{0xe1, 0xe5, 0xea, 0xff}
)

// palette is that of the page in the light.
var palette = []color.NRGBA{
	{0x0b, 0x66, 0xb2, 0xff}, {0xc2, 0x50, 0x0a, 0xff}, {0x0a, 0x7d, 0x5a, 0xff}, {0xa8, 0x45, 0x7f, 0xff},
	{0x94, 0x6c, 0x00, 0xff}, {0x5b, 0x4f, 0xb5, 0xff}, {0x2b, 0x8e, 0xa8, 0xff}, {0x8a, 0x3b, 0x3b, 0xff},
	{0x56, 0x72, 0x2c, 0xff}, {0x6a, 0x6f, 0x78, 0xff}, {0xb0, 0x30, 0x70, 0xff}, {0x3a, 0x5f, 0x8a, 0xff},
}

func colourOf(s reports.Series) color.NRGBA {
	if s.Colour < 0 {
		return ink
	}
	return palette[s.Colour%len(palette)]
}

// SVG returns a chart as SVG.
func SVG(c reports.Chart) ([]byte, error) {
	canvas := vgsvg.New(paperWidth, heightOf(c))
	if err := onPaper(c, draw.New(canvas)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err := canvas.WriteTo(&out)
	return out.Bytes(), err
}

// PNG returns a chart as PNG.
func PNG(c reports.Chart) ([]byte, error) {
	canvas := vgimg.NewWith(vgimg.UseWH(paperWidth, heightOf(c)), vgimg.UseDPI(dotsPerInch))
	if err := onPaper(c, draw.New(canvas)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(&out)
	return out.Bytes(), err
}

// heightOf returns the height of a chart: more than usual where many names
// stand beneath each other.
func heightOf(c reports.Chart) vg.Length {
	return max(paperHeight, vg.Length(len(c.Y.Names)+4)*0.45*vg.Centimeter)
}

// onPaper draws a chart with its legend beside it.
func onPaper(c reports.Chart, canvas draw.Canvas) error {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.Title, c.X.Label, c.Y.Label
	styleOf(p)
	legend := plot.NewLegend()
	legend.TextStyle, legend.Top, legend.Left = textStyle(8), true, true
	legend.ThumbnailWidth, legend.Padding = 0.7*vg.Centimeter, 1.5*vg.Millimeter
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Rectangle.Path())
	var err error
	switch c.Kind {
	case reports.Heat:
		err = drawHeat(p, &legend, c)
	case reports.Parallel:
		err = drawParallel(p, c)
	default:
		err = drawSeries(p, &legend, c)
	}
	if err != nil {
		return fmt.Errorf("draw %s: %w", c.Name, err)
	}
	canvas = draw.Crop(canvas, 4, -8, 4, -4)
	if (len(c.Shown()) > 1 || len(c.Spans) > 0) && c.Kind != reports.Parallel || c.Kind == reports.Heat && !numbered(c) {
		legend.Draw(draw.Crop(canvas, canvas.Size().X-legendWidth+8, 0, 0, -22))
		canvas = draw.Crop(canvas, 0, -legendWidth, 0, 0)
	}
	p.Draw(canvas)
	return nil
}

func textStyle(size vg.Length) text.Style {
	return text.Style{Color: ink, Font: font.From(sans, size), XAlign: draw.XLeft, YAlign: draw.YBottom, Handler: plot.DefaultTextHandler}
}

// styleOf gives a plot the look of the page.
func styleOf(p *plot.Plot) {
	title := textStyle(10)
	title.XAlign, title.YAlign = draw.XCenter, draw.YTop
	p.Title.TextStyle, p.Title.Padding = title, 6
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font, axis.Label.TextStyle.Color = font.From(sans, 9), ink
		axis.Tick.Label.Font, axis.Tick.Label.Color = font.From(sans, 8), ink
		axis.LineStyle.Color, axis.Tick.LineStyle.Color = quiet, quiet
		axis.Padding = 3
	}
}

// drawSeries draws lines, dots and histograms.
func drawSeries(p *plot.Plot, legend *plot.Legend, c reports.Chart) error {
	scale(&p.X, c.X, c.Kind == reports.Lines && c.X.Label == "code size", c)
	scale(&p.Y, c.Y, false, c)
	if c.Kind == reports.Bars {
		p.Y.Min = 0
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = rule, rule
	grid.Vertical.Width, grid.Horizontal.Width = 0.5, 0.5
	p.Add(grid)
	if c.Kind == reports.Bars && len(c.X.Names) > 0 {
		return drawBars(p, legend, c.Shown())
	}
	if err := drawSpans(p, legend, c); err != nil {
		return err
	}
	for _, s := range c.Shown() {
		if len(s.Points) == 0 {
			continue
		}
		if err := drawSpread(p, s); err != nil {
			return err
		}
		if err := drawOne(p, legend, s, c.Kind == reports.Bars); err != nil {
			return err
		}
	}
	return nil
}

// few is how many points a line may have whose points are marked.
const few = 12

// many is from how many points on a line is thin.
const many = 300

// drawSpread draws the range of the seeds: a band along a line of many
// points, whiskers elsewhere.
func drawSpread(p *plot.Plot, s reports.Series) error {
	var low, high plotter.XYs
	for _, point := range s.Points {
		if !point.Spread() {
			continue
		}
		low = append(low, plotter.XY{X: point.X, Y: point.Low})
		high = append(high, plotter.XY{X: point.X, Y: point.High})
	}
	colour := colourOf(s)
	if dots := s.Mark == reports.Dots || s.Mark == reports.Squares; dots || len(s.Points) <= few {
		for i := range low {
			whisker, err := plotter.NewLine(plotter.XYs{low[i], high[i]})
			if err != nil {
				return err
			}
			whisker.Color, whisker.Width = colour, 0.8
			p.Add(whisker)
		}
		return nil
	}
	if len(low) < 2 {
		return nil
	}
	for i := len(high) - 1; i >= 0; i-- {
		low = append(low, high[i])
	}
	band, err := plotter.NewPolygon(low)
	if err != nil {
		return err
	}
	colour.A = 0x30
	band.Color, band.LineStyle.Width = colour, 0
	p.Add(band)
	return nil
}

// drawOne draws a series and enters it in the legend.
func drawOne(p *plot.Plot, legend *plot.Legend, s reports.Series, bars bool) error {
	points := make(plotter.XYs, len(s.Points))
	for i, point := range s.Points {
		points[i] = plotter.XY{X: point.X, Y: point.Y}
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return err
	}
	line.Color, line.Width = colourOf(s), 1.2
	if len(points) > many {
		line.Width = 0.7
	}
	dots.Color, dots.Radius, dots.Shape = colourOf(s), 2, draw.CircleGlyph{}
	if s.Mark == reports.Squares {
		dots.Shape = draw.BoxGlyph{}
	}
	var thumbs []plot.Thumbnailer
	switch {
	case s.Mark == reports.Dots || s.Mark == reports.Squares:
		p.Add(dots)
		thumbs = append(thumbs, dots)
	case s.Mark == reports.Stepped:
		line.StepStyle = plotter.PostStep
	case s.Mark == reports.Dashed:
		line.Dashes = []vg.Length{4, 2}
	case bars:
		line.StepStyle = plotter.MidStep
	case len(points) <= few:
		p.Add(dots)
		thumbs = append(thumbs, dots)
	}
	if s.Mark != reports.Dots && s.Mark != reports.Squares {
		p.Add(line)
		thumbs = append(thumbs, line)
	}
	legend.Add(shortened(s.Name, 24), thumbs...)
	return nil
}

func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// finite tells whether a value can be drawn.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

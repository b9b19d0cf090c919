package runner

import (
	"image"
	"image/color"
	"math"

	"hourglass.dev/hourglass/nn"
)

// The picture of a scatter plot: a square with a margin, and a key of colours
// above it, in the order of the classes.
const (
	scatterSide   = 480
	scatterMargin = 24
	scatterKey    = 12 // side of a square of the key
	scatterDot    = 4
)

// classColours are those of Tableau 10, which people tell apart.
var classColours = []color.NRGBA{
	{0x1f, 0x77, 0xb4, 0xff}, {0xff, 0x7f, 0x0e, 0xff}, {0x2c, 0xa0, 0x2c, 0xff}, {0xd6, 0x27, 0x28, 0xff}, {0x94, 0x67, 0xbd, 0xff},
	{0x8c, 0x56, 0x4b, 0xff}, {0xe3, 0x77, 0xc2, 0xff}, {0x7f, 0x7f, 0x7f, 0xff}, {0xbc, 0xbd, 0x22, 0xff}, {0x17, 0xbe, 0xcf, 0xff},
}

// scatterPlot draws the points of a chart, coloured by class. What the classes
// are called, and the axes, is in the chart itself.
func scatterPlot(c nn.Chart) image.Image {
	plot := image.NewNRGBA(image.Rect(0, 0, scatterSide, scatterSide))
	for i := range plot.Pix {
		plot.Pix[i] = 0xff
	}
	for i := range c.Classes {
		fill(plot, scatterMargin+i%30*(scatterKey+2), 4+i/30*(scatterKey+2), scatterKey, colourOfClass(int32(i)))
	}
	x, y := axisOf(c.Points, 0), axisOf(c.Points, 1)
	for i, p := range c.Points {
		class := int32(0)
		if c.Labels != nil {
			class = c.Labels[i]
		}
		fill(plot, x(p[0])-scatterDot/2, scatterSide-y(p[1])-scatterDot/2, scatterDot, colourOfClass(class))
	}
	return plot
}

// axisOf returns where a value of a coordinate lies between the margins.
func axisOf(points [][2]float64, coordinate int) func(float64) int {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = min(low, p[coordinate]), max(high, p[coordinate])
	}
	return func(v float64) int {
		share := 0.5
		if high > low {
			share = (v - low) / (high - low)
		}
		return scatterMargin + int(share*(scatterSide-2*scatterMargin))
	}
}

func colourOfClass(class int32) color.NRGBA { return classColours[int(class)%len(classColours)] }

// fill draws a square.
func fill(m *image.NRGBA, left, top, side int, c color.NRGBA) {
	for y := top; y < top+side; y++ {
		for x := left; x < left+side; x++ {
			m.SetNRGBA(x, y, c)
		}
	}
}

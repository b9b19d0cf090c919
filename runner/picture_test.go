package runner

import (
	"image/color"
	"testing"

	"hourglass.dev/hourglass/nn"
)

// Two pictures of 2 × 1 pixels are blown up to the same whole factor, and stand
// beside each other.
func TestContactSheet(t *testing.T) {
	x := &nn.Matrix{Rows: 2, Cols: 2, Data: []float32{0, 1, 0.5, 2}}
	sheet := contactSheet(nn.Pictures{Shape: nn.Shape{1, 2, 1}, High: 1, Columns: 2, X: x})
	const scale = pictureSize / 2
	if got := sheet.Bounds().Size(); got.X != 2*(2*scale+2)+2 || got.Y != scale+4 {
		t.Errorf("the sheet has the size %v", got)
	}
	for _, pixel := range []struct {
		x    int
		want uint8
	}{{2, 0}, {2 + scale, 255}, {2*scale + 4, 128}, {3*scale + 4, 255}, {0, 255}} {
		if got := sheet.At(pixel.x, 2).(color.NRGBA); got != (color.NRGBA{pixel.want, pixel.want, pixel.want, 255}) {
			t.Errorf("pixel %d is %v, want %d", pixel.x, got, pixel.want)
		}
	}
	colours := contactSheet(nn.Pictures{Shape: nn.Shape{1, 1, 3}, High: 1, Columns: 1, X: &nn.Matrix{Rows: 1, Cols: 3, Data: []float32{1, 0, 0.5}}})
	if got := colours.At(2, 2).(color.NRGBA); got != (color.NRGBA{255, 0, 128, 255}) {
		t.Errorf("three channels are red, green and blue, got %v", got)
	}
}

func TestScatterPlot(t *testing.T) {
	plot := scatterPlot(nn.Chart{Points: [][2]float64{{0, 0}, {1, 1}}, Labels: []int32{0, 1}, Classes: []string{"a", "b"}})
	for _, want := range []struct{ x, y, class int }{
		{scatterMargin, scatterSide - scatterMargin, 0}, {scatterSide - scatterMargin, scatterMargin, 1}, {scatterMargin, 4, 0},
	} {
		if got := plot.At(want.x, want.y); got != classColours[want.class] {
			t.Errorf("the pixel at %d, %d is %v, want class %d", want.x, want.y, got, want.class)
		}
	}
}

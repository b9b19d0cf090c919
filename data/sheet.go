package data

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"hourglass.dev/hourglass/nn"
)

// sheetGap is how many pixels lie between two pictures of a sheet.
const sheetGap = 2

// sheetLeast is how many pixels the longer side of a picture has at least: small
// ones are enlarged by a whole number.
const sheetLeast = 32

// Sheet writes pictures side by side as PNG, so many in a row. Values from low to
// high are black to white, and what lies beyond is cut.
func Sheet(w io.Writer, pictures *nn.Matrix, shape nn.Shape, columns int, low, high float64) error {
	if len(shape) != 3 || shape[2] != 1 && shape[2] != 3 {
		return fmt.Errorf("PNG needs pictures, height × width × 1 or 3, found examples of %v", shape)
	}
	factor := max(1, sheetLeast/max(shape[0], shape[1]))
	height, width := shape[0]*factor, shape[1]*factor
	rows := (pictures.Rows + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, columns*(width+sheetGap)-sheetGap, rows*(height+sheetGap)-sheetGap))
	for i := range pictures.Rows {
		x := pictures.Row(i)
		top, left := i/columns*(height+sheetGap), i%columns*(width+sheetGap)
		for r := range height {
			for c := range width {
				at := (r/factor*shape[1] + c/factor) * shape[2]
				sheet.SetRGBA(left+c, top+r, shade(x[at:at+shape[2]], low, high))
			}
		}
	}
	return png.Encode(w, sheet)
}

func shade(x []float32, low, high float64) color.RGBA {
	var levels [3]uint8
	for i := range levels {
		v := float64(x[min(i, len(x)-1)])
		levels[i] = uint8(math.Round(255 * min(max((v-low)/(high-low), 0), 1)))
	}
	return color.RGBA{levels[0], levels[1], levels[2], 255}
}

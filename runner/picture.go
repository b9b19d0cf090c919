package runner

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"hourglass.dev/hourglass/nn"
)

// pictureSize is how many pixels small pictures are blown up to, at least.
const pictureSize = 56

// contactSheet draws pictures beside and below each other, blown up by a whole
// factor where they are small, two pixels apart.
func contactSheet(p nn.Pictures) image.Image {
	height, width, channels := p.Shape[0], p.Shape[1], p.Shape[2]
	scale := max(1, pictureSize/max(height, width))
	stepX, stepY := width*scale+2, height*scale+2
	rows := (p.X.Rows + p.Columns - 1) / p.Columns
	sheet := image.NewNRGBA(image.Rect(0, 0, p.Columns*stepX+2, rows*stepY+2))
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xff
	}
	for i := range p.X.Rows {
		left, top := 2+i%p.Columns*stepX, 2+i/p.Columns*stepY
		for y := range height * scale {
			for x := range width * scale {
				at := (y/scale*width + x/scale) * channels
				sheet.SetNRGBA(left+x, top+y, colourOf(p.X.Row(i)[at:at+channels], p.Low, p.High))
			}
		}
	}
	return sheet
}

// colourOf is grey for one channel, and red, green and blue for three; of other
// numbers of channels the first is shown.
func colourOf(values []float32, low, high float64) color.NRGBA {
	var c [3]uint8
	for i := range c {
		v := values[0]
		if len(values) == 3 {
			v = values[i]
		}
		c[i] = uint8(max(0, min(255, (float64(v)-low)/max(high-low, 1e-12)*255+0.5)))
	}
	return color.NRGBA{c[0], c[1], c[2], 0xff}
}

func encodePNG(m image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := png.Encode(&out, m)
	return out.Bytes(), err
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// patches lays out what windows see, one window a row: the elements of the
// window in order, each with all channels of the place it sees, and zeros where
// it sees padding. A convolution is the product of its patches and its weights.
type patches struct {
	from, to         grid  // what is seen, and the places of the windows; to has the filters for channels
	rows, columns    []int // taps, [to × window]
	windowH, windowW int

	// Windows that slide forwards need no patches laid out: on some paths the
	// kernel runs over pictures with padding around them.
	windows   kernel.Windows // without Rows where the windows do not slide so
	top, left int            // padding
	turned    bool           // the windows' elements stand in the opposite order
}

// newPatches returns how windows see a grid, with places of so many channels.
func newPatches(from grid, vertical, horizontal axis, channels int) patches {
	to := grid{vertical.out, horizontal.out, channels}
	return patches{
		from: from, to: to, rows: vertical.taps(), columns: horizontal.taps(), windowH: vertical.window, windowW: horizontal.window,
		windows: kernel.Windows{
			Rows: to.height, Columns: to.width, Height: vertical.window, Width: horizontal.window, Step: horizontal.step,
			Pitch: (to.width-1)*horizontal.step + horizontal.window, Channels: from.channels, Filters: channels,
		},
		top: vertical.before, left: horizontal.before,
	}
}

// direct returns whether the kernel needs no patches.
func (p *patches) direct() bool { return p.windows.Rows > 0 && kernel.Direct() }

// padded is the number of elements of a picture with its padding, or none.
func (p *patches) padded() int {
	if p.windows.Rows == 0 {
		return 0
	}
	return p.windows.Size()
}

// room is what the kernel needs besides.
func (p *patches) room() int {
	if p.windows.Rows == 0 {
		return 0
	}
	return p.windows.Room()
}

// pad copies a picture to dst, whose padding is zero already. What no window
// sees is left out.
func (p *patches) pad(dst, x []float32) {
	channels, pitch := p.from.channels, p.windows.Pitch
	height := len(dst) / (pitch * channels)
	width := min(p.from.width, pitch-p.left) * channels
	for row := range min(p.from.height, height-p.top) {
		at := ((row+p.top)*pitch + p.left) * channels
		copy(dst[at:at+width], x[row*p.from.width*channels:])
	}
}

// width is the number of elements of a patch.
func (p *patches) width() int { return p.windowH * p.windowW * p.from.channels }

// places is the number of patches of an example.
func (p *patches) places() int { return p.to.height * p.to.width }

// lay sets dst, [examples·places × width], to the patches of x, [examples × elements].
func (p *patches) lay(dst, x []float32) {
	size, per := p.from.size(), p.places()*p.width()
	for e := 0; e*size < len(x); e++ {
		p.layOne(dst[e*per:(e+1)*per], x[e*size:(e+1)*size])
	}
}

func (p *patches) layOne(dst, x []float32) {
	channels := p.from.channels
	at := 0
	for row := range p.to.height {
		rows := p.rows[row*p.windowH : (row+1)*p.windowH]
		for column := range p.to.width {
			columns := p.columns[column*p.windowW : (column+1)*p.windowW]
			whole := columns[0] >= 0 && columns[len(columns)-1] == columns[0]+p.windowW-1
			for _, r := range rows {
				next := at + p.windowW*channels
				switch {
				case r < 0:
					clear(dst[at:next])
				case whole:
					first := (r*p.from.width + columns[0]) * channels
					copy(dst[at:next], x[first:first+p.windowW*channels])
				default:
					p.layRow(dst[at:next], x[r*p.from.width*channels:], columns)
				}
				at = next
			}
		}
	}
}

// layRow lays out a row of a window that is partly padding, or not in order.
func (p *patches) layRow(dst, x []float32, columns []int) {
	channels := p.from.channels
	for i, c := range columns {
		place := dst[i*channels : (i+1)*channels]
		if c < 0 {
			clear(place)
		} else {
			copy(place, x[c*channels:(c+1)*channels])
		}
	}
}

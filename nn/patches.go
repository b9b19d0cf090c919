package nn

// patches lays out what windows see, one window a row: the elements of the
// window in order, each with all channels of the place it sees, and zeros where
// it sees padding. A convolution is the product of its patches and its weights.
type patches struct {
	from, to         grid  // what is seen, and the places of the windows; to has no channels
	rows, columns    []int // taps, [to × window]
	windowH, windowW int
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

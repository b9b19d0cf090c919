package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Upsample](layers, "upsample", "each element is repeated, so that pictures or series become larger")
}

// Upsample repeats each element Size times along each axis: the nearest
// neighbour.
type Upsample struct {
	Size int `default:"2" range:"[1, 1024]" short:"yes" doc:"how often each element is repeated along an axis"`

	restored Shape // of the output, in a mirror image: the last element goes on to its end
}

// Output is Size times as large.
func (u *Upsample) Output(in Shape) (Shape, error) {
	g, err := gridOf(in)
	if err != nil {
		return nil, err
	}
	if u.restored != nil {
		return u.restored, nil
	}
	if g.height > 1 {
		g.height *= u.Size
	}
	g.width *= u.Size
	return g.like(in), nil
}

// Mirror takes means.
func (u *Upsample) Mirror(Shape, bool) ([]LayerPart, error) {
	return []LayerPart{&AvgPool{Size: u.Size, Stride: u.Size}}, nil
}

// Activated is nil: the layer has no activation.
func (*Upsample) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing that counts.
func (*Upsample) Cost(Shape) Cost { return Cost{} }

// Build allocates the layer.
func (u *Upsample) Build(b *Builder, in Shape) Layer {
	from, _ := gridOf(in)
	shape, _ := u.Output(in)
	to, _ := gridOf(shape)
	l := &upsampling{from: from, to: to, size: u.Size, team: b.team, y: newBuffer(b.rows, to.size()), dx: b.gradient(from.size())}
	for r := range u.tall(from) {
		for c := range u.Size {
			l.taps = append(l.taps, (r*to.width+c)*to.channels)
		}
	}
	l.whole = to.height == u.tall(from)*from.height && to.width == u.Size*from.width
	l.forward, l.back = l.doForward, l.doBack
	return l
}

// tall is how often rows are repeated: a series has one.
func (u *Upsample) tall(from grid) int {
	if from.height > 1 {
		return u.Size
	}
	return 1
}

type upsampling struct {
	from, to grid
	size     int
	whole    bool  // each element is repeated equally often, in a window
	taps     []int // the elements of which
	team     *team
	x, dy    *Matrix
	y        buffer
	dx       shared

	forward, back func(part int)
}

func (u *upsampling) Forward(x *Matrix) *Matrix {
	u.x = x
	y := u.y.of(x.Rows)
	u.team.each(u.forward)
	return y
}

// source is where the element of the input stands that an element of the
// output repeats.
func (u *upsampling) source(row, column int) int {
	r, c := min(row/u.size, u.from.height-1), min(column/u.size, u.from.width-1)
	return (r*u.from.width + c) * u.from.channels
}

func (u *upsampling) doForward(part int) {
	low, high := u.team.span(u.x.Rows, 1, part)
	width := u.to.width * u.to.channels
	for e := low; e < high; e++ {
		y, x := u.y.matrix.Row(e), u.x.Row(e)
		for row := range u.to.height {
			to := y[row*width : (row+1)*width]
			if row > 0 && u.source(row, 0) == u.source(row-1, 0) {
				copy(to, y[(row-1)*width:])
			} else {
				u.repeat(to, x[u.source(row, 0):])
			}
		}
	}
}

// repeat sets a row of the output.
func (u *upsampling) repeat(y, x []float32) {
	channels := u.to.channels
	for column := range u.to.width {
		from := min(column/u.size, u.from.width-1) * channels
		copy(y[column*channels:(column+1)*channels], x[from:from+channels])
	}
}

func (u *upsampling) Backward(dy *Matrix, wantInput bool) *Matrix {
	if !wantInput {
		return nil
	}
	u.dy = dy
	dx := u.dx.of(dy.Rows)
	u.team.each(u.back)
	return dx
}

// doBack adds the gradients of what repeats an element, in order.
func (u *upsampling) doBack(part int) {
	low, high := u.team.span(u.dy.Rows, 1, part)
	width := u.from.width * u.from.channels
	for e := low; e < high; e++ {
		dx, dy := u.dx.matrix.Row(e), u.dy.Row(e)
		if !u.whole {
			u.addUp(dx, dy)
			continue
		}
		tall := u.to.height / u.from.height
		for row := range u.from.height {
			kernel.SumPool(dx[row*width:(row+1)*width], dy[row*tall*u.to.width*u.to.channels:], 1, u.taps, u.size*u.to.channels, u.to.channels)
		}
	}
}

// addUp is doBack for one example.
func (u *upsampling) addUp(dx, dy []float32) {
	clear(dx)
	for row := range u.to.height {
		for column := range u.to.width {
			at, from := (row*u.to.width+column)*u.to.channels, u.source(row, column)
			to := dx[from : from+u.to.channels]
			for ch, v := range dy[at : at+u.to.channels] {
				to[ch] += v
			}
		}
	}
}

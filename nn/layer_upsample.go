package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
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
	return []LayerPart{&AvgPool{Size: u.Size, Stride: u.Size, Padding: "valid"}}, nil
}

// Activated is nil: the layer has no activation.
func (*Upsample) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing that counts.
func (*Upsample) Cost(Shape) Cost { return Cost{} }

func (*Upsample) interleaved() {}

// Build allocates the layer.
func (u *Upsample) Build(b *Builder, in Shape) Layer {
	from, to := u.grids(in)
	l := u.build(b.rows, from.wide(), to.wide())
	l.dx = b.gradient(l.from.size())
	l.grouped = newGrouped(b, l)
	l.bind()
	return l
}

func (u *Upsample) grids(in Shape) (from, to grid) {
	shape, _ := u.Output(in)
	from, _ = gridOf(in)
	to, _ = gridOf(shape)
	return from, to
}

// whole returns whether each element is repeated equally often.
func (u *Upsample) whole(in Shape) bool {
	from, to := u.grids(in)
	return to.height == u.tall(from)*from.height && to.width == u.Size*from.width
}

// build allocates what Forward needs, for any layout.
func (u *Upsample) build(rows int, from, to grid) *upsampling {
	l := &upsampling{from: from, to: to, size: u.Size, y: newBuffer(rows, to.size())}
	for r := range u.tall(from) {
		for c := range u.Size {
			l.taps = append(l.taps, (r*to.width+c)*to.channels)
		}
	}
	l.whole = to.height == u.tall(from)*from.height && to.width == u.Size*from.width
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

	grouped
	x  *Matrix
	y  buffer
	dx shared
}

func (u *upsampling) begin(x *Matrix) *Matrix {
	u.x = x
	return u.y.of(x.Rows)
}

// source is where the element of the input stands that an element of the
// output repeats.
func (u *upsampling) source(row, column int) int {
	r, c := min(row/u.size, u.from.height-1), min(column/u.size, u.from.width-1)
	return (r*u.from.width + c) * u.from.channels
}

func (u *upsampling) forwardGroup(_, g int) { u.spread(u.y.matrix.Row(g), u.x.Row(g)) }

// spread sets y to what repeats the elements of x.
func (u *upsampling) spread(y, x []float32) {
	width := u.to.width * u.to.channels
	for row := range u.to.height {
		to := y[row*width : (row+1)*width]
		if row > 0 && u.source(row, 0) == u.source(row-1, 0) {
			copy(to, y[(row-1)*width:])
		} else {
			u.repeat(to, x[u.source(row, 0):])
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

func (u *upsampling) beginBack(dy *Matrix, _ bool) *Matrix { return dy }

func (u *upsampling) inputGradient(groups int) *Matrix { return u.dx.of(groups) }

// backGroup adds the gradients of what repeats an element, in order.
func (u *upsampling) backGroup(_ int, dy, dx []float32) {
	if dx == nil {
		return
	}
	if !u.whole {
		u.addUp(dx, dy)
		return
	}
	width, tall := u.from.width*u.from.channels, u.to.height/u.from.height
	for row := range u.from.height {
		kernel.SumPool(dx[row*width:(row+1)*width], dy[row*tall*u.to.width*u.to.channels:], 1, u.taps, u.size*u.to.channels, u.to.channels)
	}
}

// addUp is backGroup where some elements are repeated more often.
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

// onnx repeats elements, and then the last ones to the end.
func (u *Upsample) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	shape, err := u.Output(x.Shape)
	if err != nil {
		return x, err
	}
	from, to := u.grids(x.Shape)
	scales := []float32{1, 1}
	pads := make([]int64, len(x.Shape)+3) // none before any axis, none after examples and channels
	if len(x.Shape) == 3 {
		scales = append(scales, float32(u.tall(from)))
		pads = append(pads, int64(to.height-u.tall(from)*from.height))
	}
	scales, pads = append(scales, float32(u.Size)), append(pads, int64(to.width-u.Size*from.width))
	whole := u.whole(x.Shape)
	x = g.Spatial("Resize", x, shape, []string{"", g.Tensor("scales", []int{len(scales)}, scales)},
		onnx.Word("mode", "nearest"), onnx.Word("coordinate_transformation_mode", "asymmetric"), onnx.Word("nearest_mode", "floor"))
	if whole {
		return x, nil
	}
	return g.Spatial("Pad", x, shape, []string{g.Whole("pads", pads)}, onnx.Word("mode", "edge")), nil
}

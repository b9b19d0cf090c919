package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[MaxPool](layers, "max-pool", "the largest of each window and channel")
	registry.Add[AvgPool](layers, "avg-pool", "the mean of each window and channel")
}

// MaxPool takes the largest of each window, channel by channel. Windows that
// would reach over the edge are dropped, or with a padding look only at what lies
// inside. Of equal ones the first counts, in
// order of rows and columns, and gets the gradient.
type MaxPool struct {
	Size    int    `default:"2" range:"[1, 1024]" short:"yes" doc:"height and width of the window"`
	Stride  int    `optional:"yes" range:"[1, 1024]" doc:"how far the window moves; its size unless given"`
	Padding string `default:"valid" added:"yes" enum:"same|valid" numbers:"yes" range:"[0, 1023]" doc:"whether windows may reach over the edge: so that the stride alone divides the size, never, or by a number of elements"`
}

// AvgPool takes the mean of each window, channel by channel. Windows that
// would reach over the edge are dropped, or with a padding the mean is that of
// what lies inside, as Keras and ONNX have it, and PyTorch without
// count_include_pad.
type AvgPool struct {
	Size    int    `default:"2" range:"[1, 1024]" short:"yes" doc:"height and width of the window"`
	Stride  int    `optional:"yes" range:"[1, 1024]" doc:"how far the window moves; its size unless given"`
	Padding string `default:"valid" added:"yes" enum:"same|valid" numbers:"yes" range:"[0, 1023]" doc:"whether windows may reach over the edge: so that the stride alone divides the size, never, or by a number of elements"`
}

// Normalise writes the stride out.
func (*MaxPool) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseWindow(resolved)
}

// Normalise writes the stride out.
func (*AvgPool) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseWindow(resolved)
}

func normaliseWindow(resolved registry.Tree) registry.Mistakes {
	if resolved["padding"] == "0" {
		delete(resolved, "padding") // as valid, the default
	}
	if _, given := resolved["stride"]; !given {
		resolved["stride"] = resolved["size"]
	}
	return nil
}

func (p *MaxPool) window() pooling { return pooling{p.Size, p.Stride, p.Padding} }
func (p *AvgPool) window() pooling { return pooling{p.Size, p.Stride, p.Padding} }

// Output is as large as there are windows.
func (p *MaxPool) Output(in Shape) (Shape, error) { return p.window().output(in) }

// Output is as large as there are windows.
func (p *AvgPool) Output(in Shape) (Shape, error) { return p.window().output(in) }

// Mirror repeats each element, to the size before.
func (p *MaxPool) Mirror(in Shape, _ bool) ([]LayerPart, error) { return p.window().mirror(in) }

// Mirror repeats each element, to the size before.
func (p *AvgPool) Mirror(in Shape, _ bool) ([]LayerPart, error) { return p.window().mirror(in) }

// Activated is nil: pooling has no activation.
func (*MaxPool) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Activated is nil: pooling has no activation.
func (*AvgPool) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing that counts.
func (*MaxPool) Cost(Shape) Cost { return Cost{} }

// Cost is nothing that counts.
func (*AvgPool) Cost(Shape) Cost { return Cost{} }

func (*MaxPool) interleaved() {}
func (*AvgPool) interleaved() {}

// Build allocates the layer.
func (p *MaxPool) Build(b *Builder, in Shape) Layer { return newPool(b, p.window(), in, true) }

// Build allocates the layer.
func (p *AvgPool) Build(b *Builder, in Shape) Layer { return newPool(b, p.window(), in, false) }

// pooling is a window, how far it moves, and over the edge.
type pooling struct {
	size, stride int
	padding      string
}

func (p pooling) sliding(in Shape) (g grid, vertical, horizontal axis, err error) {
	if g, err = gridOf(in); err == nil {
		vertical, horizontal, err = axes(g, p.size, p.stride, p.padding)
	}
	return g, vertical, horizontal, err
}

func (p pooling) output(in Shape) (Shape, error) {
	g, vertical, horizontal, err := p.sliding(in)
	if err != nil {
		return nil, err
	}
	return grid{vertical.out, horizontal.out, g.channels}.like(in), nil
}

func (p pooling) mirror(in Shape) ([]LayerPart, error) {
	if p.stride != p.size {
		return nil, fmt.Errorf("its windows overlap or leave gaps: the stride is %d, the size %d", p.stride, p.size)
	}
	_, vertical, horizontal, err := p.sliding(in)
	if err == nil && vertical.before+horizontal.before > 0 {
		err = fmt.Errorf("its windows begin outside of what they look at")
	}
	return []LayerPart{&Upsample{Size: p.size, restored: in}}, err
}

// pool is max or average pooling at work.
type pool struct {
	from, to     grid
	down, across int // distance of neighbouring windows, in elements
	views        []view
	largest      bool

	grouped
	x      *Matrix
	y      buffer
	dx     shared
	chosen []int32 // of max pooling: the tap that each output is
}

// view is a part of the output, rows first to beyond − 1, whose windows have the
// same elements inside the input. There is one, unless windows reach over the edge.
type view struct {
	first, beyond int
	dst, width    int     // where it begins in an output's row, and its elements there
	src           int     // where the first window's row begins in the input, in elements
	taps          []int   // the elements of a window, from its first on
	scale         float32 // of means
}

// views returns the parts of an output whose windows slide over g, from the top,
// and within the same rows from the left.
func views(g grid, vertical, horizontal axis) (all []view) {
	for _, v := range vertical.gathering() {
		for _, h := range horizontal.gathering() {
			w := view{
				first: v.dst, beyond: v.dst + v.n, dst: h.dst * g.channels, width: h.n * g.channels,
				src: (v.src*g.width + h.src) * g.channels, scale: 1 / float32((v.high-v.low)*(h.high-h.low)),
			}
			for r := range v.high - v.low {
				for c := range h.high - h.low {
					w.taps = append(w.taps, (r*g.width+c)*g.channels)
				}
			}
			all = append(all, w)
		}
	}
	return all
}

func newPool(b *Builder, p pooling, in Shape, largest bool) *pool {
	g, vertical, horizontal, _ := p.sliding(in)
	l := newWindows(b, g.wide(), vertical, horizontal)
	if l.largest = largest; largest {
		l.chosen = make([]int32, b.rows*l.to.size())
	}
	return l
}

// newWindows takes means of interleaved pictures.
func newWindows(b *Builder, g grid, vertical, horizontal axis) *pool {
	to := grid{vertical.out, horizontal.out, g.channels}
	l := &pool{
		from: g, to: to, down: vertical.step * g.width * g.channels, across: horizontal.step * g.channels,
		views: views(g, vertical, horizontal), y: newBuffer(b.rows, to.size()), dx: b.gradient(g.size()),
	}
	l.grouped = newGrouped(b, l)
	l.bind()
	return l
}

func (p *pool) begin(x *Matrix) *Matrix {
	p.x = x
	return p.y.of(x.Rows)
}

func (p *pool) forwardGroup(_, g int) {
	x := p.x.Row(g)
	for i := range p.views {
		v := &p.views[i]
		for row := v.first; row < v.beyond; row++ {
			at := g*p.to.size() + p.place(v, row)
			y, seen := p.y.matrix.Data[at:at+v.width], x[p.seen(v, row):]
			if p.largest {
				kernel.MaxPool(y, p.chosen[at:at+v.width], seen, v.taps, p.across, p.to.channels)
			} else {
				kernel.SumPool(y, seen, v.scale, v.taps, p.across, p.to.channels)
			}
		}
	}
}

// place is where a row of a view begins in the output.
func (p *pool) place(v *view, row int) int { return row*p.to.width*p.to.channels + v.dst }

// seen is where what its first window sees begins in the input.
func (p *pool) seen(v *view, row int) int { return v.src + (row-v.first)*p.down }

func (p *pool) beginBack(dy *Matrix, _ bool) *Matrix { return dy }

func (p *pool) inputGradient(groups int) *Matrix { return p.dx.of(groups) }

func (p *pool) backGroup(g int, dy, dx []float32) {
	if dx == nil {
		return
	}
	clear(dx)
	for i := range p.views {
		v := &p.views[i]
		for row := v.first; row < v.beyond; row++ {
			place, seen := p.place(v, row), dx[p.seen(v, row):]
			dy, at := dy[place:place+v.width], g*p.to.size()+place
			if p.largest {
				kernel.MaxPoolGrad(seen, dy, p.chosen[at:at+v.width], v.taps, p.across, p.to.channels)
			} else {
				kernel.SumPoolGrad(seen, dy, v.scale, v.taps, p.across, p.to.channels)
			}
		}
	}
}

func (p *MaxPool) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	return p.window().onnx(g, x, "MaxPool")
}

func (p *AvgPool) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	return p.window().onnx(g, x, "AveragePool")
}

func (p pooling) onnx(g *onnx.Graph, x onnx.Value, operator string) (onnx.Value, error) {
	shape, err := p.output(x.Shape)
	if err != nil {
		return x, err
	}
	_, vertical, horizontal, err := p.sliding(x.Shape)
	w := windowsOver(x.Shape, vertical, horizontal, func(a axis) int { return max((a.out-1)*a.step+a.window-a.in-a.before, 0) })
	return g.Spatial(operator, x, shape, nil, w.list()...), err
}

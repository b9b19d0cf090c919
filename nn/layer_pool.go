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
// would reach over the edge are dropped. Of equal ones the first counts, in
// order of rows and columns, and gets the gradient.
type MaxPool struct {
	Size   int `default:"2" range:"[1, 1024]" short:"yes" doc:"height and width of the window"`
	Stride int `optional:"yes" range:"[1, 1024]" doc:"how far the window moves; its size unless given"`
}

// AvgPool takes the mean of each window, channel by channel. Windows that
// would reach over the edge are dropped.
type AvgPool struct {
	Size   int `default:"2" range:"[1, 1024]" short:"yes" doc:"height and width of the window"`
	Stride int `optional:"yes" range:"[1, 1024]" doc:"how far the window moves; its size unless given"`
}

// Normalise writes the stride out.
func (*MaxPool) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseStride(resolved)
}

// Normalise writes the stride out.
func (*AvgPool) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseStride(resolved)
}

func normaliseStride(resolved registry.Tree) registry.Mistakes {
	if _, given := resolved["stride"]; !given {
		resolved["stride"] = resolved["size"]
	}
	return nil
}

func (p *MaxPool) window() pooling { return pooling{p.Size, p.Stride} }
func (p *AvgPool) window() pooling { return pooling{p.Size, p.Stride} }

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

// pooling is a window and how far it moves.
type pooling struct{ size, stride int }

func (p pooling) sliding(in Shape) (g grid, vertical, horizontal axis, err error) {
	if g, err = gridOf(in); err == nil {
		vertical, horizontal, err = axes(g, p.size, p.stride, false)
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
	return []LayerPart{&Upsample{Size: p.size, restored: in}}, nil
}

// pool is max or average pooling at work. Windows lie inside the input.
type pool struct {
	from, to grid
	taps     []int // the elements of a window, from its first on
	down     int   // distance of neighbouring windows, in elements
	across   int
	scale    float32 // of means; 0 for max pooling

	grouped
	x      *Matrix
	y      buffer
	dx     shared
	chosen []int32 // of max pooling: the tap that each output is
}

func newPool(b *Builder, p pooling, in Shape, largest bool) *pool {
	g, vertical, horizontal, _ := p.sliding(in)
	l := newWindows(b, g.wide(), vertical, horizontal)
	if largest {
		l.scale = 0
		l.chosen = make([]int32, b.rows*l.to.size())
	}
	return l
}

// newWindows takes means of interleaved pictures.
func newWindows(b *Builder, g grid, vertical, horizontal axis) *pool {
	to := grid{vertical.out, horizontal.out, g.channels}
	l := &pool{
		from: g, to: to, down: vertical.step * g.width * g.channels, across: horizontal.step * g.channels,
		scale: 1 / float32(vertical.window*horizontal.window),
		y:     newBuffer(b.rows, to.size()), dx: b.gradient(g.size()),
	}
	for r := range vertical.window {
		for c := range horizontal.window {
			l.taps = append(l.taps, (r*g.width+c)*g.channels)
		}
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
	x, width := p.x.Row(g), p.to.width*p.to.channels
	for row := range p.to.height {
		at := g*p.to.size() + row*width
		y := p.y.matrix.Data[at : at+width]
		if p.scale == 0 {
			kernel.MaxPool(y, p.chosen[at:at+width], x[row*p.down:], p.taps, p.across, p.to.channels)
		} else {
			kernel.SumPool(y, x[row*p.down:], p.scale, p.taps, p.across, p.to.channels)
		}
	}
}

func (p *pool) beginBack(dy *Matrix, _ bool) *Matrix { return dy }

func (p *pool) inputGradient(groups int) *Matrix { return p.dx.of(groups) }

func (p *pool) backGroup(g int, dy, dx []float32) {
	if dx == nil {
		return
	}
	width := p.to.width * p.to.channels
	clear(dx)
	for row := range p.to.height {
		dy, at := dy[row*width:(row+1)*width], g*p.to.size()+row*width
		if p.scale == 0 {
			kernel.MaxPoolGrad(dx[row*p.down:], dy, p.chosen[at:at+width], p.taps, p.across, p.to.channels)
		} else {
			kernel.SumPoolGrad(dx[row*p.down:], dy, p.scale, p.taps, p.across, p.to.channels)
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
	w := windowsOver(x.Shape, vertical, horizontal, func(axis) int { return 0 })
	return g.Spatial(operator, x, shape, nil, w.list()...), err
}

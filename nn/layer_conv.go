package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() { registry.Add[Conv](layers, "conv", "filters that slide over a picture or a series") }

// Conv is a convolution (a cross-correlation, as the field has it) over
// pictures [height, width, channels] or series [steps, features]: each filter
// sees windows of Kernel × Kernel, or Kernel steps, with all channels.
type Conv struct {
	Filters    int        `range:"[1, 65536]" short:"yes" doc:"number of filters, which become channels"`
	Kernel     int        `default:"3" range:"[1, 1024]" doc:"height and width of the window"`
	Stride     int        `default:"1" range:"[1, 1024]" doc:"how far the window moves"`
	Padding    string     `default:"same" enum:"same|valid" numbers:"yes" range:"[0, 1023]" doc:"zeros around the input: so many that stride 1 keeps its size, none, or a number of them on each side"`
	Activation Activation `optional:"yes" doc:"applied to each output; that of the model unless it says otherwise"`
	Bias       bool       `default:"true" added:"yes" doc:"add a number of its own to each output"`

	Initialiser Initialiser `optional:"yes" doc:"how its first weights are drawn; that of the model unless it says otherwise"`
}

// Normalise makes a padding of 0 the same as valid.
func (*Conv) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	normalisePadding(resolved)
	return nil
}

func (c *Conv) ownInitialiser() Initialiser { return c.Initialiser }

func (c *Conv) sliding(in Shape) (g grid, vertical, horizontal axis, err error) {
	if g, err = gridOf(in); err != nil {
		return g, vertical, horizontal, err
	}
	vertical, horizontal, err = axes(g, c.Kernel, c.Stride, c.Padding)
	return g, vertical, horizontal, err
}

// Output has a channel for each filter. Same keeps the size, divided by the
// stride and rounded up; valid has only windows that lie inside; a number p has
// (size + 2p − Kernel)/Stride + 1 of them, rounded down, as PyTorch does it.
func (c *Conv) Output(in Shape) (Shape, error) {
	_, vertical, horizontal, err := c.sliding(in)
	if err != nil {
		return nil, err
	}
	return grid{vertical.out, horizontal.out, c.Filters}.like(in), nil
}

// Mirror is a convolution with as many filters as there are channels, where
// this one keeps the size, and otherwise the transposed one, which restores it.
func (c *Conv) Mirror(in Shape, _ bool) ([]LayerPart, error) {
	g, err := gridOf(in)
	if err != nil {
		return nil, err
	}
	if c.Stride == 1 && c.Padding == "same" {
		return []LayerPart{&Conv{Filters: g.channels, Kernel: c.Kernel, Stride: 1, Padding: "same", Bias: c.Bias, Initialiser: c.Initialiser}}, nil
	}
	return []LayerPart{&ConvTranspose{Filters: g.channels, Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding, Bias: c.Bias, Initialiser: c.Initialiser, restored: in}}, nil
}

// Activated returns the layer's activation, and the layer with another one.
func (c *Conv) Activated(a Activation) (Activation, LayerPart) {
	with := *c
	with.Activation = a
	return c.Activation, &with
}

// Cost is a weight for each element of the window, channel and filter, used at
// every place.
func (c *Conv) Cost(in Shape) Cost {
	g, vertical, horizontal, _ := c.sliding(in)
	weights := vertical.window * horizontal.window * g.channels * c.Filters
	return Cost{Parameters: weights + biasesOf(c.Bias, c.Filters), Products: weights * vertical.out * horizontal.out}
}

func (*Conv) interleaved() {}

// Build draws the weights.
func (c *Conv) Build(b *Builder, in Shape) Layer { return c.build(b, in, nil) }

// build makes the layer, with the weights of a transposed convolution that it
// mirrors or with its own.
func (c *Conv) build(b *Builder, in Shape, shared *Param) Layer {
	g, vertical, horizontal, _ := c.sliding(in)
	s := sliding{vertical, horizontal}
	return newConvolution(b, s, g, grid{vertical.out, horizontal.out, c.Filters}, false, s.taps(), nil, c.Activation, shared, c.Bias)
}

// buildUpsampled builds the layer over a picture that is upsampled first.
func (c *Conv) buildUpsampled(b *Builder, u *Upsample, in Shape) Layer {
	g, _ := gridOf(in)
	up, _ := u.Output(in)
	_, vertical, horizontal, _ := c.sliding(up)
	f := &folding{fold{u.tall(g), vertical.window}, fold{u.Size, horizontal.window}}
	out := grid{vertical.out, horizontal.out, c.Filters}
	s := sliding{f.vertical.axis(vertical), f.horizontal.axis(horizontal)}
	return newConvolution(b, s, g, out, true, vertical.window*horizontal.window, f, c.Activation, nil, c.Bias)
}

// onnx is a convolution with all its padding written out.
func (c *Conv) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	from, vertical, horizontal, err := c.sliding(x.Shape)
	if err != nil {
		return x, err
	}
	w := windowsOver(x.Shape, vertical, horizontal, func(a axis) int {
		return max((a.out-1)*a.step+a.window-a.in-a.before, 0)
	})
	shape, _ := c.Output(x.Shape)
	y := g.Spatial("Conv", x, shape, p.withBiases(g, c.Bias, p.filters(g, w.kernel, from.channels, false)), w.list()...)
	return withActivation(g, y, c.Activation)
}

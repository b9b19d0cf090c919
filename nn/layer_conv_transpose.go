package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[ConvTranspose](layers, "conv-transpose", "a convolution turned around, which makes pictures or series larger")
}

// ConvTranspose is a transposed convolution: the map that takes gradients of a
// convolution back to its inputs. Each element of the input adds a window of
// Kernel × Kernel, weighted by each filter, to the output. The output is
// Stride times as large for same, and (n − 1)·Stride + Kernel for valid, as in
// Keras.
type ConvTranspose struct {
	Filters    int        `range:"[1, 65536]" short:"yes" doc:"number of filters, which become channels"`
	Kernel     int        `default:"3" range:"[1, 1024]" doc:"height and width of the window"`
	Stride     int        `default:"1" range:"[1, 1024]" doc:"how far apart neighbouring windows lie in the output"`
	Padding    string     `default:"same" enum:"same|valid" doc:"cut the output to Stride times the input, or keep all of it"`
	Activation Activation `optional:"yes" doc:"applied to each output; that of the model unless it says otherwise"`

	restored Shape // of the output, in a mirror image
}

// sliding returns the output's grid, and how the windows of the convolution
// that this one turns around slide over it.
func (c *ConvTranspose) sliding(in Shape) (from, out grid, vertical, horizontal axis, err error) {
	if from, err = gridOf(in); err != nil {
		return from, out, vertical, horizontal, err
	}
	if c.restored != nil {
		out, err = gridOf(c.restored)
	} else {
		out = grid{1, c.length(from.width), c.Filters}
		if from.height > 1 {
			out.height = c.length(from.height)
		}
	}
	if err == nil {
		vertical, horizontal, err = axes(out, c.Kernel, c.Stride, c.Padding == "same")
	}
	return from, out, vertical, horizontal, err
}

// length is that of the output along an axis.
func (c *ConvTranspose) length(in int) int {
	if c.Padding == "same" {
		return in * c.Stride
	}
	return (in-1)*c.Stride + c.Kernel
}

// Output has a channel for each filter.
func (c *ConvTranspose) Output(in Shape) (Shape, error) {
	_, out, _, _, err := c.sliding(in)
	if err != nil {
		return nil, err
	}
	out.channels = c.Filters
	return out.like(in), nil
}

// Mirror is the convolution that leads back.
func (c *ConvTranspose) Mirror(in Shape, _ bool) ([]LayerPart, error) {
	g, err := gridOf(in)
	if err != nil {
		return nil, err
	}
	return []LayerPart{&Conv{Filters: g.channels, Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding}}, nil
}

// Activated returns the layer's activation, and the layer with another one.
func (c *ConvTranspose) Activated(a Activation) (Activation, LayerPart) {
	with := *c
	with.Activation = a
	return c.Activation, &with
}

// Cost is a weight for each element of the window, channel and filter, used
// for every element of the input.
func (c *ConvTranspose) Cost(in Shape) Cost {
	from, _, vertical, horizontal, _ := c.sliding(in)
	weights := vertical.window * horizontal.window * from.channels * c.Filters
	return Cost{Parameters: weights + c.Filters, Products: weights * from.height * from.width}
}

func (*ConvTranspose) interleaved() {}

// Build draws the weights.
func (c *ConvTranspose) Build(b *Builder, in Shape) Layer { return c.build(b, in, nil) }

// build makes the layer, with the weights of a convolution that it mirrors or
// with its own.
func (c *ConvTranspose) build(b *Builder, in Shape, shared *Param) Layer {
	from, out, vertical, horizontal, _ := c.sliding(in)
	out.channels = c.Filters
	s := sliding{vertical, horizontal}
	return newConvolution(b, s, from, out, true, s.taps(), nil, c.Activation, shared)
}

// onnx is a transposed convolution. Its axes are those of the convolution that it
// turns around, over the output.
func (c *ConvTranspose) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	from, _, vertical, horizontal, err := c.sliding(x.Shape)
	if err != nil {
		return x, err
	}
	missing := func(a axis) int { return a.in - (a.out-1)*a.step - a.window + a.before } // what is not reached at the end, or −1 times what is cut
	w := windowsOver(x.Shape, vertical, horizontal, func(a axis) int { return max(-missing(a), 0) })
	var more []int64
	for _, n := range windowsOver(x.Shape, vertical, horizontal, missing).after {
		more = append(more, max(n, 0))
	}
	shape, _ := c.Output(x.Shape)
	attributes := append(w.list(), onnx.Ints("output_padding", more))
	y := g.Spatial("ConvTranspose", x, shape, []string{p.filters(g, w.kernel, from.channels, true), p.tensor(g, "b")}, attributes...)
	return withActivation(g, y, c.Activation)
}

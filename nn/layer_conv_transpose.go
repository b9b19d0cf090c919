package nn

import (
	"fmt"

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
// Keras. A number p cuts so many elements off each side of that, as in PyTorch,
// whose OutputPadding brings back what a stride has dropped, at the end.
type ConvTranspose struct {
	Filters       int        `range:"[1, 65536]" short:"yes" doc:"number of filters, which become channels"`
	Kernel        int        `default:"3" range:"[1, 1024]" doc:"height and width of the window"`
	Stride        int        `default:"1" range:"[1, 1024]" doc:"how far apart neighbouring windows lie in the output"`
	Padding       string     `default:"same" enum:"same|valid" numbers:"yes" range:"[0, 1023]" doc:"cut the output to Stride times the input, keep all of it, or cut so many off each side"`
	OutputPadding int        `default:"0" added:"yes" range:"[0, 1023]" doc:"how much longer the output is at the end, less than the stride"`
	Activation    Activation `optional:"yes" doc:"applied to each output; that of the model unless it says otherwise"`
	Bias          bool       `default:"true" added:"yes" doc:"add a number of its own to each output"`
	FanIn         string     `default:"inputs" added:"yes" enum:"inputs|outputs" doc:"what initialisers take for the inputs of a unit: window and input channels, or window and filters, as PyTorch and Keras do"`

	Initialiser Initialiser `optional:"yes" doc:"how its first weights are drawn; that of the model unless it says otherwise"`

	restored Shape // of the output, in a mirror image
}

// Normalise makes a padding of 0 the same as valid, and refuses an output padding
// that says nothing.
func (*ConvTranspose) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	normalisePadding(resolved)
	more, _ := resolved["output_padding"].(float64)
	stride, _ := resolved["stride"].(float64)
	switch {
	case more > 0 && resolved["padding"] == "same":
		return registry.Mistakes{{Path: "output_padding", Message: "the output is stride times as large with padding: same", Hint: "leave output_padding out, or give padding as a number"}}
	case more > 0 && more >= stride:
		return registry.Mistakes{{Path: "output_padding", Message: fmt.Sprintf("output_padding must be less than the stride, %g, got %g", stride, more)}}
	}
	return nil
}

func (c *ConvTranspose) ownInitialiser() Initialiser { return c.Initialiser }

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
	if err == nil && (out.height < 1 || out.width < 1) {
		err = fmt.Errorf("a padding of %s cuts away all of the output", c.Padding)
	}
	if err == nil {
		vertical, horizontal, err = axes(out, c.Kernel, c.Stride, c.Padding)
	}
	return from, out, vertical, horizontal, err
}

// length is that of the output along an axis.
func (c *ConvTranspose) length(in int) int {
	if c.Padding == "same" {
		return in * c.Stride
	}
	return (in-1)*c.Stride + c.Kernel - 2*padded(c.Padding) + c.OutputPadding
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
	return []LayerPart{&Conv{Filters: g.channels, Kernel: c.Kernel, Stride: c.Stride, Padding: c.Padding, Bias: c.Bias, Initialiser: c.Initialiser}}, nil
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
	return Cost{Parameters: weights + biasesOf(c.Bias, c.Filters), Products: weights * from.height * from.width}
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
	l := newConvolution(b, s, from, out, true, s.taps(), nil, c.Activation, shared, c.Bias)
	if c.FanIn == "outputs" && shared == nil {
		l.w.fanIn, l.w.fanOut = l.w.fanOut, l.w.fanIn
		if l.b != nil {
			l.b.fanIn = l.w.fanIn
		}
	}
	return l
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
	y := g.Spatial("ConvTranspose", x, shape, p.withBiases(g, c.Bias, p.filters(g, w.kernel, from.channels, true)), attributes...)
	return withActivation(g, y, c.Activation)
}

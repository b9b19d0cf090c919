package nn

import "hourglass.dev/hourglass/nn/internal/onnx"

// windowAttributes are what operators with windows are told about the axes of a
// picture or a series: as many as the shape of an example has beside its channels.
type windowAttributes struct {
	kernel, strides, before, after []int64
}

// windowsOver returns them for examples of a shape; after gives the padding at
// the end of an axis.
func windowsOver(shape []int, vertical, horizontal axis, after func(a axis) int) (w windowAttributes) {
	axes := []axis{vertical, horizontal}
	if len(shape) == 2 {
		axes = axes[1:]
	}
	for _, a := range axes {
		w.kernel = append(w.kernel, int64(a.window))
		w.strides = append(w.strides, int64(a.step))
		w.before = append(w.before, int64(a.before))
		w.after = append(w.after, int64(after(a)))
	}
	return w
}

func (w windowAttributes) list() []onnx.Attribute {
	return []onnx.Attribute{
		onnx.Ints("kernel_shape", w.kernel), onnx.Ints("strides", w.strides), onnx.Ints("pads", append(w.before, w.after...)),
	}
}

// filters adds a convolution's weights w, [window·channels × filters], in the
// order of ONNX: [filters × channels × window], or where transposed
// [channels × filters × window]. Those of a layer that it mirrors stand there
// with channels and filters exchanged.
func (p parameters) filters(g *onnx.Graph, window []int64, channels int, transposed bool) string {
	w, shared := p.find("w")
	taps := 1
	for _, n := range window {
		taps *= int(n)
	}
	filters := len(w.Value) / (taps * channels)
	values := make([]float32, len(w.Value))
	for tap := range taps {
		for c := range channels {
			for f := range filters {
				from, to := (tap*channels+c)*filters+f, f*channels+c
				if shared {
					from = (tap*filters+f)*channels + c
				}
				if transposed {
					to = c*filters + f
				}
				values[to*taps+tap] = w.Value[from]
			}
		}
	}
	shape := []int{filters, channels}
	if transposed {
		shape = []int{channels, filters}
	}
	for _, n := range window {
		shape = append(shape, int(n))
	}
	return g.Tensor("w", shape, values)
}

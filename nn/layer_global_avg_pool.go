package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[GlobalAvgPool](layers, "global-avg-pool", "the mean of each channel over all places")
}

// GlobalAvgPool takes the mean of each channel over a whole picture or series.
type GlobalAvgPool struct{}

// Output has an element for each channel.
func (*GlobalAvgPool) Output(in Shape) (Shape, error) {
	g, err := gridOf(in)
	return Shape{g.channels}, err
}

// Mirror is an error: where in the picture a mean came from is lost.
func (*GlobalAvgPool) Mirror(Shape, bool) ([]LayerPart, error) {
	return nil, fmt.Errorf("a mean over all places does not say where they were")
}

// Activated is nil: the layer has no activation.
func (*GlobalAvgPool) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing that counts.
func (*GlobalAvgPool) Cost(Shape) Cost { return Cost{} }

func (*GlobalAvgPool) interleaved() {}

// Build allocates the layer: one window as large as the input.
func (*GlobalAvgPool) Build(b *Builder, in Shape) Layer {
	g, _ := gridOf(in)
	g = g.wide()
	all := func(n int) axis { return axis{in: n, out: 1, window: n, step: 1} }
	return newWindows(b, g, all(g.height), all(g.width))
}

func (p *GlobalAvgPool) onnx(g *onnx.Graph, x onnx.Value, _ parameters) (onnx.Value, error) {
	shape, err := p.Output(x.Shape)
	one := append(make([]int, 0, len(x.Shape)), 1, 1)[:len(x.Shape)-1]
	return g.Reshape(g.Spatial("GlobalAveragePool", x, append(one, shape...), nil), shape), err
}

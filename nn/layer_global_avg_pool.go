package nn

import (
	"fmt"

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
func (*GlobalAvgPool) Mirror(Shape) (LayerPart, error) {
	return nil, fmt.Errorf("a mean over all places does not say where they were")
}

// Activated is nil: the layer has no activation.
func (*GlobalAvgPool) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost is nothing that counts.
func (*GlobalAvgPool) Cost(Shape) Cost { return Cost{} }

// Build allocates the layer: one window as large as the input.
func (*GlobalAvgPool) Build(b *Builder, in Shape) Layer {
	g, _ := gridOf(in)
	to := grid{1, 1, g.channels}
	all := func(n int) []int { return axis{in: n, out: 1, window: n, step: 1}.taps() }
	l := &pool{
		from: g, to: to, rows: all(g.height), columns: all(g.width), h: g.height, w: g.width,
		team: b.team, y: newBuffer(b.rows, to.size()), dx: newBuffer(b.rows, g.size()),
	}
	l.forward, l.back = l.doForward, l.doBack
	return l
}

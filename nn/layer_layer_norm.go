package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[LayerNorm](layers, "layer-norm", "the features of each example and place have mean 0 and variance 1, then factors and shifts of their own")
}

// LayerNorm normalises the features of an example, or those of each step of a
// series, or the channels of each pixel of a picture (Ba, Kiros and Hinton 2016):
//
//	x̂ = (x − mean)/√(variance + Epsilon)    y = gamma·x̂ + beta
//
// mean and variance being those of these features. It acts alike in training and
// elsewhere. As in Keras it is the last dimension that is normalised; Epsilon is
// by default that of PyTorch, where Keras has 1e-3.
type LayerNorm struct {
	Epsilon float64 `default:"1e-5" range:"(0, 1]" doc:"added to the variance"`
}

// Output has the shape of the input. A single feature has no variance.
func (*LayerNorm) Output(in Shape) (Shape, error) {
	if in[len(in)-1] == 1 {
		return nil, fmt.Errorf("normalising 1 feature leaves nothing of it; take batch-norm, or reshape to more features")
	}
	return in, nil
}

// Mirror normalises what leads back, unless that is to look like the data.
func (n *LayerNorm) Mirror(_ Shape, data bool) ([]LayerPart, error) {
	if data {
		return nil, nil
	}
	return []LayerPart{&LayerNorm{n.Epsilon}}, nil
}

// Activated is nil: the layer has no activation.
func (*LayerNorm) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (*LayerNorm) unbounded() {}

// Cost is a factor and a shift for each feature.
func (*LayerNorm) Cost(in Shape) Cost { return Cost{Parameters: 2 * in[len(in)-1]} }

// Build allocates the layer.
func (n *LayerNorm) Build(b *Builder, in Shape) Layer {
	size, width := in.Size(), in[len(in)-1]
	l := &layerNorm{
		LayerNorm: n, team: b.team, width: width,
		gamma: b.Factors("gamma", width), beta: b.Shifts("beta", width),
		normal: newBuffer(b.rows, size), y: newBuffer(b.rows, size), scale: make([]float32, b.rows*size/width),
		columns: newColumnTotals(b.team, b.rows*size/width, width), dbeta: make([]float64, width), dgamma: make([]float64, width),
	}
	l.forward, l.multiply, l.slope = l.doForward, l.doMultiply, l.doSlope
	return l
}

// layerNorm works on its input as rows of features, one for each place.
type layerNorm struct {
	*LayerNorm
	team  *team
	width int

	gamma, beta *Param

	normal, y     buffer    // x̂ and outputs
	scale         []float32 // 1/√(variance + Epsilon) of each row
	columns       *columnTotals
	dbeta, dgamma []float64

	forward, multiply, slope func(part int) // what the threads do
	x, dy                    *Matrix        // and what of
}

func (n *layerNorm) Forward(x *Matrix) *Matrix {
	n.x = x
	n.normal.of(x.Rows)
	y := n.y.of(x.Rows)
	n.team.each(n.forward)
	return y
}

// row returns the features of a row.
func (n *layerNorm) row(m *Matrix, i int) []float32 { return m.Data[i*n.width : (i+1)*n.width] }

func (n *layerNorm) doForward(part int) {
	low, high := n.team.span(len(n.x.Data)/n.width, cacheLine, part)
	for i := low; i < high; i++ {
		x, normal, y := n.row(n.x, i), n.row(n.normal.matrix, i), n.row(n.y.matrix, i)
		mean := float32(kernel.Sum(x) / float64(n.width))
		for j, v := range x {
			normal[j] = v - mean
		}
		n.scale[i] = float32(1 / math.Sqrt(kernel.SumSquares(normal)/float64(n.width)+n.Epsilon))
		kernel.ScaleBy(normal, n.scale[i])
		kernel.Mul(y, normal, n.gamma.Value)
		kernel.Add(y, y, n.beta.Value)
	}
}

// Backward returns dy, changed: with d = dy·gamma
//
//	dbeta = Σ dy    dgamma = Σ dy·x̂
//	dx = (d − mean of d − x̂·(mean of d·x̂))/√(variance + Epsilon)
func (n *layerNorm) Backward(dy *Matrix, wantInput bool) *Matrix {
	n.dy = dy
	n.columns.of(n.dbeta, dy.Data)
	n.team.each(n.multiply)
	n.columns.of(n.dgamma, n.y.matrix.Data)
	n.beta.addGradient(n.dbeta)
	n.gamma.addGradient(n.dgamma)
	if !wantInput {
		return nil
	}
	n.team.each(n.slope)
	return dy
}

// doMultiply sets y to dy·x̂.
func (n *layerNorm) doMultiply(part int) {
	low, high := n.team.span(len(n.dy.Data), cacheLine, part)
	kernel.Mul(n.y.matrix.Data[low:high], n.dy.Data[low:high], n.normal.matrix.Data[low:high])
}

func (n *layerNorm) doSlope(part int) {
	low, high := n.team.span(len(n.dy.Data)/n.width, cacheLine, part)
	for i := low; i < high; i++ {
		d, normal := n.row(n.dy, i), n.row(n.normal.matrix, i)
		kernel.Mul(d, d, n.gamma.Value)
		mean, along := float32(kernel.Sum(d)/float64(n.width)), float32(kernel.Dot(d, normal)/float64(n.width))
		for j, v := range d {
			d[j] = n.scale[i] * (v - mean - float32(along*normal[j]))
		}
	}
}

// onnx is written out: the operator LayerNormalization came later.
func (n *LayerNorm) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	x = g.Plain(x)
	mean := func(x onnx.Value) string {
		return g.Node("ReduceMean", []string{x.Name}, onnx.Ints("axes", []int64{-1}))
	}
	x = g.Each("Sub", x, []string{mean(x)})
	variance := mean(g.Each("Mul", x, []string{x.Name}))
	deviation := g.Node("Sqrt", []string{g.Node("Add", []string{variance, g.Scalar("epsilon", n.Epsilon)})})
	x = g.Each("Div", x, []string{deviation})
	x = g.Each("Mul", x, []string{p.tensor(g, "gamma")})
	return g.Each("Add", x, []string{p.tensor(g, "beta")}), nil
}

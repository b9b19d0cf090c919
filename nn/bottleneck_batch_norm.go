package nn

import (
	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[BatchNormCode](bottlenecks, "batch-norm", "each unit of the code has mean 0 and variance 1 over the batch, then a factor and a shift of its own")
}

// BatchNormCode is a dense layer, its activation included, whose outputs are
// normalised as the layer batch-norm does it.
type BatchNormCode struct {
	Momentum float64 `default:"0.1" range:"(0, 1]" doc:"share of a batch in the running mean and variance"`
	Epsilon  float64 `default:"1e-5" range:"(0, 1]" doc:"added to the variance"`
}

// Code returns the layer, or what is wrong with the activation.
func (b *BatchNormCode) Code(n int, activation Activation) (LayerPart, error) {
	dense := Dense{Nodes: n, Activation: activation, Bias: true}
	return &batchNormCode{dense, BatchNorm{b.Momentum, b.Epsilon, true}}, across(&dense, n)
}

// batchNormCode is the layer part of a batch-normalised code. Its outputs range
// wider than its activation, so that it counts as a layer without one.
type batchNormCode struct {
	Dense
	norm BatchNorm
}

func (*batchNormCode) bottleneck() string { return "batch-norm" }

func (*batchNormCode) Activated(Activation) (Activation, LayerPart) { return nil, nil }

func (b *batchNormCode) Cost(in Shape) Cost {
	cost := b.Dense.Cost(in)
	cost.Parameters += b.norm.Cost(Shape{b.Nodes}).Parameters
	return cost
}

func (b *batchNormCode) Build(builder *Builder, in Shape) Layer {
	return &batchNormed{b.Dense.Build(builder, in).(*dense), b.norm.Build(builder, Shape{b.Nodes}).(*batchNorm)}
}

// batchNormed normalises what its dense layer yields.
type batchNormed struct {
	dense *dense
	norm  *batchNorm
}

func (b *batchNormed) Forward(x *Matrix) *Matrix { return b.norm.Forward(b.dense.Forward(x)) }

func (b *batchNormed) Backward(dy *Matrix, wantInput bool) *Matrix {
	return b.dense.Backward(b.norm.Backward(dy, true), wantInput)
}

func (b *batchNormCode) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	z, err := b.Dense.nodes(g, x, p)
	if err != nil {
		return z, err
	}
	return b.norm.onnx(g, z, p)
}

package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[VectorQuantised](bottlenecks, "vector-quantised", "a dense layer whose outputs are replaced by the nearest vectors of a codebook, which is learned")
}

// VectorQuantised is the bottleneck of van den Oord, Vinyals and Kavukcuoglu
// (2017). A dense layer, its activation included, yields z, which is cut into
// Vectors equal parts; each is replaced by the nearest entry e of one codebook,
// by Euclidean distance, the first of equal ones. The gradient by the code is
// that by z, and the objective gets the term
//
//	‖sg(z) − e‖² + Commitment·‖z − sg(e)‖²
//
// sg being what no gradient goes through. The term is named quantisation. It is
// summed or averaged over the code's elements as the loss is over those of an
// example, and averaged over examples. Entries are uniform within ±1/Entries at
// first.
type VectorQuantised struct {
	Entries    int     `default:"512" range:"[2, 65536]" doc:"vectors in the codebook"`
	Vectors    int     `optional:"yes" range:"[1, 65536]" doc:"how many vectors a code is made of; 1 unless given"`
	Commitment float64 `default:"0.25" range:"[0, inf)" doc:"how strongly the encoder is held at the entries it chose, beside these at the encoder"`
}

// Normalise makes one vector the same as none given.
func (*VectorQuantised) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["vectors"] == 1.0 {
		delete(resolved, "vectors")
	}
	return nil
}

// Code returns the layer, or why a code cannot be cut so.
func (v *VectorQuantised) Code(n int, activation Activation) (LayerPart, error) {
	part := &quantisedCode{Dense{Nodes: n, Activation: activation, Bias: true}, v.Entries, max(v.Vectors, 1), v.Commitment}
	if n%part.vectors != 0 {
		return nil, fmt.Errorf("a code of %d units cannot be cut into %d equal vectors", n, part.vectors)
	}
	return part, across(&part.Dense, n)
}

// quantisedCode is the layer part of a quantised code.
type quantisedCode struct {
	Dense
	entries, vectors int
	commitment       float64
}

func (*quantisedCode) bottleneck() string { return "vector-quantised" }

// Activated is nil: entries range where they like.
func (*quantisedCode) Activated(Activation) (Activation, LayerPart) { return nil, nil }

// Cost has the codebook beside the dense layer, and the products of all parts
// with all entries.
func (q *quantisedCode) Cost(in Shape) Cost {
	cost := q.Dense.Cost(in)
	cost.Parameters += q.entries * q.Nodes / q.vectors
	cost.Once = q.entries * q.Nodes
	return cost
}

func (q *quantisedCode) Build(b *Builder, in Shape) Layer {
	dense := q.Dense.Build(b, in).(*dense)
	return newQuantised(b, dense, q.entries, q.Nodes/q.vectors, q.commitment)
}

// onnx takes the entries e for which ‖e‖² − 2·z·e is the least.
func (q *quantisedCode) onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error) {
	z, err := q.Dense.nodes(g, x, p)
	book, _ := p.find("codebook")
	width := q.Nodes / q.vectors
	lengths := make([]float32, q.entries)
	for k := range lengths {
		sum := 0.0
		for _, v := range book.Value[k*width:][:width] {
			sum += float64(float64(v) * float64(v))
		}
		lengths[k] = float32(sum)
	}
	entries := p.tensor(g, "codebook")
	scores := g.Node("Gemm", []string{g.Reshape(z, []int{width}).Name, entries, g.Tensor("lengths", []int{q.entries}, lengths)}, onnx.Float("alpha", -2), onnx.Int("transB", 1))
	chosen := g.Node("ArgMin", []string{scores}, onnx.Int("axis", 1), onnx.Int("keepdims", 0))
	nearest := onnx.Value{Name: g.Node("Gather", []string{entries, chosen}), Shape: []int{1, width}}
	return g.Reshape(nearest, []int{q.Nodes}), err
}

package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

// IsProjection tells whether the baseline of a setting is fitted to a
// [Projection], which can be kept and used without the data.
func IsProjection(setting registry.Tree) bool {
	baseline, err := NewBaseline(setting)
	if err != nil {
		return false
	}
	switch baseline.(type) {
	case *PCA, *Mean, *DenoisingPCA:
		return true
	}
	return false
}

// Numbers returns what a projection consists of: the mean of each element, and
// the components [k × n], one after the other; none where k is 0.
func (p *Projection) Numbers() (mean, components []float64) {
	for i := range p.Components() {
		components = append(components, p.components.RawRowView(i)...)
	}
	return p.mean, components
}

// ProjectionOf is Numbers backwards.
func ProjectionOf(mean, components []float64) (*Projection, error) {
	n := len(mean)
	if n == 0 || len(components)%n != 0 {
		return nil, fmt.Errorf("wanted a mean, and components of as many elements, found %d and %d", n, len(components))
	}
	if len(components) == 0 {
		return newProjection(mean, nil), nil
	}
	return newProjection(mean, mat.NewDense(len(components)/n, n, components)), nil
}

// Digest is the SHA-256 of the numbers, as float64 with the lowest byte first.
func (p *Projection) Digest() [sha256.Size]byte {
	mean, components := p.Numbers()
	var text []byte
	for _, v := range mean {
		text = binary.LittleEndian.AppendUint64(text, math.Float64bits(v))
	}
	for _, v := range components {
		text = binary.LittleEndian.AppendUint64(text, math.Float64bits(v))
	}
	return sha256.Sum256(text)
}

// ErrNoCode is the error of a model without a code.
var ErrNoCode = errors.New("it has no code")

// ONNX returns the projection as [Net.ONNX] does a net, in float32: encoder and
// decoder of examples of a shape are a matrix product each. The mean alone is
// exported as a whole, without h, and is otherwise ErrNoCode.
func (p *Projection) ONNX(part string, shape Shape, units *Units, facts map[string]string) ([]byte, error) {
	g := onnx.New()
	if p.components == nil {
		if part != ExportBoth {
			return nil, ErrNoCode
		}
		x := g.Flat(g.Input("x", shape))
		y := g.Each("Mul", x, []string{g.Scalar("none", 0)})
		y = g.Each("Add", y, []string{g.Tensor("mean", []int{len(p.mean)}, narrow(p.mean))})
		g.Output("y", units.out(g, g.Reshape(y, shape)))
		return g.Encode("mean", facts), nil
	}
	_, numbers := p.Numbers()
	k, n := p.Components(), len(p.mean)
	mean := g.Tensor("mean", []int{n}, narrow(p.mean))
	components := g.Tensor("components", []int{k, n}, narrow(numbers))
	h := onnx.Value{Shape: []int{k}}
	if part == ExportDecoder {
		h = g.Input("h", h.Shape)
	} else {
		x := g.Each("Sub", g.Flat(units.in(g, g.Input("x", shape))), []string{mean})
		h.Name = g.Node("Gemm", []string{x.Name, components}, onnx.Int("transB", 1))
		g.Output("h", h)
	}
	if part != ExportEncoder {
		y := onnx.Value{Name: g.Node("Gemm", []string{h.Name, components, mean}), Shape: []int{n}}
		g.Output("y", units.out(g, g.Reshape(y, shape)))
	}
	return g.Encode("projection", facts), nil
}

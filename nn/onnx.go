package nn

import (
	"errors"
	"fmt"

	"hourglass.dev/hourglass/nn/internal/onnx"
)

// exportedPart is a layer part that has a form in ONNX.
type exportedPart interface {
	// onnx adds the layer's nodes to a graph and returns its output, given its
	// input and its parameters.
	onnx(g *onnx.Graph, x onnx.Value, p parameters) (onnx.Value, error)
}

// exportedActivation is an activation that has a form in ONNX.
type exportedActivation interface {
	onnx(g *onnx.Graph, x onnx.Value) onnx.Value
}

// parameters finds those of one layer by their names in it, such as w.
type parameters struct {
	net  *Net
	part LayerPart
	path string // of the layer
	tied string // of the layer whose weights it shares, transposed, or ""
}

// find returns a parameter, and whether it is that of a tied layer.
func (p parameters) find(name string) (found *Param, transposed bool) {
	for _, param := range p.net.Params {
		switch param.Name {
		case p.path + "." + name:
			return param, false
		case p.tied + "." + name:
			found, transposed = param, true
		}
	}
	if found == nil {
		panic("nn: " + p.path + " has no parameter " + name)
	}
	return found, transposed
}

// tensor adds a parameter to a graph as it is.
func (p parameters) tensor(g *onnx.Graph, name string) string {
	param, _ := p.find(name)
	return g.Tensor(name, param.Shape, param.Value)
}

// withBiases adds the biases b, where there are any, to the inputs of an operator.
func (p parameters) withBiases(g *onnx.Graph, biased bool, inputs ...string) []string {
	if biased {
		inputs = append(inputs, p.tensor(g, "b"))
	}
	return inputs
}

// withActivation adds an activation, or nothing where there is none.
func withActivation(g *onnx.Graph, x onnx.Value, a Activation) (onnx.Value, error) {
	if a == nil {
		return x, nil
	}
	exported, ok := a.(exportedActivation)
	if !ok {
		return x, ErrNoONNX
	}
	return exported.onnx(g, x), nil
}

// The parts of a net that are exported.
const (
	ExportEncoder = "encoder"
	ExportDecoder = "decoder"
	ExportBoth    = "both"
)

// ErrNoONNX is the error of a layer or an activation that has no form in ONNX.
var ErrNoONNX = errors.New("it has no form in ONNX")

// Units are those of a table's columns: value = feature·Scale + Offset.
type Units struct {
	Offset, Scale []float64
	Clip          bool // features are kept in [0, 1]
}

// ONNX returns the encoder, the decoder or both as a file in the format ONNX,
// operator set 13. The encoder leads from x, a batch of examples in the shape of
// the data, to their codes h; the decoder from h to the reconstructions y, in the
// shape of the data; both from x to h and y. A Gaussian code is its mean. Where
// there are units, x and y are in these, and scaling is part of the graph. facts
// become metadata of the file.
//
// A layer without a form in ONNX is ErrNoONNX.
func (n *Net) ONNX(part string, units *Units, facts map[string]string) ([]byte, error) {
	g := onnx.New()
	var x onnx.Value
	var err error
	if part != ExportDecoder {
		x = units.in(g, g.Input("x", n.links[0].in))
		if x, err = n.export(g, x, n.links[:n.encoder]); err != nil {
			return nil, err
		}
		g.Output("h", x)
	} else {
		x = g.Input("h", n.links[n.encoder-1].out)
	}
	if part != ExportEncoder {
		if x, err = n.export(g, x, n.links[n.encoder:]); err != nil {
			return nil, err
		}
		g.Output("y", units.out(g, g.Reshape(x, n.links[0].in)))
	}
	return g.Encode("autoencoder", facts), nil
}

// export adds the nodes of some layers.
func (n *Net) export(g *onnx.Graph, x onnx.Value, links []link) (onnx.Value, error) {
	for _, l := range links {
		part, ok := l.part.(exportedPart)
		if !ok {
			return x, fmt.Errorf("%s: %w", l.path, ErrNoONNX)
		}
		p := parameters{net: n, part: l.part, path: l.path}
		if l.tied >= 0 {
			p.tied = n.links[l.tied].path
		}
		g.Prefix = l.path
		var err error
		if x, err = part.onnx(g, x, p); err != nil {
			return x, fmt.Errorf("%s: %w", l.path, err)
		}
	}
	g.Prefix = ""
	return x, nil
}

// in turns values into features.
func (u *Units) in(g *onnx.Graph, x onnx.Value) onnx.Value {
	if u == nil {
		return x
	}
	g.Prefix = "scaling"
	x = g.Each("Sub", x, []string{g.Tensor("offset", x.Shape, narrow(u.Offset))})
	x = g.Each("Div", x, []string{g.Tensor("scale", x.Shape, narrow(u.Scale))})
	if u.Clip {
		x = g.Each("Clip", x, []string{g.Scalar("low", 0), g.Scalar("high", 1)})
	}
	return x
}

// out turns features into values.
func (u *Units) out(g *onnx.Graph, y onnx.Value) onnx.Value {
	if u == nil {
		return y
	}
	g.Prefix = "unscaling"
	y = g.Each("Mul", y, []string{g.Tensor("scale", y.Shape, narrow(u.Scale))})
	return g.Each("Add", y, []string{g.Tensor("offset", y.Shape, narrow(u.Offset))})
}

func narrow(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

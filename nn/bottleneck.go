package nn

import "hourglass.dev/hourglass/registry"

// Bottleneck is the layer that produces the code.
type Bottleneck interface {
	// Code returns the layer that produces a code of n units with an
	// activation, or why it cannot have that activation.
	Code(n int, activation Activation) (LayerPart, error)
}

// codePart is the layer part of a code that no layer list can name.
type codePart interface {
	LayerPart
	// bottleneck is the kind of the bottleneck that the part belongs to.
	bottleneck() string
}

// codeDense returns the dense layer that works out a code, and how many of its
// columns, from the first on, are the code's; or nil where there is none.
func codeDense(layer Layer) (d *dense, columns int) {
	switch l := layer.(type) {
	case *dense:
		return l, l.nodes
	case *gaussian:
		return l.both, l.n
	case *unitNorm:
		return l.dense, l.dense.nodes
	case *batchNormed:
		return l.dense, l.dense.nodes
	case *quantised:
		return l.dense, l.dense.nodes
	}
	return nil, 0
}

var bottlenecks = registry.NewRole[Bottleneck]("bottleneck", "the layer that produces the code")

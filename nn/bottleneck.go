package nn

import "hourglass.dev/hourglass/registry"

// Bottleneck is the layer that produces the code.
type Bottleneck interface {
	// Code returns the layer that produces a code of n units with an
	// activation, or why it cannot have that activation.
	Code(n int, activation Activation) (LayerPart, error)
}

var bottlenecks = registry.NewRole[Bottleneck]("bottleneck", "the layer that produces the code")

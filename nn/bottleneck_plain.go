package nn

import "hourglass.dev/hourglass/registry"

func init() { registry.Add[Plain](bottlenecks, "plain", "a dense layer") }

// Plain is a dense layer.
type Plain struct{}

// Code returns a dense layer.
func (*Plain) Code(n int, activation Activation) (LayerPart, error) {
	return &Dense{Nodes: n, Activation: activation, Bias: true}, nil
}

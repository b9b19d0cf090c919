package nn

import "hourglass.dev/hourglass/registry"

// Activation is a function applied to each element of a layer's output.
type Activation interface {
	// Forward sets y to f(x). y may be x.
	Forward(y, x []float32)
	// Backward sets dx to dy·f′(x), given y = f(x). dx may be dy. x is nil
	// unless NeedsInput.
	Backward(dx, dy, x, y []float32)
	// Curvature sets c to f″(x), given y = f(x). x is nil unless NeedsInput.
	Curvature(c, x, y []float32)
	// NeedsInput tells whether x is read: if not, y can take its place.
	NeedsInput() bool
}

// RowActivation is an activation whose value at a unit depends on all units of
// an example: Forward is called with one example at a time.
type RowActivation interface {
	Activation
	// Across returns what is wrong with it on examples of so many units, if so.
	Across(units int) error
}

var activations = registry.NewRole[Activation]("activation", "what is applied to each element of a layer's output")

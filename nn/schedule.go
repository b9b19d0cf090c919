package nn

import "hourglass.dev/hourglass/registry"

// Schedule is a number that may change as training goes: a rate, or the
// weight of a penalty.
type Schedule interface {
	// At returns the value after so many epochs, fractions included.
	At(epochs float64) float64
}

var schedules = registry.NewRole[Schedule]("schedule", "a number that may change as training goes; a bare number stays as it is").WithScalar("constant")

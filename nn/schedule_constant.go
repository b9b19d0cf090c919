package nn

import "hourglass.dev/hourglass/registry"

func init() { registry.Add[Constant](schedules, "constant", "always the same") }

// Constant never changes.
type Constant struct {
	Value float64 `short:"yes" range:"[0, inf)" doc:"the value"`
}

// At returns Value.
func (c *Constant) At(float64) float64 { return c.Value }

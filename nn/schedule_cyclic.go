package nn

import (
	"math"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Cyclic](schedules, "cyclic", "from one value to another and back, again and again")
}

// Cyclic repeats a cycle: it rises linearly from From to To in a share of the
// cycle, stays there, and falls back linearly in its last share, or at once
// where that is 0.
//
// The defaults are the cyclical annealing of a KL divergence of Fu et al. 2019
// (section 3.2, R = 0.5), who fit 4 cycles into a training. With rise and fall
// 0.5 it is the triangular rate of Smith 2017.
type Cyclic struct {
	From   float64 `default:"0" range:"[0, inf)" doc:"value at the start of a cycle"`
	To     float64 `default:"1" range:"[0, inf)" doc:"value that each cycle reaches"`
	Epochs float64 `range:"(0, inf)" doc:"how long a cycle takes"`
	Rise   float64 `default:"0.5" range:"[0, 1]" doc:"share of a cycle in which it moves to the value that it reaches"`
	Fall   float64 `default:"0" range:"[0, 1]" doc:"share of a cycle in which it moves back"`
}

// Normalise refuses cycles that rise and fall for longer than they last.
func (*Cyclic) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	rise, fall := resolved["rise"].(float64), resolved["fall"].(float64)
	if rise+fall <= 1 {
		return nil
	}
	return registry.Mistakes{{
		Path:    "fall",
		Message: "rise and fall must come to at most 1 together, got " + registry.FormatNumber(rise) + " and " + registry.FormatNumber(fall),
	}}
}

// At returns the value at the part of a cycle that so many epochs lie in.
func (c *Cyclic) At(epochs float64) float64 {
	cycles := epochs / c.Epochs
	at := cycles - math.Floor(cycles)
	share := 1.0
	switch {
	case at < c.Rise:
		share = at / c.Rise
	case 1-at < c.Fall:
		share = (1 - at) / c.Fall
	}
	return c.From + float64((c.To-c.From)*share)
}

package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[Ramp](schedules, "linear", "from one value to another in so many epochs, then constant")
}

// Ramp moves linearly from one value to another, and stays there.
type Ramp struct {
	From   float64 `default:"0" range:"[0, inf)" doc:"value at the start"`
	To     float64 `default:"1" range:"[0, inf)" doc:"value at the end, and from then on"`
	Epochs float64 `range:"(0, inf)" doc:"how long it takes"`
}

// At returns From + (To − From)·min(epochs/Epochs, 1).
func (r *Ramp) At(epochs float64) float64 {
	share := min(epochs/r.Epochs, 1)
	return r.From + float64((r.To-r.From)*share)
}

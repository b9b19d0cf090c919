package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[WarmUp](schedules, "warm-up", "linear up to the start of another schedule, which then begins")
}

// WarmUp moves linearly from a value to the first one of another schedule,
// which begins when it is reached (Goyal et al. 2017, section 2.2). The epochs
// of the other count from there: 5 epochs of warm-up and a cosine over 45 make 50.
type WarmUp struct {
	From   float64  `default:"0" range:"[0, inf)" doc:"value at the start"`
	Epochs float64  `range:"(0, inf)" doc:"how long the warm-up takes"`
	Then   Schedule `doc:"what follows: a number, or a schedule such as cosine"`
}

// At returns From + (then − From)·epochs/Epochs before Epochs have passed, then
// being what the other begins with, and after them that of the other.
func (w *WarmUp) At(epochs float64) float64 {
	if epochs >= w.Epochs {
		return w.Then.At(epochs - w.Epochs)
	}
	return w.From + float64((w.Then.At(0)-w.From)*(epochs/w.Epochs))
}

package nn

import (
	"encoding/binary"
	"math"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Plateau](schedules, "plateau", "cut by a factor whenever the validation objective stops falling; for rates")
}

// Plateau is cut after more than Patience epochs in which the validation
// objective has not improved on its best: ReduceLROnPlateau of PyTorch, whose
// threshold is MinDelta and whose threshold_mode is Delta. Relative means by that
// share of the best. In the epochs of a cooldown, nothing counts against it. Cuts
// that would change the value by no more than 1e-8 are not made.
type Plateau struct {
	From     float64 `range:"[0, inf)" doc:"value at the start"`
	Factor   float64 `default:"0.1" range:"(0, 1)" doc:"what a cut multiplies it by"`
	Patience int     `default:"10" range:"[0, 1000000]" doc:"epochs without improvement that it bears; the next one cuts"`
	MinDelta float64 `default:"1e-4" range:"[0, inf)" doc:"how much lower than the best the objective must be to count as an improvement"`
	Delta    string  `default:"relative" enum:"relative|absolute" doc:"whether min_delta is a share of the best objective, or a difference from it"`
	Cooldown int     `default:"0" range:"[0, 1000000]" doc:"epochs after a cut in which none is counted"`
	Min      float64 `default:"0" range:"[0, inf)" doc:"the lowest value"`
}

// At returns From, the value without any cut.
func (p *Plateau) At(float64) float64 { return p.From }

// leastCut is the smallest change that is made.
const leastCut = 1e-8

// after returns the value after so many cuts.
func (p *Plateau) after(_ float64, cuts int) float64 {
	value := p.From
	for range cuts {
		if next := max(float64(value*p.Factor), p.Min); value-next > leastCut {
			value = next
		}
	}
	return value
}

// improves tells whether an objective is an improvement on the best.
func (p *Plateau) improves(objective, best float64) bool {
	if p.Delta == "absolute" || math.IsInf(best, 1) {
		return objective < best-p.MinDelta
	}
	return objective < float64(best*(1-p.MinDelta))
}

// cutting is a schedule that cuts may lower.
type cutting interface {
	// after returns the value after so many epochs and cuts.
	after(epochs float64, cuts int) float64
}

// after returns that of what follows, once the warm-up is over.
func (w *WarmUp) after(epochs float64, cuts int) float64 {
	if then, ok := w.Then.(cutting); ok && epochs >= w.Epochs {
		return then.after(epochs-w.Epochs, cuts)
	}
	return w.At(epochs)
}

// at returns the value of a rate in a step.
func (u *Update) at(rate Schedule) float64 {
	if plateau, ok := rate.(cutting); ok {
		return plateau.after(u.Epochs, u.Cuts)
	}
	return rate.At(u.Epochs)
}

// plateauIn returns the plateau of a schedule, or nil.
func plateauIn(s Schedule) *Plateau {
	switch s := s.(type) {
	case *Plateau:
		return s
	case *WarmUp:
		return plateauIn(s.Then)
	}
	return nil
}

// checkPlateau reports plateaus that have nothing to watch, or that are no rates.
func (d *Design) checkPlateau(data Traits) registry.Mistakes {
	var mistakes registry.Mistakes
	if plateauIn(d.Rate) != nil && !data.Validation {
		mistakes = append(mistakes, registry.Mistake{Path: "train.optimiser.rate", Message: "a plateau watches the validation split, and the data have none", Hint: "set data.validation: a number of examples"})
	}
	for _, part := range d.Regularisers {
		kl, _ := part.(*KL)
		if plateauIn(part.Factor()) != nil || kl != nil && plateauIn(kl.Capacity) != nil {
			path := "regularisers." + regularisers.KindOf(part).Name
			mistakes = append(mistakes, registry.Mistake{Path: path, Message: "a plateau is for rates: the objective that it watches depends on this", Hint: "such as {kind: linear, epochs: 10}"})
		}
	}
	return mistakes
}

// waiting is a plateau at work. All of it is part of a checkpoint.
type waiting struct {
	*Plateau
	best     float64 // objective, +Inf before there is one
	waited   int     // epochs without improvement
	cooldown int     // epochs of it that are left
	cuts     int
}

func newWaiting(declared *Plateau) waiting {
	return waiting{Plateau: declared, best: math.Inf(1)}
}

// judge takes note of the validation objective after an epoch.
func (w *waiting) judge(objective float64) {
	if w.Plateau == nil {
		return
	}
	if w.improves(objective, w.best) {
		w.best, w.waited = objective, 0
	} else {
		w.waited++
	}
	if w.cooldown > 0 {
		w.cooldown--
		w.waited = 0
	}
	if w.waited > w.Patience {
		w.cuts++
		w.cooldown, w.waited = w.Cooldown, 0
	}
}

// size is the number of bytes that append adds.
func (w *waiting) size() int {
	if w.Plateau == nil {
		return 0
	}
	return 4 * 8
}

func (w *waiting) append(out []byte) []byte {
	if w.Plateau == nil {
		return out
	}
	for _, n := range []uint64{math.Float64bits(w.best), uint64(w.waited), uint64(w.cooldown), uint64(w.cuts)} {
		out = binary.LittleEndian.AppendUint64(out, n)
	}
	return out
}

func (w *waiting) read(from []byte) (rest []byte) {
	if w.Plateau == nil {
		return from
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(from[8*i:]) }
	w.best = math.Float64frombits(word(0))
	w.waited, w.cooldown, w.cuts = int(word(1)), int(word(2)), int(word(3))
	return from[w.size():]
}

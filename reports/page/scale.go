package page

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"

	"hourglass.dev/hourglass/reports"
)

// scale gives an axis its names, or its scale and ticks. With own, the ticks
// stand at the places of the points, as far as these are few.
func scale(axis *plot.Axis, a reports.Axis, own bool, c reports.Chart) {
	switch {
	case len(a.Names) > 0:
		across := axis.Label.Text == c.X.Label
		most := mostNames
		if across && len(a.Names) > few*2 {
			most = few
		}
		axis.Tick.Marker, axis.Min, axis.Max = names(a.Names, most), -0.5, float64(len(a.Names))-0.5
		if across && most > few && len(strings.Join(a.Names, "    ")) > 100 { // do not fit beside each other
			axis.Tick.Label.Rotation = math.Pi / 6
			axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = draw.XRight, draw.YCenter
		}
		return
	case a.Log:
		axis.Scale, axis.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades)
	default:
		axis.Tick.Marker = plot.TickerFunc(evenTicks)
	}
	if places := placesOf(c); own && len(places) <= 10 {
		axis.Tick.Marker = plot.ConstantTicks(ticksAt(places))
	}
}

// mostNames is how many names stand beneath each other.
const mostNames = 40

// names are ticks at 0, 1, 2, …; of more than most, some have no name.
func names(all []string, most int) plot.ConstantTicks {
	every := (len(all) + most - 1) / most
	ticks := make([]plot.Tick, len(all))
	for i, name := range all {
		ticks[i].Value = float64(i)
		if i%every == 0 {
			ticks[i].Label = shortened(name, 22)
		}
	}
	return ticks
}

// placesOf returns the places at which there are points that are no baseline's.
func placesOf(c reports.Chart) []float64 {
	var places []float64
	for _, s := range c.Shown() {
		for _, p := range s.Points {
			if s.Mark != reports.Dashed {
				places = append(places, p.X)
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

func ticksAt(values []float64) []plot.Tick {
	ticks := make([]plot.Tick, len(values))
	for i, v := range values {
		ticks[i] = plot.Tick{Value: v, Label: round(v)}
	}
	return ticks
}

// round returns a round number without zeros at its end.
func round(v float64) string {
	text := reports.FormatNumber(v)
	if strings.Contains(text, ".") && !strings.Contains(text, "e") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// decades are the ticks of a logarithmic axis: powers of ten with 2 and 5
// times them, or with all of 1 to 9 times them where the axis is short.
func decades(least, most float64) []plot.Tick {
	steps := []float64{1, 2, 5}
	if most/least > 1e4 {
		steps = []float64{1}
	} else if most/least < 6 {
		steps = []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	}
	var values []float64
	for power := math.Floor(math.Log10(least)); power <= math.Ceil(math.Log10(most)); power++ {
		for _, step := range steps {
			if v := step * math.Pow(10, power); v >= least*(1-1e-9) && v <= most*(1+1e-9) {
				values = append(values, v)
			}
		}
	}
	return ticksAt(values)
}

// evenTicks are about five ticks at round numbers.
func evenTicks(least, most float64) []plot.Tick {
	span := most - least
	if span <= 0 || !finite(span) {
		return ticksAt([]float64{least})
	}
	step := math.Pow(10, math.Floor(math.Log10(span/4)))
	for _, factor := range []float64{5, 2} {
		if span/(step*factor) >= 3.5 {
			step *= factor
			break
		}
	}
	var values []float64
	for i := math.Ceil(least/step - 1e-9); i*step <= most+1e-9*span; i++ {
		values = append(values, i*step)
	}
	return ticksAt(values)
}

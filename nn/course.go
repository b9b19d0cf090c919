package nn

import "fmt"

// Course is what a chart of the kind series shows: how values go along the steps
// of a series.
type Course struct {
	Lines []Line `json:"lines"`
	// Level is a value to hold the lines against, such as a threshold, and
	// LevelName what it is; there is none where that is empty.
	Level     float64 `json:"level"`
	LevelName string  `json:"level_name,omitempty"`
	// Spans are stretches of steps, from the first to the last, such as labelled
	// anomalies; SpansName is what they are.
	Spans     [][2]int32 `json:"spans"`
	SpansName string     `json:"spans_name"`
}

// Line is one line of a course: a value for each of some steps.
type Line struct {
	Name   string    `json:"name"`
	Steps  []int32   `json:"steps"` // rising
	Values []float32 `json:"values"`
}

// How much of a series is kept to be drawn: features, and points of each line.
const (
	shownFeatures = 4
	shownPoints   = 1600
)

// thinned keeps of each stretch of a long line the smallest and the largest
// value, so that what stands out still does.
func (l Line) thinned() Line {
	if len(l.Steps) <= shownPoints {
		return l
	}
	out := Line{Name: l.Name}
	keep := func(i int) { out.Steps, out.Values = append(out.Steps, l.Steps[i]), append(out.Values, l.Values[i]) }
	const stretches = shownPoints / 2
	for k := range stretches {
		first := spread(k, stretches, len(l.Steps))
		least, most := first, first
		for i := first; i < spread(k+1, stretches, len(l.Steps)); i++ {
			if l.Values[i] < l.Values[least] {
				least = i
			}
			if l.Values[i] > l.Values[most] {
				most = i
			}
		}
		keep(min(least, most))
		if least != most {
			keep(max(least, most))
		}
	}
	return out
}

// seriesTitle says what of the test series is drawn.
func (s *Subject) seriesTitle() string {
	if features := s.Shape[1:].Size(); features > shownFeatures {
		return fmt.Sprintf("the test series, %d of %d features", shownFeatures, features)
	}
	return "the test series"
}

// testSeries are the first features of the steps that the test windows cover, as
// they are fed.
func (s *Subject) testSeries() []Line {
	w, steps, features := s.TestWindows, s.Shape[0], s.Shape[1:].Size()
	lines := make([]Line, min(features, shownFeatures))
	next := 0
	add := func(start int, x []float32) {
		for t := max(next-start, 0); t < steps; t++ {
			for j := range lines {
				lines[j].Steps = append(lines[j].Steps, int32(start+t))
				lines[j].Values = append(lines[j].Values, x[t*features+j])
			}
		}
		next = start + steps
	}
	for i, start := range w.Starts {
		add(int(start), s.Test.Row(i))
	}
	if w.Rest != nil {
		add(int(w.RestStart), w.Rest.Row(0))
	}
	for j := range lines {
		lines[j].Name = fmt.Sprintf("feature %d", j+1)
		if len(s.Columns) == features {
			lines[j].Name = s.Columns[j]
		}
		lines[j] = lines[j].thinned()
	}
	return lines
}

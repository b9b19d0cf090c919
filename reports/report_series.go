package reports

import (
	"fmt"
	"strings"

	"hourglass.dev/hourglass/store"
)

// course is how values go along the steps of a series, as evaluations keep it.
type course struct {
	Lines []struct {
		Name   string    `json:"name"`
		Steps  []float64 `json:"steps"`
		Values []float64 `json:"values"`
	} `json:"lines"`
	Level     float64      `json:"level"`
	LevelName string       `json:"level_name"`
	Spans     [][2]float64 `json:"spans"`
	SpansName string       `json:"spans_name"`
}

// sound tells whether each step of a course has its value.
func (c *course) sound() bool {
	for _, line := range c.Lines {
		if len(line.Steps) == 0 || len(line.Steps) != len(line.Values) {
			return false
		}
	}
	return len(c.Lines) > 0
}

// course adds what goes along a series: once what is the same for all trials, such
// as the series itself, and what is a trial's own to a chart of its own.
func (c *collector) course(t Trial, label string, a store.Artefact, d drawing) {
	content := string(a.Data)
	if !d.Series.sound() || c.drawn[content] {
		return
	}
	own := !strings.HasPrefix(a.Name, "series.")
	if own {
		if c.alone[a.Name]++; c.alone[a.Name] > mostAlone {
			return
		}
	}
	c.drawn[content] = true
	chart := chartOf(a.Name+"-"+short(t.ID), d)
	chart.Command = "hourglass show " + short(t.ID) + " --pictures DIR"
	chart.About = capital(d.Title)
	if own {
		chart.Title += ": " + label
		chart.About += ", of " + label + trialWords(t)
	}
	chart.Spans, chart.SpansName = d.Series.Spans, d.Series.SpansName
	if len(chart.Spans) > 0 {
		chart.About += fmt.Sprintf("; shaded: %s", chart.SpansName)
	}
	chart.About += "."
	chart.Series = d.Series.series()
	c.charts = append(c.charts, found{chart, a.Name})
}

// series are the lines of a course, and its level.
func (c *course) series() []Series {
	var all []Series
	least, most := c.Lines[0].Steps[0], c.Lines[0].Steps[0]
	for i, line := range c.Lines {
		s := Series{Name: line.Name, Mark: Joined, Colour: i}
		for k, step := range line.Steps {
			s.Points = append(s.Points, Point{X: step, Y: line.Values[k]})
			least, most = min(least, step), max(most, step)
		}
		all = append(all, s)
	}
	if c.LevelName != "" {
		all = append(all, Series{Name: c.LevelName, Mark: Dashed, Colour: -1, Points: []Point{{X: least, Y: c.Level}, {X: most, Y: c.Level}}})
	}
	return all
}

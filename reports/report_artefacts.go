package reports

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/store"
)

// Picture is a picture that an evaluation made of a trial.
type Picture struct {
	Trial   string // its id
	Name    string // of what it shows, such as contact-sheet
	Title   string
	About   string
	Command string
	Media   string
	Data    []byte
}

// How much of the artefacts a report shows: trials of which they are taken,
// settings for which a chart that holds one alone is drawn, and points of it.
const (
	mostShown   = 24
	mostAlone   = 6
	mostScatter = 1500
)

// artefactsOf returns the charts and pictures that evaluations made: of the best
// trial of each setting, the best settings first, and of the baselines.
func (g *gathering) artefactsOf() (charts []Chart, pictures []Picture, err error) {
	c := &collector{at: map[string]int{}, alone: map[string]int{}, drawn: map[string]bool{}}
	for _, one := range g.shown() {
		artefacts, err := g.store.Artefacts(one.trial.ID)
		if err != nil {
			return nil, nil, fmt.Errorf("read artefacts: %w", err)
		}
		for _, a := range artefacts {
			switch {
			case strings.HasPrefix(a.Media, "image/"):
				c.pictures = append(c.pictures, pictureOf(one.trial, one.label, a))
			case a.Media == "application/json":
				c.chart(one.trial, one.label, a)
			}
		}
	}
	slices.SortStableFunc(c.pictures, func(a, b Picture) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(c.charts, func(a, b found) int { return strings.Compare(a.artefact, b.artefact) })
	for _, f := range c.charts {
		charts = append(charts, f.Chart)
	}
	return charts, c.pictures, nil
}

// labelled is a trial with what it is called.
type labelled struct {
	trial Trial
	label string
}

// shown returns the trials of which artefacts are shown.
func (g *gathering) shown() []labelled {
	var out []labelled
	for _, x := range g.ranked() {
		if best := g.bestOf(x); best != nil && len(out) < mostShown {
			out = append(out, labelled{*best, x.label})
		}
	}
	for _, t := range g.baselines {
		if t.State == store.Done && len(out) < 2*mostShown {
			label := t.Family
			if code, ok := codeOf(t); ok {
				label += ", code " + FormatNumber(code)
			}
			out = append(out, labelled{t, label})
		}
	}
	return out
}

// bestOf returns the trial of a setting with the best metric.
func (g *gathering) bestOf(x group) *Trial {
	var best *Trial
	least := 0.0
	for i, t := range x.trials {
		v, ok := metricOf(t.Record, g.metric)
		if ok && t.State == store.Done && (best == nil || DirectionOf(g.metric).Better(v, least)) {
			best, least = &x.trials[i], v
		}
	}
	return best
}

// pictureWords say what the pictures of known names show.
var pictureWords = map[string]string{
	"contact-sheet":                "test examples, beneath them what was fed where it is damaged, and the reconstructions",
	"samples":                      "what the decoder makes of codes that are drawn at random",
	"samples-and-nearest-training": "samples above, the training examples nearest to them beneath",
	"error-by-pixel":               "the mean error of each pixel, white where it is largest",
	"code-grid":                    "what the decoder makes of codes on a regular grid",
	"code-map-picture":             "codes of test examples, coloured by class",
	"interpolations":               "between two test examples each, by way of their codes",
}

func pictureOf(t Trial, label string, a store.Artefact) Picture {
	about := pictureWords[a.Name]
	if strings.HasPrefix(a.Name, "denoising") {
		about = "clean examples, what is left of them with noise, and the reconstructions"
	}
	if !t.Baseline() && strings.HasSuffix(about, "reconstructions") {
		about += "; beneath, those of PCA with as many components where it was worked out"
	}
	if about == "" {
		about = strings.ReplaceAll(a.Name, "-", " ")
	}
	return Picture{
		Trial: t.ID, Name: a.Name, Title: a.Name + ": " + label, Media: a.Media, Data: a.Data, Command: "hourglass show " + short(t.ID),
		About: capital(about) + ", of " + label + trialWords(t) + ".",
	}
}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func trialWords(t Trial) string {
	if t.Baseline() {
		return ""
	}
	return fmt.Sprintf(", seed %d (trial %s)", *t.Seed, short(t.ID))
}

// found is a chart with the name of the artefacts that it shows.
type found struct {
	Chart
	artefact string
}

// collector puts artefacts of trials together.
type collector struct {
	charts   []found
	pictures []Picture
	at       map[string]int  // chart of several settings by name
	alone    map[string]int  // how many charts there are of a name
	drawn    map[string]bool // content of series that are there already
}

// chart adds what an artefact draws: curves of all settings to one chart, and
// points, which would hide each other, to charts of their own. What is no
// drawing is left out.
func (c *collector) chart(t Trial, label string, a store.Artefact) {
	var d drawing
	if json.Unmarshal(a.Data, &d) != nil {
		return
	}
	if d.Kind == "series" && d.Series != nil {
		c.course(t, label, a, d)
		return
	}
	if len(d.Points) == 0 || len(d.Labels) != 0 && len(d.Labels) != len(d.Points) {
		return
	}
	if d.Kind == "line" || d.Kind == "bars" {
		c.together(t, label, a.Name, d)
		return
	}
	if c.alone[a.Name]++; c.alone[a.Name] > mostAlone {
		return
	}
	chart := chartOf(a.Name+"-"+short(t.ID), d)
	chart.Title = d.Title + ": " + label
	chart.Command = "hourglass show " + short(t.ID)
	chart.About = capital(d.Title) + ", of " + label + trialWords(t) + "."
	if strings.HasPrefix(a.Name, "scores") {
		chart.Kind, chart.X, chart.Y = Bars, Axis{Label: d.Y}, Axis{Label: "share of the class"}
		chart.Series = histograms(d)
	} else {
		chart.Series = classes(d)
	}
	c.charts = append(c.charts, found{chart, a.Name})
}

// together adds a curve to the chart of all that have its name.
func (c *collector) together(t Trial, label, name string, d drawing) {
	i, known := c.at[name]
	if !known {
		i = len(c.charts)
		c.at[name] = i
		chart := chartOf(name, d)
		chart.About = capital(d.Title) + ", a line for each setting."
		if d.Kind == "bars" && len(d.Classes) == len(d.Points) {
			chart.X.Names = d.Classes
		}
		chart.Command = "hourglass show ID"
		c.charts = append(c.charts, found{chart, name})
	}
	chart := &c.charts[i]
	series := Series{Name: label, Mark: Joined, Colour: len(chart.Series), Aside: len(chart.Series) >= mostDrawn}
	if t.Baseline() {
		series.Mark, series.Colour = Dashed, -1
	}
	for _, i := range evenly(len(d.Points), 4*mostPoints) {
		series.Points = append(series.Points, Point{X: d.Points[i][0], Y: d.Points[i][1]})
	}
	chart.Series = append(chart.Series, series)
}

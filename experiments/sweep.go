package experiments

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// sweep is how a spec varies its setting.
type sweep struct {
	cases   *axis
	grid    []*axis
	zip     []*axis
	whens   []*when
	exclude []*condition
	include []step
	sample  *sample
}

// axis is something that varies: in each step it assigns its paths.
type axis struct {
	paths []string
	steps []step
	key   *yaml.Node // where it is named
}

// step is one value of an axis, or one case.
type step struct {
	name     string // of a case
	assigned []*assignment
}

// words of a sweep, in the order in which they apply.
var sweepWords = []string{"cases", "grid", "zip", "when", "exclude", "include", "sample"}

// readSweep reads the sweep of a spec and the axes of the command line.
func (rs *resolver) readSweep(edits []entry) *sweep {
	s := &sweep{}
	words := map[string]spot{}
	if given, ok := rs.words["sweep"]; ok && !isNull(given.value) {
		words, _ = rs.mapping(given, "sweep", sweepWords)
	}
	s.cases = rs.readCases(words)
	s.grid = rs.readGrid(words, "grid")
	s.zip = rs.readZip(words)
	s.grid = rs.replaceAxes(s.grid, edits)
	rs.checkConflicts(s.cases, s.grid, s.zip)
	s.whens = rs.readWhens(words)
	s.exclude = rs.readExclude(words)
	s.include = rs.readInclude(words, s.paths())
	s.sample = rs.readSample(words)
	return s
}

// paths returns the swept paths, in the spec's order.
func (s *sweep) paths() []string {
	var out []string
	for _, a := range s.axes() {
		for _, path := range a.paths {
			if !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	return out
}

// axes returns all axes but the cases.
func (s *sweep) axes() []*axis {
	axes := slices.Concat(s.grid, s.zip)
	for _, w := range s.whens {
		axes = append(axes, w.axes...)
	}
	return axes
}

// replaceAxes puts the axes of the command line in the place of those of the
// same path, or behind them.
func (rs *resolver) replaceAxes(axes []*axis, edits []entry) []*axis {
	for _, e := range edits {
		edited := rs.axis(e)
		if edited == nil {
			continue
		}
		at := slices.IndexFunc(axes, func(a *axis) bool { return a.paths[0] == e.name })
		if at < 0 {
			axes = append(axes, edited)
		} else {
			axes[at] = edited
		}
	}
	return axes
}

// checkConflicts refuses a path that two words of one level of the sweep set.
func (rs *resolver) checkConflicts(cases *axis, grid, zip []*axis) {
	setBy := map[string]string{}
	if cases != nil {
		for _, c := range cases.steps {
			for _, a := range c.assigned {
				if setBy[a.path] == "" {
					setBy[a.path] = "the case " + c.name
				}
			}
		}
	}
	rs.checkAxes(setBy, grid, "grid")
	rs.checkAxes(setBy, zip, "zip")
}

func (rs *resolver) checkAxes(setBy map[string]string, axes []*axis, word string) {
	for _, a := range axes {
		for i, path := range a.paths {
			if other := setBy[path]; other != "" {
				rs.report(rs.at(a.keyOf(i)), "leave it to one of them", "%s is set by %s and by %s", path, other, word)
			}
			setBy[path] = word
		}
	}
}

// keyOf returns where path i of the axis is named.
func (a *axis) keyOf(i int) *yaml.Node {
	if len(a.steps) > 0 && a.steps[0].assigned[i].from.key != nil {
		return a.steps[0].assigned[i].from.key
	}
	return a.key
}

// maxCombinations bounds what a sweep may expand to before it is sampled.
const maxCombinations = 1_000_000

// expand returns the combinations of the sweep, and notes its shape in e.
func (rs *resolver) expand(s *sweep, e *Experiment) []combination {
	e.Axes = s.paths()
	out := []combination{{}}
	note := func(word string, given bool) {
		if given {
			e.Steps = append(e.Steps, Step{word, len(out)})
		}
	}
	if s.cases != nil {
		for _, c := range s.cases.steps {
			e.Cases = append(e.Cases, c.name)
		}
		out = rs.product(out, []*axis{s.cases})
	}
	note("cases", s.cases != nil)
	out = rs.product(out, s.grid)
	note("grid", s.grid != nil)
	out = rs.product(out, s.zip)
	note("zip", s.zip != nil)
	out = rs.branch(out, s.whens)
	note("when", s.whens != nil)
	out = rs.remove(out, s.exclude)
	note("exclude", s.exclude != nil)
	for _, row := range s.include {
		out = append(out, combination{assigned: row.assigned})
	}
	note("include", s.include != nil)
	out = s.sample.draw(out)
	note("sample", s.sample != nil)
	if len(out) == 0 && len(rs.problems) == 0 {
		rs.report(rs.where(rs.words["sweep"]), "", "the sweep leaves nothing to run")
	}
	return out
}

// product multiplies combinations by axes, of which the last varies fastest.
func (rs *resolver) product(in []combination, axes []*axis) []combination {
	for _, a := range axes {
		if len(in)*len(a.steps) > maxCombinations {
			rs.report(rs.at(a.key), "fewer values, or fewer axes", "the sweep has %d combinations here, at most %d are allowed", len(in)*len(a.steps), maxCombinations)
			return nil
		}
		out := make([]combination, 0, len(in)*len(a.steps))
		for _, c := range in {
			for _, s := range a.steps {
				next := c.with(s.assigned)
				if s.name != "" {
					next.name = s.name
				}
				out = append(out, next)
			}
		}
		in = out
	}
	return in
}

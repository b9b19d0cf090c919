package experiments

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// readCompare reads compare: {metric, rows, columns}. What it does not say
// follows from the sweep, so that no cell holds settings that differ: cases
// and axes that are not named go to the rows, the last to the columns.
func (rs *resolver) readCompare(e *Experiment, s *sweep) {
	e.Compare = Compare{Metrics: []string{"test.mse"}}
	words := map[string]spot{}
	if given, ok := rs.words["compare"]; ok && !isNull(given.value) {
		words, _ = rs.mapping(given, "compare", []string{"metric", "rows", "columns", "reference"})
	}
	if given, ok := words["metric"]; ok {
		e.Compare.Metrics = rs.metrics(given)
	}
	rows, hasRows := words["rows"]
	columns, hasColumns := words["columns"]
	if hasRows {
		e.Compare.Rows = rs.projections(rows, "rows", s)
	}
	if hasColumns {
		e.Compare.Columns = rs.projections(columns, "columns", s)
	}
	for i, name := range e.Compare.Columns {
		if slices.Contains(e.Compare.Rows, name) {
			rs.report(rs.elementOf(columns, i), "leave it to one of them", "%q is given in rows and in columns", name)
		}
	}
	e.Compare.complete(s, hasRows, hasColumns)
	if given, ok := words["reference"]; ok {
		e.Compare.Reference = rs.reference(given, s, e.Compare)
	}
}

// reference reads a case, a kind of baseline, or a mapping from row and column
// paths to values.
func (rs *resolver) reference(given spot, s *sweep, c Compare) string {
	if given.value.Kind != yaml.MappingNode {
		name := rs.word(given, "reference")
		known := slices.Concat(s.caseNames(), baselineRole().Names())
		if name != "" && !slices.Contains(known, name) {
			rs.report(rs.where(given), nearestHint(name, known), "reference must be a case, a baseline, or values such as {loss: mse}, got %q", name)
		}
		return name
	}
	var words []string
	shown := slices.Concat(c.Rows, c.Columns)
	for _, e := range rs.entries(given.value) {
		if !slices.Contains(shown, e.name) {
			rs.report(rs.at(e.key), nearestHint(e.name, shown), "%q labels no rows or columns, so that it cannot be a reference", e.name)
		}
		words = append(words, e.name+"="+registry.FormatValue(rs.tree(e.value)))
	}
	if len(words) == 0 {
		rs.report(rs.where(given), "such as {loss: mse}", "reference needs a value")
	}
	return strings.Join(words, ",")
}

// caseNames are the names of the cases, in their order.
func (s *sweep) caseNames() []string {
	var names []string
	if s.cases != nil {
		for _, c := range s.cases.steps {
			names = append(names, c.name)
		}
	}
	return names
}

// complete fills in rows and columns that the spec does not give.
func (c *Compare) complete(s *sweep, hasRows, hasColumns bool) {
	var rest []string
	for _, name := range s.dimensions() {
		if !slices.Contains(c.Rows, name) && !slices.Contains(c.Columns, name) {
			rest = append(rest, name)
		}
	}
	switch {
	case hasRows && !hasColumns:
		c.Columns = rest
	case hasColumns && !hasRows:
		c.Rows = rest
	case !hasRows && len(rest) > 1:
		c.Rows, c.Columns = rest[:len(rest)-1], rest[len(rest)-1:]
	case !hasRows:
		c.Rows = rest
	}
	if len(c.Rows) == 0 {
		c.Rows = []string{"family"}
	}
}

// dimensions are what tells the combinations of a sweep apart: the case, and
// one path of each axis.
func (s *sweep) dimensions() []string {
	var out []string
	if s.cases != nil {
		out = append(out, "case")
	}
	for _, a := range s.axes() {
		if !slices.Contains(out, a.paths[0]) {
			out = append(out, a.paths[0])
		}
	}
	return out
}

// metrics reads a metric or a list of them.
func (rs *resolver) metrics(s spot) []string {
	known := rs.metricNames()
	names := rs.wordList(s, "metric")
	for i, name := range names {
		at := rs.elementOf(s, i)
		if name != "" && !slices.Contains(known, name) {
			rs.report(at, metricHint(name, known), "no metric is called %q", name)
		}
		if slices.Contains(names[:i], name) {
			rs.report(at, "", "the metric %q is given twice", name)
		}
	}
	return names
}

func metricHint(name string, known []string) string {
	if slices.Contains(known, "test."+name) {
		return "did you mean test." + name + "?"
	}
	if nearest := registry.Nearest(name, known); nearest != "" {
		return "did you mean " + nearest + "?"
	}
	return "such as test.mse"
}

// projections reads a path or a list of them, or the words case and family.
func (rs *resolver) projections(s spot, what string, sweep *sweep) []string {
	names := rs.wordList(s, what)
	for i, name := range names {
		at := rs.elementOf(s, i)
		switch {
		case slices.Contains(names[:i], name):
			rs.report(at, "", "%q is given twice in %s", name, what)
		case name == "case" && sweep.cases == nil:
			rs.report(at, "", "the sweep has no cases")
		case name == "" || name == "case" || name == "family":
		case slices.Contains(sections[:], strings.Split(name, ".")[0]):
			rs.checkPath(name, at)
		default:
			rs.report(at, projectionHint(name, sweep), "%s must be paths of the setting, case or family, got %q", what, name)
		}
	}
	return names
}

func projectionHint(name string, sweep *sweep) string {
	if longer := longerPath(name); longer != "" {
		return "did you mean " + longer + "?"
	}
	if nearest := registry.Nearest(name, slices.Concat([]string{"case", "family"}, sections[:], sweep.paths())); nearest != "" {
		return "did you mean " + nearest + "?"
	}
	return "such as model.code"
}

// elementOf returns where element i of a list stands, or the value that stands
// for a list of one.
func (rs *resolver) elementOf(s spot, i int) span {
	if element := elementIn(s.value, i); element.value != nil {
		return rs.at(element.value)
	}
	return rs.where(s)
}

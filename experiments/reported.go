package experiments

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// Reported is a value that somebody published, to be set beside what was
// obtained:
//
//	reported:
//	  - {case: stacked, metric: validation.mse, value: 0.0132, tolerance: 0.0003, source: "Géron, chapter 17"}
//	  - {where: {model.code: 30}, baseline: pca, metric: test.mse, value: 0.0177, tolerance: 2%, source: "…"}
//
// It speaks of the trials of a case, or of those that meet all conditions of
// where; of all trials where it has neither; and of baselines alone where it
// names a kind of them.
type Reported struct {
	About  string // what it speaks of, for people: "case stacked"
	Metric string
	Value  float64
	// Tolerance is how far a result may lie from the value and still agree with
	// it, nil where that is not stated.
	Tolerance *float64
	Source    string
	Note      string   // what else is to be known, such as why results differ, or ""
	IDs       []string // of the trials that it speaks of, in the order of work
}

// Agrees tells whether a result lies within the tolerance, its end included. A
// value without a tolerance agrees with nothing.
func (r Reported) Agrees(result float64) bool {
	if r.Tolerance == nil {
		return false
	}
	// The ends belong to it, as they are written: 0.0132 ± 0.0003 has 0.0135.
	rounding := 1e-12 * (math.Abs(r.Value) + *r.Tolerance)
	return math.Abs(result-r.Value) <= *r.Tolerance+rounding
}

// reportedEntry is an entry of reported in the making.
type reportedEntry struct {
	Reported
	from     spot
	baseline string // kind, or ""
	where    *condition
}

var reportedWords = []string{"case", "where", "baseline", "metric", "value", "tolerance", "source", "note"}

const reportedHint = `such as {case: stacked, metric: validation.mse, value: 0.0132, tolerance: 0.0003, source: "who, where"}`

// readReported reads reported: an entry, or a list of them.
func (rs *resolver) readReported(s *sweep) {
	given, ok := rs.words["reported"]
	if !ok || isNull(given.value) {
		return
	}
	for _, from := range rs.oneOrMany(given, "reported") {
		words, ok := rs.mapping(from, "a reported value", reportedWords)
		if !ok {
			continue
		}
		r := &reportedEntry{from: from}
		rs.readSelection(r, words, s)
		rs.readPublished(r, words)
		rs.reported = append(rs.reported, r)
	}
}

// readSelection reads what an entry speaks of.
func (rs *resolver) readSelection(r *reportedEntry, words map[string]spot, s *sweep) {
	var about []string
	if given, ok := words["baseline"]; ok {
		r.baseline = rs.word(given, "baseline")
		if names := baselineRole().Names(); r.baseline != "" && !slices.Contains(names, r.baseline) {
			rs.report(rs.where(given), nearestHint(r.baseline, names), "no baseline is called %q", r.baseline)
		}
		about = append(about, r.baseline)
	}
	if given, ok := words["where"]; ok {
		if r.where = rs.readCondition(given, "where"); r.where != nil {
			about = append(about, r.where.words()...)
		}
	}
	if given, ok := words["case"]; ok {
		name := rs.word(given, "case")
		rs.checkCase(name, given, s)
		if r.baseline != "" {
			rs.report(rs.at(given.key), "leave it out", "a baseline is of no case")
		}
		if r.where == nil {
			r.where = &condition{from: given}
		}
		r.where.wanted = append(r.where.wanted, wanted{"case", []any{name}})
		about = append(about, "case "+name)
	}
	r.About = strings.Join(about, ", ")
}

func (rs *resolver) checkCase(name string, given spot, s *sweep) {
	names := s.caseNames()
	switch {
	case name == "" || slices.Contains(names, name):
	case len(names) == 0:
		rs.report(rs.where(given), "select by where: {model.code: 8}, or by nothing", "the sweep has no cases")
	default:
		rs.report(rs.where(given), nearestHint(name, names), "the sweep has no case %q", name)
	}
}

// words returns the condition for people, one for each path.
func (c *condition) words() []string {
	var out []string
	for _, w := range c.wanted {
		var values []string
		for _, value := range w.values {
			values = append(values, registry.FormatValue(value))
		}
		out = append(out, w.path+" "+strings.Join(values, " or "))
	}
	return out
}

// readPublished reads what was published, and by whom.
func (rs *resolver) readPublished(r *reportedEntry, words map[string]spot) {
	for _, name := range []string{"metric", "value", "source"} {
		if _, given := words[name]; !given {
			rs.report(rs.where(r.from), reportedHint, "a reported value needs its %s", name)
		}
	}
	if given, ok := words["metric"]; ok {
		if names := rs.metrics(given); len(names) == 1 {
			r.Metric = names[0]
		} else {
			rs.report(rs.where(given), "make an entry of each", "a reported value is of one metric, got %d", len(names))
		}
	}
	if given, ok := words["value"]; ok {
		value, isNumber := rs.tree(given.value).(float64)
		if !isNumber {
			rs.report(rs.where(given), "", "value must be a number, got %s", rs.describe(given.value))
		}
		r.Value = value
	}
	if given, ok := words["tolerance"]; ok {
		r.Tolerance = rs.tolerance(given, r.Value)
	}
	if given, ok := words["source"]; ok {
		r.Source = strings.Join(strings.Fields(rs.word(given, "source")), " ")
	}
	if given, ok := words["note"]; ok {
		r.Note = strings.Join(strings.Fields(rs.word(given, "note")), " ")
	}
}

// tolerance reads a number, or a share of the value such as 2%.
func (rs *resolver) tolerance(s spot, value float64) *float64 {
	number, ok := rs.tree(s.value).(float64)
	if text, isPercent := strings.CutSuffix(s.value.Value, "%"); isPercent && s.value.Kind == yaml.ScalarNode {
		percent, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		number, ok = percent/100*math.Abs(value), err == nil
	}
	if !ok || !(number >= 0) || math.IsInf(number, 0) {
		rs.report(rs.where(s), "such as 0.0003 or 2%", "tolerance must be a number from 0 on, or per cent of the value, got %s", rs.describe(s.value))
		return nil
	}
	return &number
}

// speakOf notes which reported values speak of a setting.
func (rs *resolver) speakOf(s *setting, c combination) {
	for _, r := range rs.reported {
		selected := r.baseline == "" && (r.where == nil || rs.meets(c, r.where))
		if selected && !slices.Contains(s.reported, r) {
			s.reported = append(s.reported, r)
		}
	}
}

// finishReported enters the reported values with the trials that they speak
// of. One that speaks of no trial is a mistake, unless the command line changed
// what there is.
func (rs *resolver) finishReported(e *Experiment, settings []*setting, baselines []Trial) {
	for _, r := range rs.reported {
		r.IDs = rs.spokenOf(r, e.Seeds, settings, baselines)
		switch {
		case len(r.IDs) > 0:
			e.Reported = append(e.Reported, r.Reported)
		case len(e.Edits) == 0:
			at := r.from
			if r.where != nil {
				at = r.where.from
			}
			rs.report(rs.where(at), "", "no trial is selected, so that the value stands beside nothing")
		}
	}
}

// spokenOf returns the ids of the trials that an entry selects, in the order of
// work.
func (rs *resolver) spokenOf(r *reportedEntry, seeds []int, settings []*setting, baselines []Trial) []string {
	var ids []string
	for _, trial := range baselines {
		if r.baseline != "" && r.speaksOf(trial) {
			ids = append(ids, trial.ID)
		}
	}
	for _, seed := range seeds {
		for _, s := range settings {
			if slices.Contains(s.reported, r) {
				ids = append(ids, hash(s.identity, s.data.fingerprint, &seed, rs.world.Numerics()))
			}
		}
	}
	return ids
}

// speaksOf tells whether a baseline is of the kind, and meets all conditions.
func (r *reportedEntry) speaksOf(trial Trial) bool {
	if trial.Family != r.baseline {
		return false
	}
	if r.where == nil {
		return true
	}
	return !slices.ContainsFunc(r.where.wanted, func(w wanted) bool {
		got, ok := Lookup(trial.Setting, w.path)
		return !ok || !slices.ContainsFunc(w.values, func(value any) bool { return got == registry.FormatValue(value) })
	})
}

// reportedSchema is that of the word reported.
func reportedSchema() registry.Tree {
	text := registry.Tree{"type": "string"}
	described := func(choice registry.Tree, what string) registry.Tree {
		choice["description"] = what
		return choice
	}
	one := registry.Tree{
		"type": "object", "additionalProperties": false, "required": []any{"metric", "value", "source"},
		"properties": registry.Tree{
			"case":     described(registry.Tree{"type": "string"}, "the case that it is of"),
			"where":    described(registry.Tree{"type": "object", "minProperties": 1.0}, "the values of the settings that it is of"),
			"baseline": described(registry.Tree{"enum": words(baselineRole().Names())}, "the kind of baseline that it is of"),
			"metric":   described(anyOf(text, registry.Tree{"type": "array", "items": text, "minItems": 1.0, "maxItems": 1.0}), "what was measured"),
			"value":    described(registry.Tree{"type": "number"}, "as it was published"),
			"tolerance": described(anyOf(registry.Tree{"type": "number", "minimum": 0.0}, registry.Tree{"type": "string", "pattern": `^\s*\d+(\.\d*)?\s*%$`}),
				"how far a result may lie from it and still agree: a number, or per cent of the value"),
			"source": described(registry.Tree{"type": "string"}, "who published it, and where"),
			"note":   described(registry.Tree{"type": "string"}, "what else is to be known, such as why results differ"),
		},
	}
	out := anyOf(one, registry.Tree{"type": "array", "items": one, "minItems": 1.0})
	return described(out, "published values to set beside the results")
}

func words(names []string) []any {
	out := make([]any, len(names))
	for i, name := range names {
		out[i] = name
	}
	return out
}

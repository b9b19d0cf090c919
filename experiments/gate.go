package experiments

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hourglass.dev/hourglass/registry"
)

// Gate says how results are held against a baseline that is checked in:
//
//	gate:
//	  metrics: {test.mse: 1%, test.psnr: {absolute: 0.05}}
//	  alpha: 0.05
//
// or exact: true, where the weights must have the same digests.
type Gate struct {
	Exact   bool
	Alpha   float64 // the risk of a false alarm in each test
	Metrics []Gated // in the order of their names
}

// Gated is a metric that the gate watches. A result may be worse than the
// baseline by the larger of the two tolerances.
type Gated struct {
	Metric   string
	Better   string  // lower or higher, or "" where the metric itself says it
	Relative float64 // share of the baseline's mean
	Absolute float64
}

// Tolerance is how much worse than a mean a result may be.
func (g Gated) Tolerance(mean float64) float64 {
	return max(g.Absolute, g.Relative*math.Abs(mean))
}

// readGate reads gate. Without metrics those of compare are watched.
func (rs *resolver) readGate(e *Experiment) {
	e.Gate.Alpha = 0.05
	if given, ok := rs.words["gate"]; ok && !isNull(given.value) {
		words, _ := rs.mapping(given, "gate", []string{"metrics", "exact", "alpha"})
		if s, ok := words["exact"]; ok {
			exact, isBool := rs.tree(s.value).(bool)
			if !isBool {
				rs.report(rs.where(s), "", "exact must be true or false, got %s", rs.describe(s.value))
			}
			e.Gate.Exact = exact
		}
		if s, ok := words["alpha"]; ok {
			value, isNumber := rs.tree(s.value).(float64)
			if !isNumber || value <= 0 || value >= 0.5 {
				rs.report(rs.where(s), "such as 0.05", "alpha must lie in (0, 0.5), got %s", rs.describe(s.value))
			}
			e.Gate.Alpha = value
		}
		if s, ok := words["metrics"]; ok {
			rs.readGated(e, s)
		}
	}
	if e.Gate.Metrics == nil {
		for _, name := range e.Compare.Metrics {
			if !e.Gate.Exact || !fromPCA(name) {
				e.Gate.Metrics = append(e.Gate.Metrics, Gated{Metric: name})
			}
		}
	}
	slices.SortFunc(e.Gate.Metrics, func(a, b Gated) int { return strings.Compare(a.Metric, b.Metric) })
}

// fromPCA tells whether a metric is worked out when read, from PCA, whose
// figures are close and not exact.
func fromPCA(metric string) bool {
	return strings.HasSuffix(metric, ".gain_over_pca") || strings.HasSuffix(metric, ".pca_dims")
}

func (rs *resolver) readGated(e *Experiment, s spot) {
	names := rs.metricNames()
	words, _ := rs.mapping(s, "gate.metrics", names)
	if len(words) == 0 && s.value.Kind == yaml.MappingNode && len(s.value.Content) == 0 {
		rs.report(rs.where(s), "such as {test.mse: 1%}", "gate.metrics needs at least one metric")
	}
	for _, name := range names {
		given, ok := words[name]
		if !ok {
			continue
		}
		if e.Gate.Exact && fromPCA(name) {
			rs.report(rs.at(given.key), "leave it out", "%s is derived from PCA, whose figures are not exact", name)
		}
		g := Gated{Metric: name}
		switch {
		case isNull(given.value):
		case given.value.Kind == yaml.MappingNode:
			rs.readTolerances(&g, given)
		default:
			g.Relative = rs.share(given, name)
		}
		e.Gate.Metrics = append(e.Gate.Metrics, g)
	}
}

func (rs *resolver) readTolerances(g *Gated, given spot) {
	words, _ := rs.mapping(given, g.Metric, []string{"better", "relative", "absolute"})
	if s, ok := words["better"]; ok {
		if g.Better = rs.word(s, "better"); g.Better != "lower" && g.Better != "higher" {
			rs.report(rs.where(s), "", "better must be lower or higher, got %q", g.Better)
		}
	}
	if s, ok := words["relative"]; ok {
		g.Relative = rs.share(s, "relative")
	}
	if s, ok := words["absolute"]; ok {
		value, isNumber := rs.tree(s.value).(float64)
		if !isNumber || value < 0 {
			rs.report(rs.where(s), "", "absolute must be a number from 0 on, got %s", rs.describe(s.value))
		}
		g.Absolute = value
	}
}

// share reads 1% or 0.01.
func (rs *resolver) share(s spot, what string) float64 {
	value, ok := rs.tree(s.value).(float64)
	if text, percent := strings.CutSuffix(s.value.Value, "%"); percent && s.value.Kind == yaml.ScalarNode {
		number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		value, ok = number/100, err == nil
	}
	if !ok || !(value >= 0 && value < 1) {
		rs.report(rs.where(s), "such as 1% or 0.01", "%s must be a share in [0, 1), got %s", what, rs.describe(s.value))
		return 0
	}
	return value
}

// gateSchema is that of the word gate.
func gateSchema() registry.Tree {
	share := anyOf(registry.Tree{"type": "number", "minimum": 0.0, "exclusiveMaximum": 1.0}, registry.Tree{"type": "string", "pattern": `^\s*[0-9.]+\s*%$`})
	return registry.Tree{
		"type": []any{"object", "null"}, "additionalProperties": false,
		"description": "how results are held against the checked-in baseline",
		"properties": registry.Tree{
			"exact": registry.Tree{"type": "boolean", "description": "whether the weights must have the same digests"},
			"alpha": registry.Tree{"type": "number", "exclusiveMinimum": 0.0, "exclusiveMaximum": 0.5, "description": "the risk of a false alarm in each test"},
			"metrics": registry.Tree{
				"type": "object", "minProperties": 1.0, "description": "what is watched, and by how much it may be worse",
				"additionalProperties": anyOf(registry.Tree{"type": "null"}, share, registry.Tree{
					"type": "object", "additionalProperties": false,
					"properties": registry.Tree{
						"better": registry.Tree{"enum": []any{"lower", "higher"}}, "relative": share,
						"absolute": registry.Tree{"type": "number", "minimum": 0.0},
					},
				}),
			},
		},
	}
}

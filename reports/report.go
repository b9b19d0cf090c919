package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// Report is all that the store knows of an experiment, for a reader who was
// not there. It holds nothing of the moment at which it is made, so that the
// same store always gives the same report.
type Report struct {
	Name, Question string
	Tags           []string
	Finished       time.Time // when the last trial ended; zero before the first
	Summary        []string  // sentences
	Answers        []Answer
	Comparison     *Table
	Listing        *Listing
	Charts         []Chart
	Pictures       []Picture
	Health         Health
	Provenance     Provenance
	Commands       Commands
}

// Commands print again what a report shows.
type Commands struct {
	Spec                       string // the spec and what the command line changed in it
	Run, Compare, List, Report string
	Repro                      string // of one trial, to the bit
}

// gathering is a report in the making.
type gathering struct {
	store      *store.Store
	experiment *experiments.Experiment
	layout     Layout
	metric     string // that settings are held against each other by
	trials     []Trial
	groups     []group // without baselines
	baselines  []Trial
	commands   Commands
	ladder     []float64 // PCA's metric by the number of components, where all trials share it
}

// Gather makes the report of an experiment.
func Gather(s *store.Store, e *experiments.Experiment) (*Report, error) {
	g, err := gather(s, e)
	if err != nil {
		return nil, err
	}
	table, err := Compare(g.trials, g.layout)
	if err != nil {
		return nil, err
	}
	r := &Report{
		Name: e.Name, Question: e.Question, Tags: e.Tags, Comparison: table, Answers: Answers(g.trials, e.Claims),
		Listing: List(g.trials, g.layout.Axes, listed(g.layout), false),
		Health:  g.health(), Provenance: g.provenance(), Commands: g.commands,
	}
	for _, t := range g.trials {
		if t.Finished.After(r.Finished) {
			r.Finished = t.Finished
		}
	}
	if r.Charts, err = g.charts(); err != nil {
		return nil, err
	}
	drawn, pictures, err := g.artefactsOf()
	if err != nil {
		return nil, err
	}
	r.Charts, r.Pictures = append(r.Charts, drawn...), pictures
	r.Summary = g.summary(r)
	return r, nil
}

// listed are the metrics that the list of trials has: those that are compared,
// and what each trial took.
func listed(layout Layout) []string {
	return append(slices.Clone(complete(layout).Metrics), "parameters", "epochs", "seconds")
}

func gather(s *store.Store, e *experiments.Experiment) (*gathering, error) {
	trials, err := ReadExperiment(s, e)
	if err != nil {
		return nil, err
	}
	g := &gathering{store: s, experiment: e, layout: LayoutOf(e), trials: trials, commands: commandsOf(e)}
	g.metric = complete(g.layout).asked[0]
	for _, t := range trials {
		if t.Baseline() {
			g.baselines = append(g.baselines, t)
		}
	}
	g.groups = g.group()
	return g, g.climb()
}

// climb reads PCA's error by the number of components where the metric is one
// that the store keeps so, and all trials have the same data.
func (g *gathering) climb() error {
	data, memo := "", memo{}
	for _, t := range g.trials {
		if data != "" && memo.dataOf(t) != data {
			return nil
		}
		data = memo.dataOf(t)
	}
	for _, t := range g.baselines {
		if t.Family != "pca" || t.State != store.Done {
			continue
		}
		series, err := g.store.Series(t.ID, g.metric)
		if err != nil || series != nil {
			g.ladder = series
			return err
		}
	}
	return nil
}

// group is the trials of one setting: they differ in the seed alone.
type group struct {
	label  string
	family string
	place  store.Place
	trials []Trial
	value  Value // of the metric, over the trials that are done
}

// group puts the trials of each setting together, in the order of the sweep.
func (g *gathering) group() []group {
	var groups []group
	at, memo := map[string]int{}, memo{}
	varying := g.varying()
	for _, t := range g.trials {
		if t.Baseline() {
			continue
		}
		key := memo.effort(t)
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			place := t.places()[0]
			groups = append(groups, group{label: labelAt(t, place, varying), family: t.Family, place: place})
		}
		groups[i].trials = append(groups[i].trials, t)
		if v, ok := metricOf(t.Record, g.metric); ok && t.State == store.Done {
			groups[i].value.Each = append(groups[i].value.Each, v)
		}
	}
	for i := range groups {
		if v := &groups[i].value; v.N() > 0 {
			v.Mean, v.Deviation = statistics.Mean(v.Each)
		}
	}
	return groups
}

// varying returns the axes that have more than one value.
func (g *gathering) varying() []string {
	var paths []string
	for _, path := range g.layout.Axes {
		if len(g.valuesOf(path)) > 1 {
			paths = append(paths, path)
		}
	}
	return paths
}

// valuesOf returns the values that trials have at a path, in order.
func (g *gathering) valuesOf(path string) []string {
	var tuples [][]string
	for _, t := range g.trials {
		if t.Baseline() {
			continue
		}
		for _, place := range t.places() {
			value, _ := valueAt(t, place, path)
			tuples = append(tuples, []string{value})
		}
	}
	var values []string
	for _, tuple := range ordered(tuples) {
		values = append(values, tuple[0])
	}
	return values
}

// labelAt names a setting by what varies: "sparse, code 8".
func labelAt(t Trial, place store.Place, paths []string) string {
	var words []string
	for _, path := range paths {
		value, ok := valueAt(t, place, path)
		switch {
		case !ok:
		case path == "case":
			words = append(words, value)
		default:
			words = append(words, path[strings.LastIndexByte(path, '.')+1:]+" "+value)
		}
	}
	if len(words) == 0 {
		return t.Family
	}
	return strings.Join(words, ", ")
}

// ranked returns the groups that have the metric, the best first.
func (g *gathering) ranked() []group {
	direction := DirectionOf(g.metric)
	ranked := slices.DeleteFunc(slices.Clone(g.groups), func(x group) bool { return x.value.N() == 0 })
	slices.SortStableFunc(ranked, func(a, b group) int {
		if direction == Higher {
			return cmp.Compare(b.value.Mean, a.value.Mean)
		}
		return cmp.Compare(a.value.Mean, b.value.Mean)
	})
	return ranked
}

// codeOf returns the code size of a trial, where it is known.
func codeOf(t Trial) (float64, bool) {
	code, ok := t.Setting.At("model.code")
	if size, isNumber := code.(float64); ok && isNumber && !math.IsNaN(size) {
		return size, true
	}
	return float64(t.Code), t.Code > 0
}

func commandsOf(e *experiments.Experiment) Commands {
	spec := e.File
	for _, edit := range e.Edits {
		spec += " " + quoted(edit)
	}
	return Commands{
		Spec: spec, Run: "hourglass run " + spec, Compare: "hourglass compare " + spec, List: "hourglass list " + e.File,
		Report: fmt.Sprintf("hourglass report %s -o %s", spec, e.Name+"-report"), Repro: "hourglass repro ID",
	}
}

// quoted returns an edit, "--set path=value", as a shell needs it.
func quoted(edit string) string {
	flag, value, _ := strings.Cut(edit, " ")
	if strings.ContainsAny(value, " []{}\"'$*?;&|<>()") {
		value = "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
	}
	return flag + " " + value
}

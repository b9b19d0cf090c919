package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// Knobs says what in a sweep matters to a metric, and which setting to take.
type Knobs struct {
	Experiment, Question string
	Metric               string
	Trials, Settings     int
	Sources              []statistics.Source
	Seeds                statistics.Source // the spread of seeds within settings
	Levels               []Levels          // one for each knob
	Best, Pick           *Choice           // nil where nothing, or nothing of a known spread, is done
	Remarks              []string
	Missing              int // settings without a result
}

// Levels are the values of a knob, each with the mean over the settings that
// have it.
type Levels struct {
	Knob   string
	Values []string
	Means  []float64
}

// Choice is a setting with its result.
type Choice struct {
	At                  [][2]string // knob and value
	Mean, StandardError float64     // over its seeds; the latter 0 for one seed
	Seeds               int
	size                [4]float64 // code, depth, nodes, parameters
}

// knobbed is a setting of the sweep.
type knobbed struct {
	trial  Trial
	labels []string // of the knobs
	values []float64
	whole  bool // no seed of it diverged or failed
}

// KnobsOf works out which knobs of a sweep matter to a metric: the variance that
// each explains, against that of the seeds. Codes, depths and node counts that
// stand in a swept encoder are knobs of their own.
func KnobsOf(trials []Trial, layout Layout, metric string) *Knobs {
	k := &Knobs{Experiment: layout.Experiment, Question: layout.Question, Metric: metric}
	var trained []Trial
	for _, t := range derive(trials) {
		if !t.Baseline() {
			trained = append(trained, t)
		}
	}
	names, paths := knobsOf(trained, layout.Axes)
	settings := settingsBy(trained, paths, metric)
	done := slices.DeleteFunc(slices.Clone(settings), func(s *knobbed) bool { return len(s.values) == 0 })
	k.Settings, k.Missing = len(settings), len(settings)-len(done)
	for _, s := range done {
		k.Trials += len(s.values)
	}
	if len(done) > 1 {
		k.analyse(names, done)
	}
	k.choose(names, done)
	k.remark(names)
	return k
}

// knobsOf returns the axes that vary, with those that stand in an encoder's list
// instead of the list. Axes that always move together are one knob.
func knobsOf(trials []Trial, axes []string) (names, paths []string) {
	var all []string
	for _, axis := range axes {
		if inside := []string{"model.depth", "model.nodes"}; axis == "model.encoder" && sameParts(trials, []string{axis}, inside) {
			all = append(all, inside...)
			continue
		}
		all = append(all, axis)
	}
	for _, path := range all {
		if len(partsOf(trials, []string{path})) < 2 || slices.Contains(paths, path) {
			continue
		}
		twin := slices.IndexFunc(paths, func(other string) bool { return sameParts(trials, []string{path}, []string{other}) })
		if twin >= 0 {
			names[twin] += " = " + path
			continue
		}
		names, paths = append(names, path), append(paths, path)
	}
	return names, paths
}

// partsOf returns which values of some paths occur together.
func partsOf(trials []Trial, paths []string) map[string]bool {
	out := map[string]bool{}
	for _, t := range trials {
		out[keyOf(valuesAt(t, t.places()[0], paths))] = true
	}
	return out
}

// sameParts tells whether two lists of paths tell the same trials apart.
func sameParts(trials []Trial, a, b []string) bool {
	together := len(partsOf(trials, slices.Concat(a, b)))
	return together == len(partsOf(trials, a)) && together == len(partsOf(trials, b))
}

// settingsBy gathers the results of each setting over its seeds.
func settingsBy(trials []Trial, paths []string, metric string) []*knobbed {
	known := map[string]*knobbed{}
	var out []*knobbed
	for _, t := range trials {
		labels := valuesAt(t, t.places()[0], paths)
		s := known[keyOf(labels)]
		if s == nil {
			s = &knobbed{trial: t, labels: labels, whole: true}
			known[keyOf(labels)] = s
			out = append(out, s)
		}
		s.whole = s.whole && t.State != store.Diverged && t.State != store.Failed
		if value, ok := metricOf(t.Record, metric); ok && t.State == store.Done {
			s.values, s.trial = append(s.values, value), t
		}
	}
	return out
}

// analyse parts the variance of the settings.
func (k *Knobs) analyse(names []string, settings []*knobbed) {
	var factors []statistics.Factor
	var cells [][]float64
	for _, s := range settings {
		cells = append(cells, s.values)
	}
	for i, name := range names {
		var tuples [][]string
		for _, s := range settings {
			tuples = append(tuples, s.labels[i:i+1])
		}
		levels := ordered(tuples)
		f := statistics.Factor{Name: name}
		l := Levels{Knob: name}
		for _, tuple := range tuples {
			f.Levels = append(f.Levels, slices.IndexFunc(levels, func(level []string) bool { return level[0] == tuple[0] }))
		}
		for j, level := range levels {
			var means []float64
			for c, s := range settings {
				if f.Levels[c] == j {
					mean, _ := statistics.Mean(s.values)
					means = append(means, mean)
				}
			}
			mean, _ := statistics.Mean(means)
			l.Values, l.Means = append(l.Values, orNone(level[0])), append(l.Means, mean)
		}
		factors, k.Levels = append(factors, f), append(k.Levels, l)
	}
	k.Sources, k.Seeds = statistics.Variance(factors, cells)
}

// choose finds the best setting, and the one to take: the smallest that lies
// within one standard error of the best (Breiman et al. 1984, Classification
// and Regression Trees, section 3.4.3), by code size, then depth, nodes and
// parameters.
func (k *Knobs) choose(names []string, settings []*knobbed) {
	direction := DirectionOf(k.Metric)
	if direction == Neither {
		return
	}
	for _, s := range settings {
		if c := s.choice(names); s.whole && (k.Best == nil || direction.Better(c.Mean, k.Best.Mean)) {
			k.Best = c
		}
	}
	if k.Best == nil || k.Best.Seeds < 2 {
		return
	}
	for _, s := range settings {
		c := s.choice(names)
		within := math.Abs(c.Mean-k.Best.Mean) <= k.Best.StandardError
		if s.whole && within && (k.Pick == nil || slices.Compare(c.size[:], k.Pick.size[:]) < 0) {
			k.Pick = c
		}
	}
}

func (s *knobbed) choice(names []string) *Choice {
	c := &Choice{Seeds: len(s.values)}
	mean, deviation := statistics.Mean(s.values)
	c.Mean, c.StandardError = mean, deviation/math.Sqrt(float64(len(s.values)))
	for i, name := range names {
		c.At = append(c.At, [2]string{name, orNone(s.labels[i])})
	}
	for i, path := range []string{"model.code", "model.depth", "model.nodes"} {
		text, _ := valueAt(s.trial, s.trial.places()[0], path)
		c.size[i], _ = strconv.ParseFloat(text, 64)
	}
	c.size[3] = float64(s.trial.Parameters)
	return c
}

// String returns the setting in words.
func (c *Choice) String() string {
	if len(c.At) == 0 {
		return "the only setting"
	}
	words := make([]string, len(c.At))
	for i, at := range c.At {
		words[i] = at[0] + " " + at[1]
	}
	return strings.Join(words, ", ")
}

// CannotTell tells whether results or repeats are missing.
func (k *Knobs) CannotTell() bool { return k.Missing > 0 || k.Seeds.DF == 0 || len(k.Sources) == 0 }

func (k *Knobs) remark(names []string) {
	switch {
	case len(names) == 0:
		k.Remarks = append(k.Remarks, "nothing is swept, so there are no knobs to tell apart")
	case k.Trials == 0:
		k.Remarks = append(k.Remarks, "no trial with "+k.Metric+" is done")
	case k.Seeds.DF == 0:
		k.Remarks = append(k.Remarks, "one seed each: without repeats, no knob is told from chance; add 1 seed")
	}
	if k.Missing > 0 && k.Trials > 0 {
		k.Remarks = append(k.Remarks, fmt.Sprintf("%d of %s without %s", k.Missing, counted(k.Settings, "setting"), k.Metric))
	}
	for _, s := range k.Sources {
		if s.DF == 0 {
			k.Remarks = append(k.Remarks, s.Name+" cannot be told from the others: they change together")
		}
	}
}

package nn

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Anomaly](evaluations, "anomaly", "how well the score of an example tells anomalous examples from normal ones")
}

// Anomaly scores the test examples: by how far their reconstructions are from
// them, or, for a baseline that has a score of its own, by that. Examples of other
// classes than the normal ones are anomalous. The threshold is set by normal
// examples of the validation split, or where there is none, of the training
// split; never by the test split.
//
// Of windows of a series, it is the steps that are scored, held against their own
// labels, and that thresholds are set by: see [StepErrors].
type Anomaly struct {
	Normal    []string  `optional:"yes" numbers:"yes" doc:"classes that are normal; those that are trained on unless given"`
	Score     string    `default:"mse" enum:"mse|l1|max" doc:"of an example: mean squared, mean absolute or largest absolute error of its elements"`
	Join      string    `optional:"yes" enum:"mean|median|max|none" doc:"of windows of a series: what the errors of the windows that cover a step become, mean where nothing is said; none scores windows instead of steps"`
	Threshold Threshold `default:"quantile" doc:"from which score on an example is called anomalous"`
	Split     string    `optional:"yes" enum:"test|validation" doc:"the split that is measured; both unless given"`
}

// Normalise makes join: mean the same as none given.
func (*Anomaly) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["join"] == JoinMean {
		delete(resolved, "join")
	}
	return nil
}

// joinNone scores windows of a series as if they were examples of their own.
const joinNone = "none"

// ofSteps tells whether steps are scored: those of data that are windows of a
// series, unless the windows are to be scored.
func (a *Anomaly) ofSteps(windows bool) bool { return windows && a.Join != joinNone }

// Check asks for classes of which some are normal, and for enough examples to
// set the threshold by.
func (a *Anomaly) Check(data Evaluated) registry.Mistakes {
	var mistakes registry.Mistakes
	for i, name := range a.Normal {
		if slices.Contains(a.Normal[:i], name) {
			mistakes = append(mistakes, registry.Mistake{Path: registry.JoinIndex("normal", i), Message: fmt.Sprintf("the class %q is there twice", name)})
		}
		if data.Classes != nil && !slices.Contains(data.Classes, name) {
			mistakes = append(mistakes, registry.Mistake{
				Path: registry.JoinIndex("normal", i), Message: fmt.Sprintf("the data have no class %q", name),
				Hint: "one of " + strings.Join(data.Classes, ", "),
			})
		}
	}
	switch {
	case len(data.Classes) < 2:
		mistakes = append(mistakes, registry.Mistake{Message: "anomaly needs labels to hold its scores against, and the data have none"})
	case a.Normal == nil && !data.Normal:
		mistakes = append(mistakes, registry.Mistake{Message: "anomaly needs to know which classes are normal", Hint: "such as data.normal: [3], which are trained on alone, or anomaly: {normal: [3]}"})
	case a.Normal != nil && len(a.Normal) == 0:
		mistakes = append(mistakes, registry.Mistake{Path: "normal", Message: "no class is normal, so that everything is anomalous", Hint: "such as [" + data.Classes[0] + "]; without the word, those that are trained on"})
	case a.Normal == nil && a.Split == splitValidation:
		mistakes = append(mistakes, registry.Mistake{Path: "split", Message: "the validation split has normal examples alone, as data.normal says, so that there is nothing to tell apart", Hint: "anomaly: {normal: […]} in place of data.normal keeps anomalous ones there"})
	case a.Normal != nil && len(a.Normal) == len(data.Classes):
		mistakes = append(mistakes, registry.Mistake{Path: "normal", Message: "every class is normal, so that nothing is anomalous"})
	}
	if a.Join != "" && !data.Windows {
		mistakes = append(mistakes, registry.Mistake{Path: "join", Key: true, Message: "join is for windows of a series, and these data have none"})
	}
	held, training, what := data.Held, data.Training, "examples"
	if a.ofSteps(data.Windows) { // at most so many steps; how many there are is known when they are scored
		held, training, what = held*data.Shape[0], training*data.Shape[0], "steps"
	}
	if lacks := a.lacks(held, training, what); lacks != "" {
		mistakes = append(mistakes, registry.Mistake{Path: "threshold", Message: lacks, Hint: a.hint(data)})
	}
	return mistakes
}

// hint says how many examples must be held out.
func (a *Anomaly) hint(data Evaluated) string {
	needs := a.Threshold.Needs()
	if a.ofSteps(data.Windows) {
		return fmt.Sprintf("set data.validation to more windows, up to %d where they do not overlap", (needs+data.Shape[0]-1)/data.Shape[0])
	}
	return fmt.Sprintf("set data.validation to at least %d", needs)
}

// prefix is what the names of the metrics begin with.
func (a *Anomaly) prefix() string {
	prefix := "anomaly."
	if a.Normal != nil {
		prefix += "normal=" + strings.Join(a.Normal, "+") + "."
	}
	if a.Score != "mse" {
		prefix += "score=" + a.Score + "."
	}
	if a.Join != "" {
		prefix += "join=" + a.Join + "."
	}
	return prefix
}

// Names are those of two figures of all thresholds, and four of the one; for
// steps of a series, one more. On the validation split the threshold is not told
// again, and the false-positive rate there is what the threshold was set to.
func (a *Anomaly) Names(data Evaluated) []string {
	twin := a.Split == splitValidation
	if twin && a.Normal == nil && data.Normal {
		return nil // it has normal examples alone
	}
	p, at := a.prefix(), a.prefix()+a.Threshold.Label()+"."
	names := []string{p + "auroc", p + "average_precision", at + "f1", at + "recall"}
	if a.ofSteps(data.Windows) {
		names = append(names, at+"point_adjusted_f1")
	}
	if !twin {
		names = append(names, at+"false_positive_rate", at+"threshold")
	}
	return names
}

// scorer is a model with a score of its own.
type scorer interface {
	// scores returns one for each of at most 256 rows of x, higher for rarer examples.
	scores(x *Matrix) []float64
}

// scores returns the scores of the rows of x.
func (a *Anomaly) scores(s *Subject, x *Matrix) []float64 {
	scores := make([]float64, 0, x.Rows)
	own, ok := s.model.(scorer)
	chunks(x, func(first int, rows *Matrix) {
		if ok {
			scores = append(scores, own.scores(rows)...)
			return
		}
		s.begin(first)
		y := s.model.Forward(rows)
		for i := range rows.Rows {
			scores = append(scores, ExampleError(a.Score, y.Row(i), rows.Row(i)))
		}
	})
	return scores
}

// scored is a split with its scores: of examples, or of the steps of a series.
type scored struct {
	scores  []float64
	classes []int32 // of what was scored, or nil
	steps   []int32 // numbers of the steps, rising; nil for examples
}

// score scores the examples of a split, or the steps that its windows cover.
func (a *Anomaly) score(s *Subject, x *Matrix, labels []int32, w *Windows) *scored {
	if a.ofSteps(w != nil) {
		return a.bySteps(s, x, w)
	}
	return &scored{scores: a.scores(s, x), classes: labels}
}

// what is scored: examples, or steps.
func (d *scored) what() string {
	if d.steps != nil {
		return "steps"
	}
	return "examples"
}

// Evaluate scores the split.
func (a *Anomaly) Evaluate(s *Subject) *Findings {
	f := newFindings()
	if s.TestLabels == nil {
		return f.note("anomaly: the " + s.split + " split has no labels")
	}
	normal := a.normal(s)
	test := a.score(s, s.Test, s.TestLabels, s.TestWindows)
	anomalous := make([]bool, len(test.scores))
	for i := range anomalous {
		anomalous[i] = !normal[test.classes[i]]
	}
	r := newRanking(test.scores, anomalous)
	if r.positives == 0 || r.negatives == 0 {
		return f.note(fmt.Sprintf("anomaly: %d of %d %s %s are anomalous, so that there is nothing to tell apart", r.positives, len(test.scores), s.split, test.what()))
	}
	prefix := a.prefix()
	f.Metrics[prefix+"auroc"], f.Metrics[prefix+"average_precision"] = r.auroc(), r.averagePrecision()
	f.Charts = append(f.Charts, Chart{
		Name: "roc." + strings.TrimSuffix(prefix, "."), Kind: "line", Title: "receiver operating characteristic",
		X: "false-positive rate", Y: "recall", Points: r.curve(),
	}, a.chart(test, anomalous))
	threshold, found := a.judge(s, normal, r, f)
	if test.steps != nil {
		a.alongSeries(s, test, anomalous, threshold, found, f)
	}
	return f
}

// shownScores is of how many examples the scores are drawn, at most.
const shownScores = 2000

// chart shows the scores of test examples.
func (a *Anomaly) chart(test *scored, anomalous []bool) Chart {
	c := Chart{
		Name: "scores." + strings.TrimSuffix(a.prefix(), "."), Kind: "scatter", Title: "scores of the test " + test.what(),
		X: strings.TrimSuffix(test.what(), "s"), Y: "score", Classes: []string{"normal", "anomalous"},
	}
	scores := test.scores
	shown := min(shownScores, len(scores))
	for k := range shown {
		i := spread(k, shown, len(scores))
		class := int32(0)
		if anomalous[i] {
			class = 1
		}
		at := i
		if test.steps != nil {
			at = int(test.steps[i])
		}
		c.Points, c.Labels = append(c.Points, [2]float64{float64(at), scores[i]}), append(c.Labels, class)
	}
	return c
}

// normal tells for each class whether it is normal.
func (a *Anomaly) normal(s *Subject) []bool {
	normal := make([]bool, len(s.Classes))
	if a.Normal == nil {
		for _, label := range s.trainedOn() {
			normal[label] = true
		}
	}
	for _, name := range a.Normal {
		if i := slices.Index(s.Classes, name); i >= 0 {
			normal[i] = true
		}
	}
	return normal
}

// trainedOn are the classes of all that was trained on: of examples, or where they
// are windows of a series, of the steps that these cover.
func (s *Subject) trainedOn() []int32 {
	w := s.TrainWindows
	if w == nil || w.Labels == nil {
		return s.TrainLabels
	}
	var classes []int32
	for _, start := range w.Starts {
		for _, class := range w.Labels[start : int(start)+s.Shape[0]] {
			if !slices.Contains(classes, class) {
				classes = append(classes, class)
			}
		}
	}
	return classes
}

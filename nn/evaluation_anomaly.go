package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hourglass.dev/hourglass/nn/internal/kernel"
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
type Anomaly struct {
	Normal    []string  `optional:"yes" numbers:"yes" doc:"classes that are normal; those that are trained on unless given"`
	Score     string    `default:"mse" enum:"mse|l1|max" doc:"of an example: mean squared, mean absolute or largest absolute error of its elements"`
	Threshold Threshold `default:"quantile" doc:"from which score on an example is called anomalous"`
}

// Check asks for classes of which some are normal, and for enough examples to
// set the threshold by.
func (a *Anomaly) Check(data Evaluated) registry.Mistakes {
	var mistakes registry.Mistakes
	for i, name := range a.Normal {
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
	case a.Normal != nil && len(a.Normal) == len(data.Classes):
		mistakes = append(mistakes, registry.Mistake{Path: "normal", Message: "every class is normal, so that nothing is anomalous"})
	}
	if lacks := a.lacks(data.Held, data.Training); lacks != "" {
		mistakes = append(mistakes, registry.Mistake{Path: "threshold", Message: lacks, Hint: fmt.Sprintf("set data.validation to at least %d", a.Threshold.Needs())})
	}
	return mistakes
}

// lacks says why a threshold cannot be set by so many normal examples, or "".
func (a *Anomaly) lacks(held, training int) string {
	needs := a.Threshold.Needs()
	if _, guarantees := a.Threshold.(*ConformalThreshold); guarantees && held == 0 {
		return fmt.Sprintf("a conformal threshold needs %d normal examples in the validation split, and there is none: those that were trained on guarantee nothing", needs)
	}
	if held == 0 {
		held = training
	}
	if held < needs {
		return fmt.Sprintf("the threshold %s needs %d normal examples to be set by, and there are %d", a.Threshold.Label(), needs, held)
	}
	return ""
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
	return prefix
}

// Names are those of two figures of all thresholds, and four of the one.
func (a *Anomaly) Names(Evaluated) []string {
	p, at := a.prefix(), a.prefix()+a.Threshold.Label()+"."
	return []string{p + "auroc", p + "average_precision", at + "f1", at + "false_positive_rate", at + "recall", at + "threshold"}
}

// scorer is a model with a score of its own.
type scorer interface {
	// scores returns one for each of at most 256 rows of x, higher for rarer examples.
	scores(x *Matrix) []float64
}

// scores returns those of the rows of x.
func (a *Anomaly) scores(s *Subject, x *Matrix) []float64 {
	scores := make([]float64, 0, x.Rows)
	own, ok := s.model.(scorer)
	chunks(x, func(first int, rows *Matrix) {
		if ok {
			scores = append(scores, own.scores(rows)...)
			return
		}
		if s.trainer != nil {
			s.trainer.net.pass.first = first
		}
		y := s.model.Forward(rows)
		for i := range rows.Rows {
			scores = append(scores, a.score(y.Row(i), rows.Row(i)))
		}
	})
	return scores
}

func (a *Anomaly) score(y, x []float32) float64 {
	switch a.Score {
	case "mse":
		return kernel.SquaredError(y, x) / float64(len(x))
	case "l1":
		return kernel.AbsoluteError(y, x) / float64(len(x))
	}
	largest := 0.0
	for i, v := range x {
		largest = max(largest, math.Abs(float64(v-y[i])))
	}
	return largest
}

// Evaluate scores the test split.
func (a *Anomaly) Evaluate(s *Subject) *Findings {
	f := newFindings()
	normal := a.normal(s)
	anomalous := make([]bool, s.Test.Rows)
	for i := range anomalous {
		anomalous[i] = !normal[s.TestLabels[i]]
	}
	scores := a.scores(s, s.Test)
	r := newRanking(scores, anomalous)
	if r.positives == 0 || r.negatives == 0 {
		return f.note(fmt.Sprintf("anomaly: %d of %d test examples are anomalous, so that there is nothing to tell apart", r.positives, s.Test.Rows))
	}
	prefix := a.prefix()
	f.Metrics[prefix+"auroc"], f.Metrics[prefix+"average_precision"] = r.auroc(), r.averagePrecision()
	f.Charts = append(f.Charts, Chart{
		Name: "roc." + strings.TrimSuffix(prefix, "."), Kind: "line", Title: "receiver operating characteristic",
		X: "false-positive rate", Y: "recall", Points: r.curve(),
	}, a.chart(scores, anomalous))
	a.judge(s, normal, r, f)
	return f
}

// shownScores is of how many examples the scores are drawn, at most.
const shownScores = 2000

// chart shows the scores of test examples.
func (a *Anomaly) chart(scores []float64, anomalous []bool) Chart {
	c := Chart{
		Name: "scores." + strings.TrimSuffix(a.prefix(), "."), Kind: "scatter", Title: "scores of the test examples",
		X: "example", Y: "score", Classes: []string{"normal", "anomalous"},
	}
	shown := min(shownScores, len(scores))
	for k := range shown {
		i := spread(k, shown, len(scores))
		class := int32(0)
		if anomalous[i] {
			class = 1
		}
		c.Points, c.Labels = append(c.Points, [2]float64{float64(i), scores[i]}), append(c.Labels, class)
	}
	return c
}

// normal tells for each class whether it is normal.
func (a *Anomaly) normal(s *Subject) []bool {
	normal := make([]bool, len(s.Classes))
	if a.Normal == nil {
		for _, label := range s.TrainLabels {
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

// judge sets the threshold, and measures what comes of it.
func (a *Anomaly) judge(s *Subject, normal []bool, r *ranking, f *Findings) {
	split, labels := s.Validation, s.ValidationLabels
	held := split != nil
	if !held {
		split, labels = s.Train, s.TrainLabels
		f.note("anomaly: the threshold is set by training examples, which score lower than unseen ones; set data.validation")
	}
	var by []float64
	for i, score := range a.scores(s, split) {
		if labels == nil || normal[labels[i]] {
			by = append(by, score)
		}
	}
	if lacks := a.lacksNormal(held, len(by)); lacks != "" {
		f.note("anomaly: " + lacks)
		return
	}
	threshold := a.Threshold.Of(sorted(by))
	at := a.prefix() + a.Threshold.Label() + "."
	f.Metrics[at+"threshold"] = threshold
	f.Metrics[at+"f1"], f.Metrics[at+"false_positive_rate"], f.Metrics[at+"recall"] = r.at(threshold)
}

func (a *Anomaly) lacksNormal(held bool, normal int) string {
	if held {
		return a.lacks(max(normal, 0), 0)
	}
	return a.lacks(0, normal)
}

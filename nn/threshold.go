package nn

import (
	"fmt"
	"math"
	"slices"

	"hourglass.dev/hourglass/registry"
)

// Threshold says from which score on an example is called anomalous, given the
// scores of normal examples that were held out.
type Threshold interface {
	// Needs returns how many scores of normal examples there must be at least.
	Needs() int
	// Of returns the threshold: what scores above it is anomalous. There are at
	// least Needs scores, in rising order.
	Of(scores []float64) float64
	// Label is what stands in the names of metrics: quantile=0.95.
	Label() string
}

var thresholds = registry.NewRole[Threshold]("threshold", "from which score on an example is called anomalous").WithDefault("quantile")

func init() {
	registry.Add[QuantileThreshold](thresholds, "quantile", "a quantile of the scores of normal examples")
	registry.Add[DeviationThreshold](thresholds, "deviations", "the mean of those scores and some standard deviations")
	registry.Add[ConformalThreshold](thresholds, "conformal", "a guaranteed rate of false positives")
}

// QuantileThreshold is a quantile of the scores, interpolated linearly as
// numpy.quantile does.
type QuantileThreshold struct {
	Level float64 `default:"0.95" range:"(0, 1)" doc:"share of normal examples that score lower"`
}

// Needs one score.
func (*QuantileThreshold) Needs() int { return 1 }

// Of returns the quantile.
func (q *QuantileThreshold) Of(scores []float64) float64 { return Quantile(scores, q.Level) }

// Label is quantile=LEVEL.
func (q *QuantileThreshold) Label() string { return label("quantile", q.Level) }

// Quantile returns the quantile of a level from 0 to 1 of values in rising order,
// between two of them by linear interpolation (type 7 of Hyndman and Fan, 1996).
func Quantile(sorted []float64, level float64) float64 {
	at := float64(level * float64(len(sorted)-1))
	below := int(math.Floor(at))
	above := min(below+1, len(sorted)-1)
	return sorted[below] + float64((at-float64(below))*(sorted[above]-sorted[below]))
}

// DeviationThreshold is mean + K·sd of the scores, with the sample standard
// deviation.
type DeviationThreshold struct {
	K float64 `default:"3" range:"(0, inf)" doc:"standard deviations above the mean"`
}

// Needs two scores, for a deviation.
func (*DeviationThreshold) Needs() int { return 2 }

// Of returns mean + K·sd.
func (d *DeviationThreshold) Of(scores []float64) float64 {
	mean, deviation := meanAndDeviation(scores)
	return mean + float64(d.K*deviation)
}

// Label is deviations=K.
func (d *DeviationThreshold) Label() string { return label("deviations", d.K) }

// meanAndDeviation returns the mean and the sample standard deviation.
func meanAndDeviation(values []float64) (mean, deviation float64) {
	for _, v := range values {
		mean += v
	}
	mean /= float64(len(values))
	for _, v := range values {
		deviation += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(deviation / float64(max(1, len(values)-1)))
}

// ConformalThreshold is that of split conformal prediction (Vovk, Gammerman
// and Shafer 2005; Laxhammar and Falkman 2010): the ⌈(n + 1)·(1 − Rate)⌉-th
// smallest of n scores of normal examples. A new normal example, exchangeable with
// them, scores above it with a probability of at most Rate, whatever the
// distribution.
type ConformalThreshold struct {
	Rate float64 `default:"0.05" range:"(0, 1)" doc:"largest share of normal examples that are called anomalous"`
}

// rank is which of n scores, counted from 1, is the threshold.
func (c *ConformalThreshold) rank(n int) int {
	return int(math.Ceil(float64(float64(n+1)*(1-c.Rate)) - 1e-9))
}

// Needs so many scores that the rank is one of theirs: 1/Rate − 1.
func (c *ConformalThreshold) Needs() int { return int(math.Ceil(1/c.Rate-1e-9)) - 1 }

// Of returns the score of the rank.
func (c *ConformalThreshold) Of(scores []float64) float64 { return scores[c.rank(len(scores))-1] }

// Label is conformal=RATE.
func (c *ConformalThreshold) Label() string { return label("conformal", c.Rate) }

func label(name string, value float64) string {
	return fmt.Sprintf("%s=%s", name, registry.FormatNumber(value))
}

// sorted returns values in rising order.
func sorted(values []float64) []float64 {
	out := slices.Clone(values)
	slices.Sort(out)
	return out
}

package reports

import (
	"fmt"
	"math"
	"slices"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports/internal/statistics"
)

// judging holds one setting against the baseline.
type judging struct {
	gate     experiments.Gate
	cell     gateCell
	before   experiments.BaselineSetting
	findings []Finding
}

func (j *judging) add(outcome Outcome, metric, reason string) *Finding {
	j.findings = append(j.findings, Finding{At: j.cell.at, Metric: metric, Outcome: outcome, Reason: reason, On: j.before.On})
	return &j.findings[len(j.findings)-1]
}

func (j *judging) judge() {
	reason, final := j.cell.unclean()
	switch {
	case final:
		j.add(Regressed, "", reason)
		return
	case reason != "":
		j.add(CannotDecide, "", reason)
		return
	}
	if j.gate.Exact && !j.cell.trials[0].Baseline() {
		j.judgeDigests()
	}
	watched := map[string]bool{experiments.WeightsReading: true}
	for _, gated := range j.gate.Metrics {
		watched[gated.Metric] = true
		j.judgeMetric(gated)
	}
	for _, name := range j.recorded() {
		if !watched[name] {
			j.add(NotComparable, name, "the spec watches it no more")
		}
	}
}

// recorded returns the names of all readings that the baseline has.
func (j *judging) recorded() []string {
	var names []string
	note := func(readings map[string]experiments.Reading) {
		for name := range readings {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	note(j.before.Closed)
	for _, readings := range j.before.Seeds {
		note(readings)
	}
	slices.Sort(names)
	return names
}

// judgeDigests compares the weights of all seeds.
func (j *judging) judgeDigests() {
	var differ, missing int
	for _, t := range j.cell.trials {
		reading := j.before.Seeds[*t.Seed][experiments.WeightsReading]
		switch {
		case reading.Digest == "" || t.WeightsSHA256 == "":
			missing++
		case reading.Digest != digestOf(t):
			differ++
		}
	}
	n := len(j.cell.trials)
	switch {
	case differ > 0:
		j.add(Regressed, experiments.WeightsReading, share(differ, n, "seeds")+": the weights have other bits")
	case missing > 0:
		j.add(CannotDecide, experiments.WeightsReading, share(missing, n, "seeds")+" without a digest to compare with")
	default:
		j.add(Passed, experiments.WeightsReading, "the same bits")
	}
}

// digestOf returns as much of the digest of a trial's weights as a baseline
// keeps: 128 bits.
func digestOf(t Trial) string { return t.WeightsSHA256[:min(32, len(t.WeightsSHA256))] }

// closedForm is how far figures of closed forms may lie apart, relatively,
// between architectures.
const closedForm = 1e-6

// judgeMetric compares a metric.
func (j *judging) judgeMetric(gated experiments.Gated) {
	direction := DirectionOf(gated.Metric)
	switch gated.Better {
	case "lower":
		direction = Lower
	case "higher":
		direction = Higher
	}
	s := j.samples(gated.Metric)
	derived := func() bool { _, _, is := isDerived(gated.Metric); return is }()
	switch {
	case derived && j.before.Closed != nil || j.cell.trials[0].Baseline() && len(s.now) == 0 && len(s.before) == 0:
		return // a baseline has no such metric, now or before
	case len(s.now) < len(j.cell.trials):
		j.add(CannotDecide, gated.Metric, share(len(j.cell.trials)-len(s.now), len(j.cell.trials), "seeds")+" without it")
		return
	case len(s.before) == 0:
		j.add(CannotDecide, gated.Metric, "the baseline does not have it")
		return
	case s.holes > 0:
		j.add(CannotDecide, gated.Metric, fmt.Sprintf("the baseline lacks it for %s", counted(s.holes, "seed")))
		return
	case direction == Neither:
		j.add(CannotDecide, gated.Metric, "neither less nor more of it is better: say which by better: lower")
		return
	}
	j.decide(gated, direction, s)
}

// samples are the values of a metric, by seed.
type samples struct {
	before, now map[int]float64
	holes       int // seeds of the baseline that lack the metric
}

func (j *judging) samples(metric string) samples {
	s := samples{before: map[int]float64{}, now: map[int]float64{}}
	for _, t := range j.cell.trials {
		if v, ok := metricOf(t.Record, metric); ok {
			s.now[seedOf(t)] = v
		}
	}
	if reading, ok := j.before.Closed[metric]; ok {
		s.before[0] = reading.Value
	}
	for seed, readings := range j.before.Seeds {
		if reading, ok := readings[metric]; ok {
			s.before[seed] = reading.Value
		} else {
			s.holes++
		}
	}
	return s
}

// decide compares means: within the tolerance it passes; beyond it, a test over
// the seeds must say so.
func (j *judging) decide(gated experiments.Gated, direction Direction, s samples) {
	paired := pairsOf(s)
	before, now := seedMean(s.before), seedMean(s.now)
	if len(paired) > 0 {
		before, now = meanOfPairs(paired, 0), meanOfPairs(paired, 1)
	}
	sign := 1.0
	if direction == Higher {
		sign = -1
	}
	worse, tolerance := sign*(now-before), gated.Tolerance(before)
	f := j.add(Passed, gated.Metric, "")
	f.Before, f.Now, f.Worse = &before, &now, &worse
	closed := j.cell.trials[0].Baseline()
	if closed || closeMetric(gated.Metric) {
		tolerance = max(tolerance, closedForm*math.Abs(before))
	}
	f.Tolerance, f.unpaired = tolerance, len(paired) == 0
	rounding := 1e-12 * (math.Abs(before) + tolerance)
	switch {
	case j.gate.Exact && !closed && !closeMetric(gated.Metric):
		if now != before {
			f.Outcome, f.Reason = Regressed, "exact is asked for, and the figures differ"
		}
		return
	case j.gate.Exact && math.Abs(worse) > tolerance+rounding:
		f.Outcome, f.Reason = Regressed, "exact is asked for, and the figures differ"
		return
	case worse <= tolerance+rounding:
		if worse < 0 {
			f.Reason = "better"
		}
		return
	case closed:
		f.Outcome, f.Reason = Regressed, "found in closed form, which has no spread"
		return
	}
	f.test(paired, s, sign)
}

// closeMetric tells whether a metric is promised to 1e-6 and not to the bit.
func closeMetric(metric string) bool { _, _, derived := isDerived(metric); return derived }

func pairsOf(s samples) [][2]float64 {
	var pairs [][2]float64
	for _, seed := range sortedSeeds(s.now) {
		if before, both := s.before[seed]; both {
			pairs = append(pairs, [2]float64{before, s.now[seed]})
		}
	}
	return pairs
}

func seedMean(values map[int]float64) float64 {
	var list []float64
	for _, seed := range sortedSeeds(values) {
		list = append(list, values[seed])
	}
	mean, _ := statistics.Mean(list)
	return mean
}

func meanOfPairs(pairs [][2]float64, side int) float64 {
	var list []float64
	for _, pair := range pairs {
		list = append(list, pair[side])
	}
	mean, _ := statistics.Mean(list)
	return mean
}

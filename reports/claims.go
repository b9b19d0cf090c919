package reports

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports/internal/statistics"
	"hourglass.dev/hourglass/store"
)

// Verdict is the answer to a claim.
type Verdict string

// The verdicts.
const (
	Supported  Verdict = "supported"
	Refuted    Verdict = "refuted"
	CannotTell Verdict = "cannot tell"
)

// Answer is what the results say of a claim.
type Answer struct {
	Claim   experiments.Claim
	Verdict Verdict
	Pairs   int     // seeds that both cases have
	Mean    float64 // of their differences, better − worse
	// P is the probability that differences of random sign come out at least
	// as much in favour of the verdict's side, after Holm's correction.
	P      float64
	Reason string // where the verdict is cannot tell
}

// Answers answers the claims of an experiment. The two cases are paired by
// seed; with other axes, the trials of a seed are averaged. The test is the
// sign-flip permutation test, one-sided to either side, with Holm's correction
// over the claims.
func Answers(trials []Trial, claims []experiments.Claim) []Answer {
	answers := make([]Answer, len(claims))
	for i, claim := range claims {
		answers[i] = answer(trials, claim)
	}
	p := make([]float64, len(answers))
	for i, a := range answers {
		p[i] = a.P
	}
	for i, corrected := range statistics.Holm(p) {
		answers[i].P = corrected
		answers[i].decide(len(answers))
	}
	return answers
}

func answer(trials []Trial, claim experiments.Claim) Answer {
	a := Answer{Claim: claim, P: 1}
	better, worse := bySeed(trials, claim.Better, claim.Metric), bySeed(trials, claim.Worse, claim.Metric)
	var differences []float64
	for _, seed := range slices.Sorted(maps.Keys(better)) {
		values := better[seed]
		if others, both := worse[seed]; both && len(values) == len(others) {
			first, _ := statistics.Mean(values)
			second, _ := statistics.Mean(others)
			differences = append(differences, first-second)
		}
	}
	a.Pairs = len(differences)
	if a.Pairs == 0 {
		a.Reason = "no seed is done in both cases"
		return a
	}
	a.Mean, _ = statistics.Mean(differences)
	a.P = statistics.OneSided(differences)
	return a
}

// bySeed returns the values of a metric in the trials of a case that are done.
func bySeed(trials []Trial, name, metric string) map[int][]float64 {
	out := map[int][]float64{}
	for _, t := range derive(trials) {
		inCase := slices.ContainsFunc(t.Places, func(p store.Place) bool { return p.Case == name })
		if t.Baseline() || t.State != store.Done || !inCase {
			continue
		}
		if value, ok := metricOf(t.Record, metric); ok {
			out[*t.Seed] = append(out[*t.Seed], value)
		}
	}
	return out
}

// decide turns a probability, corrected for so many claims, into a verdict.
func (a *Answer) decide(claims int) {
	a.Verdict = CannotTell
	if a.Pairs == 0 {
		return
	}
	// Half of alpha for each side.
	if level := a.Claim.Alpha / 2; a.P > level {
		a.Reason = fmt.Sprintf("p = %s is above %s", FormatNumber(a.P), FormatNumber(level))
		if need := int(math.Ceil(math.Log2(float64(claims) / level))); a.Pairs < need {
			a.Reason = fmt.Sprintf("%s cannot fall below p = %s: add %d", counted(a.Pairs, "paired seed"),
				FormatNumber(min(1, float64(claims)*math.Pow(0.5, float64(a.Pairs)))), need-a.Pairs)
		}
		return
	}
	a.Verdict = Refuted
	if DirectionOf(a.Claim.Metric).Better(a.Mean, 0) {
		a.Verdict = Supported
	}
}

// WriteAnswers writes the answers for people, one a line.
func WriteAnswers(w io.Writer, answers []Answer) error {
	var out strings.Builder
	for _, a := range answers {
		fmt.Fprintf(&out, "claim: %s in %s: %s", a.Claim.Text, a.Claim.Metric, a.Verdict)
		if a.Pairs > 0 {
			fmt.Fprintf(&out, "; difference %s over %s", FormatNumber(a.Mean), counted(a.Pairs, "paired seed"))
		}
		if a.Reason != "" {
			fmt.Fprintf(&out, "; %s", a.Reason)
		} else {
			fmt.Fprintf(&out, ", p = %s", FormatNumber(a.P))
		}
		out.WriteString("\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

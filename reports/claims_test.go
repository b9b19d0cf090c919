package reports

import (
	"math"
	"math/rand/v2"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// paired returns trials of two cases with these values by seed.
func paired(first, second []float64) []Trial {
	var trials []Trial
	for name, values := range map[string][]float64{"a": first, "b": second} {
		for i, v := range values {
			seed := i + 1
			trials = append(trials, Trial{
				Record: store.Record{Seed: &seed, State: store.Done, Metrics: map[string]float64{"test.mse": v}},
				Places: []store.Place{{Case: name}},
			})
		}
	}
	return trials
}

var aBeatsB = experiments.Claim{Text: "a beats b", Better: "a", Worse: "b", Metric: "test.mse", Alpha: 0.05}

func TestVerdicts(t *testing.T) {
	low := []float64{1, 1.1, 0.9, 1.2, 0.8, 1}
	high := []float64{2, 2.3, 2.2, 2.4, 2.1, 2.5}
	for name, c := range map[string]struct {
		trials []Trial
		want   Verdict
	}{
		"better":        {paired(low, high), Supported},
		"worse":         {paired(high, low), Refuted},
		"too few seeds": {paired(low[:5], high[:5]), CannotTell},
		"no pairs":      {paired(low, nil), CannotTell},
		"mixed":         {paired([]float64{1, 3, 1, 3, 1, 3}, []float64{2, 2, 2, 2, 2, 2}), CannotTell},
	} {
		if got := Answers(c.trials, []experiments.Claim{aBeatsB})[0]; got.Verdict != c.want {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
}

// Beyond what can be permuted exactly, all seeds still count.
func TestAllSeedsDecideAClaim(t *testing.T) {
	low, high := make([]float64, 40), make([]float64, 40)
	for i := range low {
		low[i], high[i] = 1+float64(i)/100, 2
	}
	got := Answers(paired(low, high), []experiments.Claim{aBeatsB})[0]
	if got.Verdict != Supported || got.Pairs != 40 || got.Mean >= 0 {
		t.Errorf("40 seeds support the claim, got %+v", got)
	}
}

// Under the null hypothesis, a claim is supported or refuted with a probability
// of alpha at most.
func TestFalseVerdictsStayBelowAlpha(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const rounds = 3000
	wrong := 0
	for range rounds {
		values := [2][]float64{}
		for i := range values {
			for range 7 {
				values[i] = append(values[i], random.NormFloat64())
			}
		}
		if Answers(paired(values[0], values[1]), []experiments.Claim{aBeatsB})[0].Verdict != CannotTell {
			wrong++
		}
	}
	// Three standard deviations of a share of rounds around alpha.
	if limit := rounds * (0.05 + 3*math.Sqrt(0.05*0.95/rounds)); float64(wrong) > limit {
		t.Errorf("%d of %d verdicts are wrong, at most %g may be", wrong, rounds, limit)
	}
}

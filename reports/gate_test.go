package reports

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// gated is an experiment of one setting with PCA, with these values of test.mse
// by seed, from 1 on.
func gated(values ...float64) (*experiments.Experiment, []Trial) {
	e := &experiments.Experiment{Name: "gated", Gate: experiments.Gate{Alpha: 0.05, Metrics: []experiments.Gated{{Metric: "test.mse", Relative: 0.005}}}}
	setting := experiments.Setting{"data": experiments.Setting{"kind": "digits"}, "model": experiments.Setting{"code": 8.0}}
	var trials []Trial
	for i, v := range values {
		seed := i + 1
		trials = append(trials, Trial{Record: store.Record{ID: fmt.Sprintf("%064d", seed), Numerics: 1, Setting: setting, Seed: &seed, State: store.Done, Data: "0123456789abcdef",
			Family: "undercomplete", WeightsSHA256: fmt.Sprintf("%064d", seed), Metrics: map[string]float64{"test.mse": v}}})
	}
	pca := Trial{Record: store.Record{ID: "pca", Numerics: 1, Family: "pca", State: store.Done, Data: "0123456789abcdef", Metrics: map[string]float64{"test.mse": 0.02},
		Setting: experiments.Setting{"data": setting["data"], "model": experiments.Setting{"kind": "pca", "code": 8.0}}}}
	return e, append(trials, pca)
}

// hold returns what comes of holding trials, as change leaves them, against the
// baseline that they made before.
func hold(t *testing.T, e *experiments.Experiment, trials []Trial, change func(b *experiments.Baseline, trials []Trial)) *Gating {
	t.Helper()
	b, against := BaselineOf(e, trials, 1)
	if len(against) > 0 {
		t.Fatal(against)
	}
	b, err := experiments.ReadBaseline(b.Text())
	if err != nil {
		t.Fatal(err)
	}
	changed := make([]Trial, len(trials))
	for i, trial := range trials {
		changed[i] = trial
		changed[i].Metrics = map[string]float64{"test.mse": trial.Metrics["test.mse"]}
	}
	change(b, changed)
	return Gate(changed, e.Gate, b, 1)
}

// TestGateNeverPassesByAccident changes one thing at a time.
func TestGateNeverPassesByAccident(t *testing.T) {
	worse := func(by float64, n int) func(*experiments.Baseline, []Trial) {
		return func(_ *experiments.Baseline, trials []Trial) {
			for _, trial := range trials[:n] {
				trial.Metrics["test.mse"] *= 1 + by
			}
		}
	}
	tests := []struct {
		name   string
		change func(b *experiments.Baseline, trials []Trial)
		want   Outcome
	}{
		{"nothing", func(*experiments.Baseline, []Trial) {}, Passed},
		{"better", worse(-0.1, 5), Passed},
		{"worse within the tolerance", worse(0.004, 5), Passed},
		{"worse by 1 %", worse(0.01, 5), Regressed},
		{"worse by 5 %", worse(0.05, 5), Regressed},
		{"PCA worse", func(_ *experiments.Baseline, trials []Trial) { trials[5].Metrics["test.mse"] *= 1.01 }, Regressed},
		{"one seed much worse", func(_ *experiments.Baseline, trials []Trial) { trials[0].Metrics["test.mse"] *= 2 }, CannotDecide},
		{"metric gone", func(_ *experiments.Baseline, trials []Trial) { delete(trials[2].Metrics, "test.mse") }, CannotDecide},
		{"metric of PCA gone", func(_ *experiments.Baseline, trials []Trial) { delete(trials[5].Metrics, "test.mse") }, CannotDecide},
		{"metric gone from the baseline", func(b *experiments.Baseline, _ []Trial) { delete(b.Settings[1].Seeds[2], "test.mse") }, CannotDecide},
		{"another metric in the baseline", func(b *experiments.Baseline, _ []Trial) { b.Settings[1].Seeds[2]["test.l1"] = experiments.Reading{} }, NotComparable},
		{"waiting", func(_ *experiments.Baseline, trials []Trial) { trials[1].State = store.Waiting }, CannotDecide},
		{"diverged", func(_ *experiments.Baseline, trials []Trial) { trials[1].State = store.Diverged }, Regressed},
		{"failed", func(_ *experiments.Baseline, trials []Trial) { trials[5].State = store.Failed }, Regressed},
		{"other data", func(_ *experiments.Baseline, trials []Trial) {
			for i := range trials {
				trials[i].Data = "another"
			}
		}, NotComparable},
		{"trials of other numerics", func(_ *experiments.Baseline, trials []Trial) { trials[1].Numerics = 7 }, NotComparable},
		{"other numerics", func(b *experiments.Baseline, _ []Trial) { b.Numerics = 2 }, NotComparable},
		{"setting gone from the baseline", func(b *experiments.Baseline, _ []Trial) { b.Settings = b.Settings[:1] }, NotComparable},
		{"setting that is not run", func(b *experiments.Baseline, _ []Trial) {
			b.Settings = append(b.Settings, experiments.BaselineSetting{At: "case more"})
		}, NotComparable},
		{"empty baseline", func(b *experiments.Baseline, _ []Trial) { b.Settings = nil }, NotComparable},
	}
	for _, test := range tests {
		e, trials := gated(0.01, 0.011, 0.012, 0.0105, 0.0108)
		g := hold(t, e, trials, test.change)
		if g.Outcome != test.want {
			t.Errorf("%s: %s, want %s: %s", test.name, g.Outcome, test.want, g.Summary())
		}
	}
}

func TestExactGateComparesDigests(t *testing.T) {
	e, trials := gated(0.01, 0.011)
	e.Gate.Exact = true
	tests := map[string]struct {
		change func(b *experiments.Baseline, trials []Trial)
		want   Outcome
	}{
		"nothing":      {func(*experiments.Baseline, []Trial) {}, Passed},
		"other bits":   {func(_ *experiments.Baseline, trials []Trial) { trials[1].WeightsSHA256 = strings.Repeat("f", 64) }, Regressed},
		"other metric": {func(_ *experiments.Baseline, trials []Trial) { trials[1].Metrics["test.mse"] -= 1e-15 }, Regressed},
		"PCA, barely":  {func(_ *experiments.Baseline, trials []Trial) { trials[2].Metrics["test.mse"] *= 1 + 1e-8 }, Passed},
		"PCA":          {func(_ *experiments.Baseline, trials []Trial) { trials[2].Metrics["test.mse"] *= 1 - 1e-2 }, Regressed},
		"seeds of PCA": {func(b *experiments.Baseline, _ []Trial) {
			b.Settings[0].Seeds, b.Settings[0].Closed = b.Settings[1].Seeds, nil
		}, NotComparable},
		"no seeds": {func(b *experiments.Baseline, _ []Trial) {
			b.Settings[1].Seeds, b.Settings[1].Closed = nil, b.Settings[0].Closed
		}, NotComparable},
		"no digest": {func(b *experiments.Baseline, _ []Trial) { delete(b.Settings[1].Seeds[1], "weights") }, CannotDecide},
	}
	for name, test := range tests {
		if g := hold(t, e, trials, test.change); g.Outcome != test.want {
			t.Errorf("%s: %s, want %s: %s", name, g.Outcome, test.want, g.Summary())
		}
	}
}

// TestExchange compares with all deals counted by hand: of the 20 ways to choose
// three of 1 … 6 one has the sum 15, and two have at least 14.
func TestExchange(t *testing.T) {
	for _, test := range []struct {
		before, now []float64
		want        float64
	}{
		{[]float64{1, 2, 3}, []float64{4, 5, 6}, 1.0 / 20},
		{[]float64{1, 2, 4}, []float64{3, 5, 6}, 2.0 / 20},
		{[]float64{4, 5, 6}, []float64{1, 2, 3}, 1},
	} {
		s := samples{before: map[int]float64{}, now: map[int]float64{}}
		for i := range test.now {
			s.before[i], s.now[10+i] = test.before[i], test.now[i]
		}
		if p, least := exchange(s, 1, 0); math.Abs(p-test.want) > 1e-15 || least != 1.0/20 {
			t.Errorf("%v, %v: p = %v, at least %v, want %v", test.before, test.now, p, least, test.want)
		}
	}
}

// TestGateCountsFalseAlarmsAndMisses plants regressions in results of other
// seeds, whose spread is 1 %, fifty times each. An alarm without a change must
// stay as rare as alpha says: of 50, more than 7 are less likely than 1 %. A
// regression of 5 % is five spreads, and is never missed with eight seeds.
func TestGateCountsFalseAlarmsAndMisses(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(mean float64) []float64 {
		values := make([]float64, 8)
		for i := range values {
			values[i] = mean * (1 + 0.01*random.NormFloat64())
		}
		return values
	}
	for _, test := range []struct{ planted, least, most float64 }{{0, 0, 7}, {0.02, 25, 50}, {0.05, 50, 50}} {
		alarms := 0.0
		for range 50 {
			e, before := gated(draw(0.01)...)
			b, _ := BaselineOf(e, before, 1)
			_, now := gated(draw(0.01 * (1 + test.planted))...)
			for i := range now[:8] {
				seed := i + 101
				now[i].Seed = &seed
			}
			if Gate(now, e.Gate, b, 1).Outcome == Regressed {
				alarms++
			}
		}
		if alarms < test.least || alarms > test.most {
			t.Errorf("planted %v: %v alarms of 50", test.planted, alarms)
		}
	}
}

func TestDiffLines(t *testing.T) {
	got := strings.Join(DiffLines("a\nb\nc\nd\n", "a\nc\nx\nd\ne\n"), " ")
	if want := "-b +x +e"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

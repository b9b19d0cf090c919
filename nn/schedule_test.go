package nn

import (
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// scheduleTruths are schedules and what they are by their formulas. Every
// registered schedule needs an entry.
var scheduleTruths = map[string]struct {
	declared any
	truth    func(epochs float64) float64
}{
	"constant":    {0.5, func(float64) float64 { return 0.5 }},
	"linear":      {registry.Tree{"kind": "linear", "from": 2.0, "to": 1.0, "epochs": 4.0}, func(e float64) float64 { return 2 - min(e/4, 1) }},
	"step":        {registry.Tree{"kind": "step", "from": 3.0, "factor": 0.5, "every": 2.0}, func(e float64) float64 { return 3 * math.Pow(0.5, math.Floor(e/2)) }},
	"exponential": {registry.Tree{"kind": "exponential", "from": 3.0}, func(e float64) float64 { return 3 * math.Exp(e*math.Log(0.95)) }},
	"cosine": {registry.Tree{"kind": "cosine", "from": 3.0, "to": 1.0, "epochs": 8.0}, func(e float64) float64 {
		return 1 + 2*math.Pow(math.Cos(math.Pi*min(e/8, 1)/2), 2) // (1 + cos 2a)/2 = cos² a
	}},
	"warm-up": {registry.Tree{"kind": "warm-up", "from": 1.0, "epochs": 2.0, "then": registry.Tree{"kind": "exponential", "from": 3.0, "factor": 0.5}}, func(e float64) float64 {
		return min(1+e, 3*math.Exp2(2-e))
	}},
	"plateau": {registry.Tree{"kind": "plateau", "from": 3.0}, func(float64) float64 { return 3 }}, // without a cut
	"cyclic": {registry.Tree{"kind": "cyclic", "from": 1.0, "to": 3.0, "epochs": 4.0, "rise": 0.25, "fall": 0.5}, func(e float64) float64 {
		return 1 + 2*min(math.Mod(e, 4), 1, (4-math.Mod(e, 4))/2)
	}},
}

func TestSchedulesAgainstTheirFormulas(t *testing.T) {
	for _, kind := range schedules.Kinds() {
		c, ok := scheduleTruths[kind.Name]
		if !ok {
			t.Errorf("%s has no truth", kind.Name)
			continue
		}
		part := decode[Schedule](t, schedules, c.declared)
		for e := 0.0; e <= 20; e += 1.0 / 8 {
			if got, want := part.At(e), c.truth(e); math.Abs(got-want) > 1e-14*(1+want) {
				t.Errorf("%s after %g epochs: %g, want %g", kind.Name, e, got, want)
			}
		}
	}
}

// Annealing as Fu et al. 2019 draw it: up in half a cycle, then 1, then 0 at once.
func TestCyclesWithoutAFallDropAtOnce(t *testing.T) {
	part := decode[Schedule](t, schedules, registry.Tree{"kind": "cyclic", "epochs": 10.0})
	for epochs, want := range map[float64]float64{0: 0, 2.5: 0.5, 5: 1, 9.99: 1, 10: 0, 12.5: 0.5, 25: 1} {
		if got := part.At(epochs); got != want {
			t.Errorf("after %g epochs: %g, want %g", epochs, got, want)
		}
	}
}

func TestSchedulesThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		declared registry.Tree
		want     string
	}{
		{registry.Tree{"kind": "cyclic", "epochs": 2.0, "rise": 0.75, "fall": 0.5}, "rise and fall must come to at most 1 together, got 0.75 and 0.5"},
		{registry.Tree{"kind": "warm-up", "epochs": 2.0}, "warm-up needs then"},
		{registry.Tree{"kind": "warm-up", "epochs": 2.0, "then": registry.Tree{"kind": "cosine", "from": 1.0}}, "then: cosine needs epochs"},
		{registry.Tree{"kind": "step", "from": 1.0, "every": 0.0}, "every must lie in (0, inf), got 0"},
		{registry.Tree{"kind": "cosine", "from": -1.0, "epochs": 1.0}, "from must lie in [0, inf), got -1"},
	} {
		if _, mistakes := schedules.Resolve(c.declared); !strings.Contains(mistakes.Error(), c.want) {
			t.Errorf("%v: got %q, want it to say %q", c.declared, mistakes.Error(), c.want)
		}
	}
}

// The stages of Burda et al. 2016, section 5: 3ⁱ epochs at 10^(−3 − i/7), i = 0 … 7.
func TestStagesThatGrow(t *testing.T) {
	part := decode[Schedule](t, schedules, registry.Tree{"kind": "step", "from": 1e-3, "factor": 0.7196856730011520, "every": 1.0, "growth": 3.0})
	first := 0.0
	for i := range 8 {
		length, want := math.Pow(3, float64(i)), 1e-3*math.Pow(10, -float64(i)/7)
		for _, epochs := range []float64{first, first + length/2, first + length - 1.0/1024} {
			if got := part.At(epochs); math.Abs(got-want) > 1e-15 {
				t.Errorf("after %g epochs: %g, want %g", epochs, got, want)
			}
		}
		first += length
	}
	if first != 3280 {
		t.Fatalf("the stages take %g epochs, want 3280", first)
	}
	one, none := resolve(t, schedules, registry.Tree{"kind": "step", "from": 1.0, "every": 2.0, "growth": 1.0}), resolve(t, schedules, registry.Tree{"kind": "step", "from": 1.0, "every": 2.0})
	if string(registry.Canonical(one)) != string(registry.Canonical(none)) {
		t.Errorf("a growth of 1 is %s, want %s", registry.Canonical(one), registry.Canonical(none))
	}
}

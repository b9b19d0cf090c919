package reports

import (
	"io"
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/store"
)

func knobsLayout() Layout { return layout([]string{"model.code"}, []string{"loss"}) }

func TestKnobsReadInEveryFormat(t *testing.T) {
	k := KnobsOf(codeSize([]float64{2, 8, 32}, losses, 3), knobsLayout(), "test.mse")
	for ending, view := range map[string]func(io.Writer) error{
		"txt": k.Text, "md": k.Markdown, "csv": k.CSV, "json": k.JSON, "tex": k.LaTeX, "html": k.HTML,
	} {
		golden(t, "knobs."+ending, written(t, view))
	}
	if k.CannotTell() {
		t.Error("all is done, over 3 seeds")
	}
}

// In the fixture the error goes with code^−½·(1 + 0.07·rank of the loss), so the
// code explains nearly all, the loss little, and seeds next to nothing. The
// shares are worked out from these formulas.
func TestKnobsFindWhatMatters(t *testing.T) {
	k := KnobsOf(codeSize([]float64{2, 8, 32}, losses, 3), knobsLayout(), "test.mse")
	var means [3][3]float64
	rows, columns, grand := [3]float64{}, [3]float64{}, 0.0
	for i, code := range []float64{2, 8, 32} {
		for j := range losses {
			means[i][j] = 0.06*math.Pow(code, -0.5)*(1+0.07*float64(j)) + 0.0004/math.Sqrt(code)
			rows[i] += means[i][j] / 3
			columns[j] += means[i][j] / 3
			grand += means[i][j] / 9
		}
	}
	code, loss := 0.0, 0.0
	for i := range 3 {
		code += 9 * (rows[i] - grand) * (rows[i] - grand)
		loss += 9 * (columns[i] - grand) * (columns[i] - grand)
	}
	for i, want := range []float64{code, loss} {
		if got := k.Sources[i]; math.Abs(got.SumSquares-want) > 1e-9*want || got.DF != 2 || got.P > 1e-6 {
			t.Errorf("%s: want a sum of squares of %v, got %+v", got.Name, want, got)
		}
	}
	if k.Sources[0].Share < 0.9 || k.Seeds.DF != 18 {
		t.Errorf("got %+v, %+v", k.Sources[0], k.Seeds)
	}
}

func TestPickIsTheSmallestWithinOneStandardError(t *testing.T) {
	trials := codeSize([]float64{2, 8, 32}, losses[:1], 3)
	set := func(code float64, values ...float64) {
		for seed, v := range values {
			find(trials, code, "mse", seed+1).Metrics["test.mse"] = v
		}
	}
	set(32, 0.010, 0.012, 0.014)     // the best: 0.012, standard error 0.00115
	set(8, 0.0131, 0.0131, 0.0131)   // within
	set(2, 0.01316, 0.01316, 0.0132) // outside
	k := KnobsOf(trials, knobsLayout(), "test.mse")
	if k.Best.String() != "model.code 32" || k.Pick.String() != "model.code 8" {
		t.Errorf("best %v, pick %v", k.Best, k.Pick)
	}
	find(trials, 8, "mse", 2).unset(store.Diverged)
	if k := KnobsOf(trials, knobsLayout(), "test.mse"); k.Pick.String() != "model.code 32" {
		t.Errorf("a setting that diverged is picked: %v", k.Pick)
	}
}

func TestKnobsCannotTellWithoutRepeatsOrResults(t *testing.T) {
	once := KnobsOf(codeSize([]float64{2, 8}, losses, 1), knobsLayout(), "test.mse")
	if !once.CannotTell() || once.Pick != nil || !strings.Contains(strings.Join(once.Remarks, ""), "add 1 seed") {
		t.Errorf("got %+v", once)
	}
	trials := codeSize([]float64{2, 8}, losses, 2)
	for seed := 1; seed <= 2; seed++ {
		find(trials, 8, "l1", seed).unset(store.Waiting)
	}
	if missing := KnobsOf(trials, knobsLayout(), "test.mse"); !missing.CannotTell() || missing.Remarks[0] != "1 of 6 settings without test.mse" {
		t.Errorf("got %+v", missing.Remarks)
	}
	if none := KnobsOf(nil, knobsLayout(), "test.mse"); !none.CannotTell() {
		t.Errorf("got %+v", none)
	}
}

func TestKnobsThatMoveTogetherAreOne(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses[:1], 2)
	for i := range trials {
		if values := trials[i].Places; len(values) > 0 {
			values[0].Values["train.epochs"] = values[0].Values["model.code"] + "0"
		}
	}
	l := knobsLayout()
	l.Axes = append(l.Axes, "train.epochs")
	k := KnobsOf(trials, l, "test.mse")
	if len(k.Sources) != 1 || k.Sources[0].Name != "model.code = train.epochs" {
		t.Errorf("got %+v", k.Sources)
	}
}

package reports

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// TestFrontOf compares the front with the definition: a point is on it where
// no other is as small and better, or smaller and as good.
func TestFrontOf(t *testing.T) {
	points := []Point{{X: 4, Y: 3}, {X: 1, Y: 9}, {X: 2, Y: 9}, {X: 2, Y: 5}, {X: 8, Y: 3}, {X: 9, Y: 1}, {X: 4, Y: 6}, {X: 5, Y: 5}}
	for _, direction := range []Direction{Lower, Higher} {
		var want []Point
		for _, p := range points {
			beaten := slices.ContainsFunc(points, func(o Point) bool {
				return o.X <= p.X && direction.Better(o.Y, p.Y) || o.X < p.X && o.Y == p.Y
			})
			if !beaten {
				want = append(want, p)
			}
		}
		slices.SortFunc(want, func(a, b Point) int { return int(a.X - b.X) })
		if got := frontOf(points, direction); !slices.Equal(got, want) {
			t.Errorf("where %s is better the front is %v, want %v", direction, got, want)
		}
	}
}

func TestEvenly(t *testing.T) {
	for _, test := range []struct {
		n, most int
		want    []int
	}{{0, 4, []int{}}, {1, 4, []int{0}}, {3, 4, []int{0, 1, 2}}, {10, 4, []int{0, 3, 6, 9}}, {100, 2, []int{0, 99}}} {
		if got := evenly(test.n, test.most); !slices.Equal(got, test.want) {
			t.Errorf("evenly(%d, %d) is %v, want %v", test.n, test.most, got, test.want)
		}
	}
}

// TestMeanCurve: a curve goes as far as all seeds do, and leaves out epochs of
// which one was not finite.
func TestMeanCurve(t *testing.T) {
	curve := func(losses ...float64) []store.Epoch {
		var rows []store.Epoch
		for i, v := range losses {
			rows = append(rows, store.Epoch{Epoch: i + 1, Metrics: map[string]float64{"train.loss": v}})
		}
		return rows
	}
	got := meanCurve([][]store.Epoch{curve(4, 2, 1), curve(2, math.NaN(), 3, 9)}, "train.loss", true)
	want := []Point{{X: 1, Y: 3, Low: 2, High: 4}, {X: 3, Y: 2, Low: 1, High: 3}}
	if !slices.Equal(got, want) {
		t.Errorf("the mean curve is %v, want %v", got, want)
	}
	if got := meanCurve(nil, "train.loss", true); len(got) != 0 {
		t.Errorf("of no seed the mean curve is %v", got)
	}
}

func TestPointAsJSON(t *testing.T) {
	for want, p := range map[string]Point{
		`[1,0.5]`:               {X: 1, Y: 0.5},
		`[1,0.333333]`:          {X: 1, Y: 1. / 3},
		`[1,2,1.5,2.5]`:         {X: 1, Y: 2, Low: 1.5, High: 2.5},
		`[1,null]`:              {X: 1, Y: math.Inf(1)},
		`[1,2,0,0,"a \"b\" c"]`: {X: 1, Y: 2, Label: `a "b" c`},
	} {
		if got := canonical(p); got != want {
			t.Errorf("%+v is %s as JSON, want %s", p, got, want)
		}
	}
}

// TestSummary reads what a report says of an experiment with two accidents.
func TestSummary(t *testing.T) {
	trials := codeSize([]float64{2, 8}, []string{"mse", "bce"}, 2)
	find(trials, 8, "bce", 2).unset(store.Diverged).DivergedStep = 7
	find(trials, 2, "bce", 1).unset(store.Waiting)
	e := &experiments.Experiment{Name: "code-size", File: "code-size.yaml", Seeds: []int{1, 2}, Axes: []string{"model.code", "loss"}}
	g := &gathering{experiment: e, layout: LayoutOf(e), metric: "test.mse", trials: derive(trials)}
	g.groups = g.group()
	table, err := Compare(trials, g.layout)
	if err != nil {
		t.Fatal(err)
	}
	got := g.summary(&Report{Comparison: table, Charts: []Chart{g.bySize()}, Health: g.health()})
	want := []string{
		"8 trials of 4 settings with 2 seeds each: 6 done, 1 waiting, 1 diverged; so far " + lasting(8*18.25+2*1.5+0.25) + " of computing.",
		"The best test.mse is 0.02143 ± 0.00010 (code 8, loss mse), followed by 0.02432 (code 8, loss bce).",
		"All 4 settings lie below PCA with the same code size in test.mse.",
		"Of 4 settings, 2 are on the Pareto front of test.mse against parameters: from 1,101,026 parameters (code 2, loss mse) to 1,104,104 (code 8, loss mse).",
		"There is 1 remark on the health of trials, below.",
	}
	for i := range max(len(got), len(want)) {
		var a, b string
		if i < len(got) {
			a = got[i]
		}
		if i < len(want) {
			b = want[i]
		}
		if a != b {
			t.Errorf("sentence %d:\n%s\nwant\n%s", i, a, b)
		}
	}
}

// TestLabelsNameWhatVaries and nothing else.
func TestLabelsNameWhatVaries(t *testing.T) {
	trials := codeSize([]float64{2, 8}, []string{"mse"}, 1)
	e := &experiments.Experiment{Axes: []string{"model.code", "loss"}}
	g := &gathering{experiment: e, layout: LayoutOf(e), metric: "test.mse", trials: trials}
	var labels []string
	for _, x := range g.group() {
		labels = append(labels, x.label)
	}
	if want := []string{"code 2", "code 8"}; fmt.Sprint(labels) != fmt.Sprint(want) {
		t.Errorf("the labels are %q, want %q", labels, want)
	}
}

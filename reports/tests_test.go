package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hourglass.dev/hourglass/store"
)

// settled returns an experiment of cases, each with a mean and so many seeds,
// and normal noise of a standard deviation of 0.01.
func settled(seeds int, source *rand.Rand, means ...float64) []Trial {
	var trials []Trial
	for seed := 1; seed <= seeds; seed++ {
		for i, mean := range means {
			name := string(rune('a' + i))
			trials = append(trials, Trial{
				Record: store.Record{
					ID: fmt.Sprintf("%s%d", name, seed), Family: "undercomplete", Seed: &seed, State: store.Done,
					Metrics: map[string]float64{"test.mse": mean + 0.01*source.NormFloat64()},
				},
				Places: []store.Place{{Case: name}},
			})
		}
	}
	mean := Trial{Record: store.Record{ID: "mean", Family: "mean", State: store.Done, Metrics: map[string]float64{"test.mse": 0.5}}}
	return append(trials, mean)
}

func settledLayout() Layout { return Layout{Experiment: "settled", Rows: []string{"case"}} }

// views holds a table against golden files in every format.
func views(t *testing.T, name string, table *Table) {
	t.Helper()
	for ending, view := range map[string]func(io.Writer) error{
		"txt": table.Text, "md": table.Markdown, "csv": table.CSV, "json": table.JSON, "tex": table.LaTeX, "html": table.HTML,
	} {
		golden(t, name+"."+ending, written(t, view))
	}
}

func TestTestsReadInEveryFormat(t *testing.T) {
	trials := settled(12, rand.New(rand.NewPCG(1, 1)), 0.2, 0.201, 0.23, 0.3)
	l := settledLayout()
	views(t, "tied", mustCompare(t, trials, l))
	l.Reference = "b"
	views(t, "reference", mustCompare(t, trials, l))
	l.Intervals = true
	views(t, "intervals", mustCompare(t, trials, l))
	l.Statistic = Median
	golden(t, "median.txt", written(t, mustCompare(t, trials, l).Text))
}

// A label in brackets must not become the optional argument of the \\ above it.
func TestLaTeXProtectsListsAtTheStartOfALine(t *testing.T) {
	trials := settled(2, rand.New(rand.NewPCG(1, 1)), 0.2, 0.3)
	for i := range trials {
		if !trials[i].Baseline() {
			trials[i].Places[0].Case = "[64, 32]" + trials[i].Places[0].Case
		}
	}
	if text := string(written(t, mustCompare(t, trials, settledLayout()).LaTeX)); !strings.Contains(text, "\n{}[64, 32]b &") {
		t.Errorf("got\n%s", text)
	}
}

// marksOf returns the cells that are the best, or not told from it.
func marksOf(t *testing.T, table *Table) string {
	t.Helper()
	marks := ""
	for _, line := range table.Lines {
		for _, c := range line.Cells {
			switch v := c.Values[0]; {
			case v.Best:
				marks += "*"
			case v.Tied:
				marks += "~"
			default:
				marks += "."
			}
		}
	}
	return marks
}

func TestMarksTellWhatIsDifferent(t *testing.T) {
	source := rand.New(rand.NewPCG(2, 2))
	for _, test := range []struct {
		seeds int
		means []float64
		want  string
	}{
		{12, []float64{0.2, 0.3, 0.4}, "*..."},
		{12, []float64{0.3, 0.2, 0.4}, ".*.."},
		{3, []float64{0.2, 0.3, 0.4}, "*..."}, // too few seeds: a remark, and no marks but the best
		{12, []float64{0.2}, "*."},
	} {
		if got := marksOf(t, mustCompare(t, settled(test.seeds, source, test.means...), settledLayout())); got != test.want {
			t.Errorf("%v with %d seeds: want %s, got %s", test.means, test.seeds, test.want, got)
		}
	}
	trials := settled(12, source, 0.2, 0.3)
	for i := range trials {
		trials[i].Metrics["test.mse"] += 0.25 // a: 0.45, b: 0.55, both around the baseline's 0.5
		if trials[i].Baseline() {
			trials[i].Metrics["test.mse"] = 0.45
		}
	}
	if got := marksOf(t, mustCompare(t, trials, settledLayout())); !strings.Contains(got, "~") {
		t.Errorf("a baseline that equals the best is not told from it, got %s", got)
	}
}

// Where all settings are alike, the rate of tables in which some is told from
// the best, and of references from which some is told, stays below alpha. The
// standard error of 300 tables is 0.013.
func TestFalseWinnersStayBelowAlpha(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 3))
	winners, changes := 0, 0
	const tables = 300
	for range tables {
		l := settledLayout()
		l.Reference = "a"
		trials := settled(11, source, 0.2, 0.2, 0.2, 0.2, 0.2)
		table := mustCompare(t, trials[:len(trials)-1], l) // the baseline is different
		if strings.Contains(marksOf(t, table), ".") {
			winners++
		}
		changed := false
		table.eachCell(func(c *Cell) { changed = changed || c.Values[0].Versus != nil && c.Values[0].Versus.Decided })
		if changed {
			changes++
		}
	}
	for what, n := range map[string]int{"winners": winners, "changes": changes} {
		if rate := float64(n) / tables; rate > 0.05+2*0.013 {
			t.Errorf("false %s in %v of the tables", what, rate)
		}
	}
}

func TestReferenceIsPairedBySeed(t *testing.T) {
	trials := settled(8, rand.New(rand.NewPCG(4, 4)), 0.2, 0.25)
	// scipy.stats.permutation_test on these numbers gives 0.0390625.
	for i, pair := range [][2]float64{{0.0197, 0.0205}, {0.0203, 0.0201}, {0.0191, 0.0204}, {0.0212, 0.0215}, {0.0199, 0.0209}, {0.0188, 0.0193}, {0.0207, 0.0206}, {0.0201, 0.0213}} {
		trials[2*i].Metrics["test.mse"], trials[2*i+1].Metrics["test.mse"] = pair[0], pair[1]
	}
	l := settledLayout()
	l.Reference = "case=b"
	v := mustCompare(t, trials, l).Lines[0].Cells[0].Values[0].Versus
	want := 100 * (0.1598 - 0.1646) / 0.1646
	if v == nil || v.P != 0.0390625 || !v.Decided || v.Pairs != 8 || math.Abs(v.Change-want) > 1e-9 || math.Abs(v.Effect+0.9345021920672835) > 1e-9 {
		t.Errorf("got %+v", v)
	}
}

func TestReferenceMayBeACaseABaselineOrValues(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses[:2], 8)
	changes := func(reference string) (changes []string) {
		l := layout([]string{"model.code"}, []string{"loss"})
		l.Reference = reference
		for _, line := range mustCompare(t, trials, l).Lines {
			for _, c := range line.Cells {
				if v := c.Values[0].Versus; v != nil && !line.Baseline {
					changes = append(changes, decimal(v.Change, 0))
				}
			}
		}
		return changes
	}
	// The errors go with the root of the code, and are 7 % larger for l1; PCA's are in the fixture.
	for reference, want := range map[string]string{
		"loss=mse": "7 7", "model.code=2": "-50 -50", "model.code=2,loss=mse": "7 -50 -47", "pca": "-30 -25 -53 -49", "mean": "-36 -32 -68 -66",
	} {
		if got := strings.Join(changes(reference), " "); got != want {
			t.Errorf("%s: want %s, got %s", reference, want, got)
		}
	}
	for reference, want := range map[string]string{
		"loss=huber": `no cell has loss "huber", there are mse, l1`, "plain": `got "plain"`, "model.deph=2": "no path of the rows and columns, which are model.code, loss",
	} {
		l := layout([]string{"model.code"}, []string{"loss"})
		l.Reference = reference
		if _, err := Compare(trials, l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want an error with %s, got %v", reference, want, err)
		}
	}
}

func TestJSONHasWhatTheTestsFound(t *testing.T) {
	l := settledLayout()
	l.Reference, l.Intervals = "a", true
	var out bytes.Buffer
	if err := mustCompare(t, settled(12, rand.New(rand.NewPCG(5, 5)), 0.2, 0.3), l).JSON(&out); err != nil {
		t.Fatal(err)
	}
	var object struct {
		Reference string
		Alpha     float64
		Cells     []struct {
			Metrics map[string]struct {
				Median   float64
				Interval []float64
				Versus   *struct {
					Change  float64 `json:"change_percent"`
					P       float64
					Decided bool
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &object); err != nil {
		t.Fatal(err)
	}
	b := object.Cells[1].Metrics["test.mse"]
	if object.Reference != "a" || object.Alpha != 0.05 || len(b.Interval) != 2 || b.Interval[0] >= b.Median || b.Versus == nil || !b.Versus.Decided || b.Versus.P != 2.0/4096 {
		t.Errorf("got %s", &out)
	}
}

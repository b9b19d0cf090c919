package reports

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden holds what was written against testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (−want +got; -update rewrites it):\n%s", file, diff)
	}
}

// comparisons are the tables of the golden files, by the files' names.
func comparisons() map[string]struct {
	trials []Trial
	layout Layout
} {
	type table = struct {
		trials []Trial
		layout Layout
	}
	mishaps := codeSize([]float64{2, 8, 32}, []string{"mse", "l1"}, 3)
	diverged := find(mishaps, 2, "l1", 2).unset(store.Diverged)
	diverged.DivergedStep = 812
	failed := find(mishaps, 8, "l1", 3).unset(store.Failed)
	failed.Failure = "read batch: input/output error\ngoroutine 1 [running]"
	for seed := 1; seed <= 3; seed++ {
		find(mishaps, 32, "l1", seed).unset(store.Waiting)
		d := find(mishaps, 32, "mse", seed).unset(store.Diverged)
		d.DivergedStep = 100 * seed
	}
	find(mishaps, 8, "mse", 3).unset(store.Running)
	delete(find(mishaps, 2, "mse", 1).Metrics, "test.psnr")
	mishaps[3].Notes = []string{"a code of 32 exceeds the rank of the data, 20: all 20 components are used"}

	merged := codeSize([]float64{2, 8}, losses, 2)
	for i := range merged {
		if !merged[i].Baseline() {
			merged[i].Notes = []string{"kl beside reduce: mean weighs the penalty 784 times as much"}
		}
	}
	shapes := codeSize([]float64{16}, losses[:2], 2)
	for i := range shapes {
		if !shapes[i].Baseline() { // a convolutional net whose last layer is the code
			shapes[i].Setting = shapes[i].Setting.With("model.code", nil)
			shapes[i].Places[0].Values = map[string]string{"loss": shapes[i].Places[0].Values["loss"]}
		}
	}
	return map[string]table{
		"shapes":    {shapes, layout([]string{"loss"}, nil)},
		"grid":      {codeSize([]float64{2, 8, 32}, losses, 5), layout([]string{"model.code"}, []string{"loss"})},
		"rows":      {codeSize([]float64{2, 8, 32}, losses, 5), layout(nil, nil, "test.mse", "test.psnr")},
		"transpose": {codeSize([]float64{2, 8, 32}, losses, 5), layout([]string{"loss"}, []string{"model.code"})},
		"inverted":  {codeSize([]float64{2, 8}, losses[:2], 5), layout([]string{"loss", "model.code"}, nil)},
		"wide":      {codeSize([]float64{2, 4, 8, 16, 24, 32, 64}, losses, 5), layout([]string{"loss"}, []string{"model.code"}, "test.mse", "test.psnr")},
		"single":    {codeSize([]float64{2, 8, 32}, losses[:1], 1), layout([]string{"model.code"}, []string{"loss"})},
		"mishaps":   {mishaps, layout([]string{"model.code"}, []string{"loss"}, "test.mse", "test.psnr")},
		"merged":    {merged, layout([]string{"model.code"}, []string{"family"})},
		"baselines": {codeSize([]float64{2, 8}, nil, 1), layout([]string{"model.code"}, []string{"loss"})},
	}
}

func TestComparisonsRead(t *testing.T) {
	for name, c := range comparisons() {
		t.Run(name, func(t *testing.T) {
			table, err := Compare(c.trials, c.layout)
			if err != nil {
				t.Fatal(err)
			}
			var text, markdown, csv, object, latex bytes.Buffer
			for _, err := range []error{
				table.Text(&text), table.Markdown(&markdown), table.CSV(&csv), table.JSON(&object), table.LaTeX(&latex),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			golden(t, name+".txt", text.Bytes())
			golden(t, name+".md", markdown.Bytes())
			golden(t, name+".csv", csv.Bytes())
			golden(t, name+".json", object.Bytes())
			golden(t, name+".tex", latex.Bytes())
		})
	}
}

// mustCompare returns the table of trials that can be laid out.
func mustCompare(t *testing.T, trials []Trial, layout Layout) *Table {
	t.Helper()
	table, err := Compare(trials, layout)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestCompareRefusesPathsWithoutValues(t *testing.T) {
	_, err := Compare(codeSize([]float64{2}, losses, 1), layout([]string{"model.deph"}, nil))
	if err == nil || !strings.Contains(err.Error(), "no trial has a value at model.deph") {
		t.Errorf("got %v", err)
	}
}

func TestCompareDoesNotDependOnTheOrderOfSeeds(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses, 3)
	var forth, back bytes.Buffer
	mustCompare(t, trials, layout(nil, []string{"loss"})).JSON(&forth)
	for _, loss := range losses { // exchange seeds 1 and 3
		a, b := find(trials, 8, loss, 1), find(trials, 8, loss, 3)
		*a, *b = *b, *a
	}
	mustCompare(t, trials, layout(nil, []string{"loss"})).JSON(&back)
	if forth.String() != back.String() {
		t.Error("the table changed with the order of the trials")
	}
}

func TestOnlyChangedLeavesOutWhatIsTheSame(t *testing.T) {
	l := layout(nil, nil, "test.mse", "epochs")
	l.OnlyChanged = true
	table := mustCompare(t, codeSize([]float64{2, 8}, losses[:1], 2), l)
	if len(table.Constants) > 0 || slices.Contains(table.Metrics, "epochs") || !slices.Contains(table.Metrics, "test.mse") {
		t.Errorf("constants %v and metrics %v", table.Constants, table.Metrics)
	}
	l.OnlyChanged = false
	table = mustCompare(t, codeSize([]float64{2, 8}, losses[:1], 2), l)
	if len(table.Constants) != 1 || !slices.Contains(table.Metrics, "epochs") {
		t.Errorf("constants %v and metrics %v", table.Constants, table.Metrics)
	}
}

func TestTrialsThatStandInSeveralPlacesAreInAllOfTheirCells(t *testing.T) {
	trials := codeSize([]float64{2}, losses, 1)
	shared := find(trials, 2, "mse", 1)
	shared.Places = append(shared.Places, store.Place{Values: map[string]string{"model.code": "2", "loss": "huber"}})
	table := mustCompare(t, trials, layout([]string{"model.code"}, []string{"loss"}))
	for i, head := range table.Heads {
		if cell := table.Lines[0].Cells[i]; len(cell.IDs) != 1 || head[0] == "huber" && cell.IDs[0] != shared.ID {
			t.Errorf("%v has the trials %v", head, cell.IDs)
		}
	}
}

func TestASelectionOfSeedsIsNeverTheBest(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses[:1], 3)
	find(trials, 8, "mse", 1).unset(store.Diverged)
	table := mustCompare(t, trials, layout(nil, nil))
	for _, line := range table.Lines {
		if v := line.Cells[0].Values[0]; v.Best && line.Cells[0].States[store.Diverged] > 0 {
			t.Errorf("the mean of %d of 3 seeds is marked as the best", v.N())
		}
	}
}

func TestNothingIsTheBestOfEquals(t *testing.T) {
	table := mustCompare(t, codeSize([]float64{2, 8}, losses, 3), layout(nil, nil, "epochs", "seconds", "test.mse"))
	best := map[string]int{}
	table.eachCell(func(cell *Cell) {
		for i, v := range cell.Values {
			best[table.Metrics[i]] += b2i(v.Best)
		}
	})
	// The mean takes 0.25 s, the least; all trials have 20 epochs.
	if best["epochs"] != 0 || best["seconds"] != 1 || best["test.mse"] != 1 || best["test.pca_dims"] != 1 {
		t.Errorf("marked %v", best)
	}
}

func TestMergedCellsNameWhatDiffers(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses[:1], 2)
	trial := find(trials, 2, "mse", 2)
	trial.Setting = trial.Setting.With("train.epochs", 10.0) // no axis: only the settings tell
	table := mustCompare(t, trials, layout(nil, nil))
	want := []string{"merges trials that differ in train.epochs (20, 10)"}
	if diff := cmp.Diff(want, table.Notes); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotFiniteNeverReachesJSON(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses, 2)
	for i := range trials {
		trials[i].Metrics = map[string]float64{"test.mse": []float64{math.NaN(), math.Inf(1), 0, 1e300}[i%4], "test.psnr": math.Inf(-1)}
		trials[i].Series = map[string][]float64{"test.mse": {math.NaN(), 0}}
	}
	var out bytes.Buffer
	if err := mustCompare(t, trials, layout(nil, nil, "test.mse", "test.psnr")).JSON(&out); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) {
		t.Errorf("not JSON: %s", &out)
	}
}

func TestMarkdownEscapesPipes(t *testing.T) {
	trials := codeSize([]float64{2}, []string{"a|b", "c"}, 1)
	var out bytes.Buffer
	if err := mustCompare(t, trials, layout([]string{"loss"}, nil)).Markdown(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `a\|b`) {
		t.Errorf("a pipe would end its cell:\n%s", &out)
	}
}

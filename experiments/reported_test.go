package experiments_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
)

// readReported reads a spec with two cases and two epochs' lengths.
func readReported(t *testing.T, reported string, edits experiments.Edits) *experiments.Experiment {
	t.Helper()
	text := "version: 1\nname: r\ndata: mnist\nmodel: {encoder: [8], code: 2}\nseeds: 2\n" +
		"sweep: {cases: {plain: {}, wide: {model.code: 4}}, grid: {train.epochs: [1, 2]}}\n" + reported
	e, err := experiments.Read("r.yaml", []byte(text), edits, world{1})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// selected describes the trials that a reported value speaks of.
func selected(e *experiments.Experiment, r experiments.Reported) []string {
	out := []string{}
	for _, id := range r.IDs {
		for _, trial := range e.Trials {
			if trial.ID == id {
				code, _ := experiments.Lookup(trial.Setting, "model.code")
				epochs, _ := experiments.Lookup(trial.Setting, "train.epochs")
				out = append(out, fmt.Sprintf("%s %s %s %d", trial.Family, code, epochs, trial.Seed))
			}
		}
	}
	return out
}

func TestReportedSelects(t *testing.T) {
	tests := []struct {
		selection, about string
		want             []string
	}{
		{"case: wide", "case wide", []string{"undercomplete 4 1 1", "undercomplete 4 2 1", "undercomplete 4 1 2", "undercomplete 4 2 2"}},
		{"where: {train.epochs: 2, model.code: [2, 3]}", "train.epochs 2, model.code 2 or 3", []string{"undercomplete 2 2 1", "undercomplete 2 2 2"}},
		{"case: plain, where: {train.epochs: 1, loss: mse}", "train.epochs 1, loss mse, case plain", []string{"undercomplete 2 1 1", "undercomplete 2 1 2"}},
		{"baseline: pca, where: {model.code: 4}", "pca, model.code 4", []string{"pca 4  0"}},
		{"baseline: mean", "mean", []string{"mean   0"}},
	}
	for _, test := range tests {
		e := readReported(t, "reported: {"+test.selection+", metric: test.mse, value: 1, source: A}", experiments.Edits{})
		if len(e.Reported) != 1 || e.Reported[0].About != test.about {
			t.Fatalf("%s: got %+v", test.selection, e.Reported)
		}
		if diff := cmp.Diff(test.want, selected(e, e.Reported[0])); diff != "" {
			t.Errorf("%s (−want +got):\n%s", test.selection, diff)
		}
	}
}

func TestReportedWithoutASelectionSpeaksOfAllThatIsTrained(t *testing.T) {
	e := readReported(t, "reported: {metric: test.mse, value: 1, source: A}", experiments.Edits{})
	if n := len(e.Reported[0].IDs); n != 8 {
		t.Errorf("8 trials, got %d", n)
	}
}

// What the command line changes is not the spec's mistake.
func TestReportedOfWhatAnEditReplacedIsLeftOut(t *testing.T) {
	e := readReported(t, "reported: {where: {train.epochs: 2}, metric: test.mse, value: 1, source: A}",
		experiments.Edits{Grid: []string{"train.epochs=5,6"}})
	if len(e.Reported) != 0 {
		t.Errorf("nothing, got %+v", e.Reported)
	}
}

func TestReportedAgreesWithinItsTolerance(t *testing.T) {
	tests := []struct {
		tolerance string
		result    float64
		want      bool
	}{
		{"tolerance: 0.0003", 0.0135, true}, // the end as it is written, which is no sum of binary fractions
		{"tolerance: 0.0003", 0.0129, true},
		{"tolerance: 0.0003", 0.013501, false},
		{"tolerance: 50%", 0.0198, true},
		{"tolerance: 50%", 0.0066, true},
		{"tolerance: 50 %", 0.0065, false},
		{"tolerance: 0", 0.0132, true},
		{"tolerance: 0", 0.0133, false},
		{"tolerance: ", 0.0132, false},
	}
	for _, test := range tests {
		stated := ", " + test.tolerance
		if test.tolerance == "tolerance: " {
			stated = "" // none is stated: nothing agrees with it
		}
		e := readReported(t, "reported: {metric: test.mse, value: 0.0132"+stated+", source: A}", experiments.Edits{})
		if got := e.Reported[0].Agrees(test.result); got != test.want {
			t.Errorf("%s: agrees with %v: got %v", test.tolerance, test.result, got)
		}
	}
}

func TestReportedIsNoPartOfIdentity(t *testing.T) {
	with := readReported(t, "reported: {metric: test.mse, value: 1, source: A}", experiments.Edits{})
	if diff := cmp.Diff(readReported(t, "", experiments.Edits{}).IDs(), with.IDs()); diff != "" {
		t.Error(diff)
	}
}

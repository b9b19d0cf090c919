package reports

import (
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// What is to be said of an evaluation on both splits is said once.
func TestNotesOfTwinsAreToldOnce(t *testing.T) {
	code := experiments.Setting{"kind": "code", "train": 100.0}
	sheet := &Sheet{Evaluations: []store.Evaluation{
		{Setting: code, Notes: []string{"code: this model has no code"}},
		{Setting: code.With("split", "validation"), Notes: []string{"code: this model has no code", "3 examples are few"}},
	}}
	var out strings.Builder
	sheet.writeEvaluations(&out)
	for text, want := range map[string]int{"this model has no code": 1, "3 examples are few": 1, "split: validation": 1, "  code ": 2} {
		if got := strings.Count(out.String(), text); got != want {
			t.Errorf("%q stands there %d times, want %d:\n%s", text, got, want, &out)
		}
	}
}

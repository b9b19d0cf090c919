package experiments_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"hourglass.dev/hourglass/experiments"
)

// FuzzRead holds that no text makes Read panic, that every mistake lies in the
// text, and that equal texts make equal trials.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/errors/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "train.epochs=2", "model.code=2,4")
	}
	f.Add(short+"seeds: 3\nsweep: {cases: {a: {loss: l1}}, grid: {model.code: [1, 2]}, sample: {n: 1}}\n", "loss.reduce=sum", "loss={kind: huber}")
	f.Add(short+"sweep: {zip: {model.code: [1, 2], train.epochs: {range: [1, 2]}}, when: {if: {case: a}, grid: {loss: [l1]}}}\n", "a=\"", "é=[")
	f.Add("a: |\u2028b\r\u0085- \xff", "\n=\n", "x=1\n---\n2")
	f.Fuzz(func(t *testing.T, text, set, grid string) {
		edits := experiments.Edits{Set: []string{set}, Grid: []string{grid}}
		e, err := experiments.Read("spec.yaml", []byte(text), edits, world{1})
		var problems experiments.Problems
		if err == nil {
			checkTrials(t, e)
			return
		}
		if !errors.As(err, &problems) {
			t.Fatalf("no problems: %v", err)
		}
		for _, problem := range problems {
			checkPosition(t, problem, map[string]string{"spec.yaml": text, "--set": set, "--grid": grid}[problem.File])
		}
	})
}

func checkTrials(t *testing.T, e *experiments.Experiment) {
	ids := map[string]bool{}
	for _, trial := range e.Trials {
		if ids[trial.ID] || len(trial.ID) != 64 {
			t.Errorf("the id %q stands twice, or is none", trial.ID)
		}
		ids[trial.ID] = true
	}
}

func checkPosition(t *testing.T, p experiments.Problem, text string) {
	t.Helper()
	lines := strings.FieldsFunc(text+"\n", func(r rune) bool { return strings.ContainsRune("\n\r\u0085\u2028\u2029", r) })
	length := utf8.RuneCountInString(p.Text)
	if p.Line < 1 || p.Column < 1 || p.Column > length+1 || p.Width < 1 || p.Column+p.Width > length+2 {
		t.Errorf("%d:%d+%d lies outside of %q", p.Line, p.Column, p.Width, p.Text)
	}
	if p.Text != "" && !strings.Contains(text, p.Text) && len(lines) > 0 {
		t.Errorf("the line %q is not in the text", p.Text)
	}
	if p.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+strings.Count(text, "\u0085")+strings.Count(text, "\u2028")+strings.Count(text, "\u2029")+1 {
		t.Errorf("line %d lies behind the text", p.Line)
	}
	if p.Message == "" || !strings.Contains(p.Error(), "^") {
		t.Errorf("a mistake says what is wrong and where: %q", p.Error())
	}
}

package reports

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"hourglass.dev/hourglass/store"
)

// written returns what a view writes.
func written(t *testing.T, view func(io.Writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := view(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pair holds the text and the JSON of a view against golden files.
func pair(t *testing.T, name string, text, object func(io.Writer) error) {
	t.Helper()
	golden(t, name+".txt", written(t, text))
	lines := written(t, object)
	golden(t, name+".json", lines)
	for line := range strings.Lines(string(lines)) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not an object a line: %s", line)
		}
	}
}

func TestStatusReads(t *testing.T) {
	left := 3*time.Hour + 25*time.Minute
	statuses := []Status{
		{"code-size", map[store.State]int{store.Done: 42, store.Running: 2, store.Waiting: 1200, store.Diverged: 1}, &left},
		{"denoising", map[store.State]int{store.Done: 9, store.Failed: 1}, new(time.Duration)},
		{"fresh", map[store.State]int{store.Waiting: 4}, nil},
	}
	pair(t, "status", func(w io.Writer) error { return WriteStatus(w, statuses) },
		func(w io.Writer) error { return WriteStatusJSON(w, statuses) })
	golden(t, "status-one.txt", written(t, func(w io.Writer) error { return WriteStatus(w, statuses[:1]) }))
	if got := string(written(t, func(w io.Writer) error { return WriteStatus(w, nil) })); got != "no experiments\n" {
		t.Errorf("got %q", got)
	}
}

func TestStatusOfExpectsWhatWasMeasured(t *testing.T) {
	trials := codeSize([]float64{8, 32}, losses[:1], 3)
	if s := StatusOf("e", trials, 1); s.Left == nil || *s.Left != 0 || s.States[store.Done] != 9 {
		t.Errorf("all done: got %+v", s)
	}
	find(trials, 8, "mse", 1).Seconds = 10
	find(trials, 8, "mse", 2).Seconds = 20
	find(trials, 8, "mse", 3).unset(store.Waiting).Seconds = 0  // 15 s, as the others with this code
	find(trials, 32, "mse", 1).unset(store.Running).Seconds = 5 // 15 s, as all, 5 of them behind it
	find(trials, 32, "mse", 2).unset(store.Waiting).Seconds = 0
	find(trials, 32, "mse", 3).unset(store.Waiting).Seconds = 0
	if s := StatusOf("e", trials, 2); s.Left == nil || *s.Left != 55*time.Second/2 {
		t.Errorf("got %v, want 27.5s", s.Left)
	}
	for i := range trials {
		trials[i].State = store.Waiting
	}
	if s := StatusOf("e", trials, 2); s.Left != nil {
		t.Errorf("nothing is done: got %v", *s.Left)
	}
}

// plan returns a plan with trials of all signs.
func plan() *Plan {
	seeds, times := []int{1, 2}, []float64{18.4, 205, 0.4}
	value := func(code, loss string) map[string]string { return map[string]string{"model.code": code, "loss": loss} }
	id := func(first string) string { return first + strings.Repeat("0", 64-len(first)) }
	return &Plan{
		Experiment: "code-size", Axes: []string{"model.code", "loss"}, Workers: 2,
		Steps: []string{"grid makes 9", "exclude leaves 8", "2 seeds make 16"},
		Trials: []Planned{
			{New, id("3f2a91c0de"), "", "undercomplete", value("8", "mse"), &seeds[0], 1104104, 3.96e12, &times[0], "", false},
			{New, id("83e5fb4d60"), "", "undercomplete", value("32", "{kind: huber, delta: 0.5}"), &seeds[0], 1116416, 4.01e12, &times[1], "", false},
			{Known, id("17fac4e00b"), "", "undercomplete", value("8", "mse"), &seeds[1], 1104104, 3.96e12, &times[0], "", false},
			{Stale, id("6a2e9d0c1f"), "", "undercomplete", value("32", "mse"), &seeds[1], 1116416, 4.01e12, &times[0], "numerics 1, now 2", false},
			{Known, id("9b0c4d22e8"), "", "pca", map[string]string{"model.code": "8"}, nil, 7056, 0, &times[2], "", false},
			{Orphaned, id("0ad1e3f577"), "", "undercomplete", value("2", "mse"), &seeds[0], 1101026, 0, nil, "no longer in the spec", false},
		},
	}
}

func TestPlanReads(t *testing.T) {
	p := plan()
	pair(t, "plan", p.Text, p.JSON)

	p.Trials = p.Trials[2:3]
	if got := string(written(t, p.Text)); !strings.Contains(got, "nothing to run") {
		t.Errorf("got\n%s", got)
	}
	p.Trials = nil
	if got := string(written(t, p.Text)); !strings.HasSuffix(got, "no trials\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestPartsRead(t *testing.T) {
	roles := []Role{
		{"loss", "how far a reconstruction is from its input", "mse", []Part{
			{"huber", "quadratic near zero, linear beyond delta", []Parameter{
				{"delta", "1", "(0, inf)", "where the square ends and the line begins"},
				{"reduce", "mean", "mean | sum", "over the elements of an example; the examples of a batch are always averaged, whatever is chosen here"},
			}},
			{"mse", "squared error", []Parameter{{"reduce", "mean", "mean | sum", "over the elements of an example"}}},
		}},
		{"train", "how long and with what", "", []Part{{"", "", []Parameter{{"epochs", "20", "[1, inf)", "passes over the training split"}, {"stop", "", "a mapping", "when to end early"}}}}},
		{"corruption", "damage to the input in training", "", nil},
	}
	pair(t, "parts", func(w io.Writer) error { return WriteParts(w, roles) }, func(w io.Writer) error { return WritePartsJSON(w, roles) })
}

func TestDatasetsRead(t *testing.T) {
	yes, no, low, high := true, false, 0., 1.
	sets := []Dataset{
		{"mnist", "handwritten digits", []int{28, 28, 1}, 60000, 10000, &low, &high, 10, 11594722, &no, strings.Repeat("ab", 32), "LeCun et al. 1998"},
		{"digits", "small handwritten digits", []int{8, 8, 1}, 1437, 360, &low, &high, 10, 0, &yes, strings.Repeat("cd", 32), "UCI"},
		{Kind: "csv", Summary: "numbers in columns of a file"},
	}
	pair(t, "data", func(w io.Writer) error { return WriteDatasets(w, sets) }, func(w io.Writer) error { return WriteDatasetsJSON(w, sets) })
	golden(t, "data-mnist.txt", written(t, func(w io.Writer) error { return WriteDataset(w, sets[0]) }))
}

func TestWords(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0.0 s", 0.84: "0.8 s", 9.94: "9.9 s", 12: "12 s", 59.6: "1 min", 200: "3 min 20 s", 7500: "2 h 5 min", 7200: "2 h", 273600: "3 d 4 h",
	} {
		if got := lasting(seconds); got != want {
			t.Errorf("%v s: got %s, want %s", seconds, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1104104: "1,104,104", -12345: "-12,345"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0", 412: "412", 999.6: "1.0 k", 3.96e12: "4.0 T", 432e6: "432 M", 2.5e15: "2 P"} {
		if got := scaled(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

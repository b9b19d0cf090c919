package reports

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

func boardOf(running int) Board {
	pca := 0.05111
	b := Board{
		Experiment: "code-size", Share: 0.43, Rate: 12345.4, Left: 80 * time.Second,
		States: map[store.State]int{store.Done: 12, store.Running: running, store.Waiting: 1022, store.Diverged: 1},
		Best:   &Standing{ID: "a", Label: "code 8, loss bce", Metric: "test.mse", Value: 0.02345, PCA: &pca},
	}
	for i := range running {
		t := RunningTrial{Label: fmt.Sprintf("code %d, loss mse, seed 1", i), Epoch: i, Epochs: 20, Share: float64(i) / 20}
		for k := range i * 5 {
			t.Losses = append(t.Losses, math.Exp(-float64(k)/9))
		}
		b.Running = append(b.Running, t)
	}
	return b
}

// TestBoard shows boards on terminals of several sizes, and on one that reports
// none.
func TestBoard(t *testing.T) {
	var out strings.Builder
	for _, size := range [][2]int{{120, 30}, {80, 24}, {60, 8}, {40, 24}, {24, 4}, {0, 0}} {
		fmt.Fprintf(&out, "%d columns, %d rows\n", size[0], size[1])
		for _, line := range boardOf(6).Lines(size[0], size[1], nil) {
			out.WriteString(line + "\n")
		}
	}
	path := "testdata/board.txt"
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("boards differ from %s:\n%s", path, out.String())
	}
}

// TestBoardFits: whatever the size of the terminal, lines are shorter than its
// columns and fewer than its rows.
func TestBoardFits(t *testing.T) {
	for width := 1; width < 200; width += 3 {
		for height := 1; height < 40; height += 2 {
			lines := boardOf(9).Lines(width, height, nil)
			if len(lines) == 0 || len(lines) > max(height-1, 1) {
				t.Fatalf("%d lines on a terminal of %d × %d", len(lines), width, height)
			}
			for _, line := range lines {
				if n := utf8.RuneCountInString(line); n > max(width-1, 0) {
					t.Fatalf("a line of %d columns on a terminal of %d × %d: %q", n, width, height, line)
				}
			}
		}
	}
}

// TestStandings: the best is the best of the trainings, held against PCA with
// its code size; trials that are not done count for nothing.
func TestStandings(t *testing.T) {
	e := &experiments.Experiment{Axes: []string{"model.code", "loss"}}
	s := NewStandings(e)
	if s.Best() != nil {
		t.Error("before the first trial is done there is a best")
	}
	diverged := trialOf(32, "mse", 1)
	diverged.State = store.Diverged
	for _, trial := range []Trial{meanOf(), pcaOf(32), diverged, trialOf(2, "mse", 1), trialOf(8, "bce", 1), trialOf(8, "mse", 2), pcaOf(8)} {
		s.Ended(trial)
	}
	best := s.Best()
	if best == nil || best.ID != trialOf(8, "mse", 2).ID || best.Label != "code 8, loss mse" || best.PCA == nil || *best.PCA != pcaError(8) {
		t.Errorf("the best is %+v, want code 8 with loss mse, against PCA's %v", best, pcaError(8))
	}
	higher := NewStandings(&experiments.Experiment{Axes: e.Axes, Compare: experiments.Compare{Metrics: []string{"test.psnr"}}})
	for _, trial := range []Trial{trialOf(2, "mse", 1), trialOf(8, "mse", 1), trialOf(4, "mse", 1)} {
		higher.Ended(trial)
	}
	if best := higher.Best(); best.ID != trialOf(8, "mse", 1).ID || best.PCA != nil {
		t.Errorf("by psnr the best is %+v, want code 8 and no PCA", best)
	}
}

// TestBoardAsJSON: what is not known is null.
func TestBoardAsJSON(t *testing.T) {
	b := boardOf(1)
	b.Rate, b.Best = 0, nil
	got, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"experiment":"code-size","trials":1036,"done":12,"running":1,"waiting":1022,"diverged":1,"failed":0,"share":0.43,` +
		`"examples_per_second":null,"seconds_left":80,"best":null,` +
		`"active":[{"id":"","label":"code 0, loss mse, seed 1","epoch":0,"epochs":20,"share":0,"loss":null}]}`
	if string(got) != want {
		t.Errorf("the board as JSON is\n%s\nwant\n%s", got, want)
	}
}

// The loss is the one figure of a row that nothing else tells: narrow terminals
// cut other things first.
func TestBoardKeepsTheLoss(t *testing.T) {
	b := boardOf(1)
	b.Running = []RunningTrial{{Label: "code 4, seed 2", Epoch: 109, Epochs: 400, Losses: []float64{0.02, 0.016123}}}
	for width := 40; width < 100; width++ {
		lines := b.Lines(width, 24, nil)
		if row := lines[len(lines)-1]; !strings.HasSuffix(row, " 0.01612") {
			t.Errorf("%d columns: %q", width, row)
		}
	}
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
)

const boardSpec = `version: 1
name: board
data: {kind: digits, train_limit: 800, test_limit: 100}
model: {encoder: [128], code: 4, output: sigmoid}
train: {epochs: 150, batch: 8}
sweep: {grid: {model.code: [2, 4]}}
seeds: 2
`

// boardRun is a command in a folder with a spec that takes a few seconds.
func boardRun(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "board.yaml"), []byte(boardSpec), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("hourglass", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "HOURGLASS_STORE=", "HOURGLASS_KERNEL=", "NO_COLOR=", "TERM=xterm")
	return cmd
}

// TestRunShowsABoard: on a terminal there are states, sparklines, the best
// against PCA, a rate and the time left; it follows a change of size; in the
// end the board is gone and the table is there.
func TestRunShowsABoard(t *testing.T) {
	cmd := boardRun(t, t.TempDir(), "run", "board.yaml", "--workers", "2")
	o := runOnTerminal(t, cmd, pty.Winsize{Cols: 110, Rows: 30}, func(o *onTerminal, resize func(columns, rows int)) {
		o.waitFor(t, `(?s)board  [█▏▎▍▌▋▊▉ ]+ \d+ %  [\d,]+ examples/s  .* left\n\d+ done  2 running.*\n  code [24], seed 1  epoch +\d+/150  .*[▁▂▃▄▅▆▇█]{4,}.* 0\.\d+`)
		resize(60, 10)
		o.waitFor(t, `best test.mse 0\.\d+ \(code \d\), PCA 0\.\d+`)
	})
	if left := strings.Join(shown(o.terminal), "\n"); strings.Contains(left, "running") || !strings.Contains(left, "PCA dims") {
		t.Errorf("in the end the terminal shows\n%s", left)
	}
	if !strings.Contains(o.all.String(), "\x1b[") {
		t.Error("there were no colours on a terminal")
	}
}

// TestRunOnATerminalWithoutSize: one that reports no columns and no rows works
// as one of 80 and 24.
func TestRunOnATerminalWithoutSize(t *testing.T) {
	cmd := boardRun(t, t.TempDir(), "run", "board.yaml", "--set", "train.epochs=60", "--set", "seeds=1")
	o := runOnTerminal(t, cmd, pty.Winsize{}, func(o *onTerminal, _ func(int, int)) {
		o.waitFor(t, `\d+ done  \d running`)
	})
	if left := strings.Join(shown(o.terminal), "\n"); !strings.Contains(left, "PCA dims") {
		t.Errorf("in the end the terminal shows\n%s", left)
	}
}

// TestWatchShowsTheBoardOfAnotherProcess from its beginning to its end.
func TestWatchShowsTheBoardOfAnotherProcess(t *testing.T) {
	folder := t.TempDir()
	run := boardRun(t, folder, "run", "-q", "board.yaml")
	watch := boardRun(t, folder, "watch", "board.yaml", "--wait", "30s")
	o := runOnTerminal(t, watch, pty.Winsize{Cols: 100, Rows: 24}, func(o *onTerminal, _ func(int, int)) {
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		o.waitFor(t, `(?s)board  .*\d running.*\n  code [24], seed \d  epoch +\d+/150 .* 0\.\d+`)
	})
	if err := run.Wait(); err != nil {
		t.Fatal(err)
	}
	if code := watch.ProcessState.ExitCode(); code != 0 {
		t.Errorf("watch ended with %d", code)
	}
	left := strings.Join(shown(o.terminal), "\n")
	if !strings.Contains(left, "7 of 7 trials done, 100 %") || regexp.MustCompile(`\d running`).MatchString(left) {
		t.Errorf("in the end the terminal shows\n%s", left)
	}
}

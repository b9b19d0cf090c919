package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/runner"
)

var withMNIST = flag.Bool("mnist", false, "run the README's sessions on MNIST too, which takes a minute")

const readme = "../../README.md"

// TestReadme does what the README's reader is told to do, in one folder and
// from top to bottom: it writes each block that begins ```yaml FILE to that
// file, and runs each line of a ```console block that begins with $. What
// follows in the block must be what the command prints, but that
//
//	…          alone on a line stands for any lines,
//	^C         alone on a line is an interrupt, some epochs into a trial,
//	8.3 s      and other times match any time.
//
// Blocks that begin ```console mnist need the flag -mnist.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOURGLASS_STORE", "")
	t.Setenv("HOURGLASS_KERNEL", "")
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "experiments"), os.DirFS("../../experiments")); err != nil {
		t.Fatal(err)
	}
	blocks := blocksOf(string(text))
	ran := 0
	for i := range blocks {
		b := &blocks[i]
		switch {
		case b.kind == "yaml" && b.word != "":
			if err := os.WriteFile(filepath.Join(folder, b.word), []byte(strings.Join(b.lines, "\n")+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
		case b.kind == "console" && (b.word == "" || *withMNIST):
			ran += b.run(t, folder)
		}
	}
	if ran == 0 {
		t.Error("the README has no session")
	}
	if *update {
		if err := os.WriteFile(readme, []byte(textOf(blocks)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadmeShowsTheDemo holds the spec that the README opens with to the one
// that make demo runs.
func TestReadmeShowsTheDemo(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	demo, err := experiments.Load("../../experiments/code-size.yaml", experiments.Edits{}, world{runner.NewWorld()})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocksOf(string(text)) {
		if b.kind != "yaml" {
			continue
		}
		shown, err := experiments.Read(readme, []byte(strings.Join(b.lines, "\n")), experiments.Edits{}, world{runner.NewWorld()})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(shown.IDs(), demo.IDs()) {
			t.Errorf("the spec in line %d asks for other trials than experiments/code-size.yaml", b.at)
		}
		return
	}
	t.Error("the README shows no spec")
}

// block is a part of the README: a fenced block, or the text between two.
type block struct {
	kind, word string // of its first line: ```console mnist; both are empty for text
	at         int    // the line that it begins in
	lines      []string
}

func blocksOf(text string) []block {
	blocks := []block{{at: 1}}
	for i, line := range strings.Split(text, "\n") {
		last := &blocks[len(blocks)-1]
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && last.kind == "":
			kind, word, _ := strings.Cut(fence, " ")
			blocks = append(blocks, block{kind: kind, word: word, at: i + 2})
		case isFence:
			blocks = append(blocks, block{at: i + 2})
		default:
			last.lines = append(last.lines, line)
		}
	}
	return blocks
}

// textOf is the reverse of blocksOf.
func textOf(blocks []block) string {
	var lines []string
	for _, b := range blocks {
		if b.kind == "" {
			lines = append(lines, b.lines...)
			continue
		}
		lines = append(lines, strings.TrimSpace("```"+b.kind+" "+b.word))
		lines = append(lines, b.lines...)
		lines = append(lines, "```")
	}
	return strings.Join(lines, "\n")
}

// run executes the commands of a block and returns how many there were. With
// -update it puts what they print into the block, where nothing is left out.
func (b *block) run(t *testing.T, folder string) (ran int) {
	var updated []string
	for i := 0; i < len(b.lines); {
		command, ok := strings.CutPrefix(b.lines[i], "$ ")
		if !ok {
			t.Fatalf("README.md:%d: want a line that begins with $, got %q", b.at+i, b.lines[i])
		}
		end := i + 1
		for end < len(b.lines) && !strings.HasPrefix(b.lines[end], "$ ") {
			end++
		}
		want := b.lines[i+1 : end]
		got := execute(t, folder, command, slices.Contains(want, "^C"))
		ran++
		updated = append(updated, b.lines[i])
		if *update && !slices.Contains(want, "…") {
			updated = append(updated, got...)
		} else {
			updated = append(updated, want...)
			if !matches(want, got) {
				t.Errorf("README.md:%d: %s\nprints:\n%s\nwant:\n%s", b.at+i, command, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		i = end
	}
	b.lines = updated
	return ran
}

// execute runs a line of the shell and returns the lines that it prints.
func execute(t *testing.T, folder, command string, interrupt bool) []string {
	if command == "make demo" {
		command = "hourglass run experiments/code-size.yaml"
	}
	if interrupt {
		command = "exec " + command // the shell must not stand between
	}
	var out bytes.Buffer
	shell := exec.Command("sh", "-c", command)
	shell.Dir, shell.Stdout, shell.Stderr = folder, &out, &out
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	if interrupt {
		waitForEpochs(t, folder)
		if err := shell.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	// An exit code beside zero shows in what is printed.
	var exit *exec.ExitError
	if err := shell.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text := strings.TrimRight(out.String(), "\n")
	if text == "" {
		return nil
	}
	return slices.DeleteFunc(strings.Split(text, "\n"), underWay.MatchString)
}

// underWay is a line that a run prints every ten seconds: on a slow machine
// there are some.
var underWay = regexp.MustCompile(`^\d+ of \d+ trials? done, \d+ %`)

// waitForEpochs returns when a trial that is running has a few epochs behind it.
func waitForEpochs(t *testing.T, folder string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		list := exec.Command("hourglass", "list", "--json", "state=running", "epochs>=3")
		list.Dir = folder
		if listed, err := list.Output(); err == nil && len(listed) > 0 {
			return
		}
	}
	t.Fatal("no trial is under way after a minute")
}

// matches compares what the README shows with what was printed.
func matches(want, got []string) bool {
	for i, line := range want {
		switch {
		case line == "^C":
			return matches(slices.Delete(slices.Clone(want), i, i+1), got)
		case line == "…":
			for skip := range len(got) - i + 1 {
				if matches(want[i+1:], got[i+skip:]) {
					return true
				}
			}
			return false
		case i >= len(got) || !sameLine(line, got[i]):
			return false
		}
	}
	return len(want) == len(got)
}

var (
	times  = regexp.MustCompile(`\d+(\.\d+)? (h \d+ min|min \d+ s|s)\b`)
	speeds = regexp.MustCompile(`[\d,]+ examples per second`)
	dates  = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)
	spaces = regexp.MustCompile(` +`)
)

// sameLine compares lines letter by letter, but for times and what they shift.
func sameLine(want, got string) bool {
	if want == got {
		return true
	}
	plain := func(line string) string {
		line = times.ReplaceAllString(line, "TIME")
		line = speeds.ReplaceAllString(line, "SPEED")
		line = dates.ReplaceAllString(line, "DATE")
		return spaces.ReplaceAllString(line, " ")
	}
	timed := times.MatchString(want) || speeds.MatchString(want) || dates.MatchString(want)
	return timed && plain(want) == plain(got)
}

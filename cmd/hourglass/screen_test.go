package main

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// TestScreen draws into an emulated terminal: lines that are printed stay, the
// lines at the bottom are replaced, and nothing is left of them in the end.
func TestScreen(t *testing.T) {
	terminal := vt10x.New(vt10x.WithSize(40, 12))
	s := &screen{w: driver{terminal}}
	s.print("first")
	s.draw([]string{"board 1", "\x1b[1mloss\x1b[0m 3"})
	s.draw([]string{"board 2", "loss 2", "more"})
	s.print("second")
	wantShown(t, terminal, "first", "second", "board 2", "loss 2", "more")
	s.draw([]string{"board 3"})
	s.print("third")
	wantShown(t, terminal, "first", "second", "third", "board 3")
	s.clear()
	s.print("last")
	wantShown(t, terminal, "first", "second", "third", "last")
}

// driver does what that of a terminal does: a line break goes to the beginning
// of the next line.
type driver struct{ w io.Writer }

func (d driver) Write(p []byte) (int, error) {
	_, err := io.WriteString(d.w, strings.ReplaceAll(string(p), "\n", "\r\n"))
	return len(p), err
}

// shown returns the lines of a terminal that are not empty.
func shown(terminal vt10x.Terminal) []string {
	var lines []string
	for line := range strings.Lines(terminal.String()) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func wantShown(t *testing.T, terminal vt10x.Terminal, want ...string) {
	t.Helper()
	if got := shown(terminal); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the terminal shows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// onTerminal is a command that runs on a pseudo terminal.
type onTerminal struct {
	mutex    sync.Mutex
	terminal vt10x.Terminal
	all      strings.Builder // everything that was written
}

// Write takes what the command writes.
func (o *onTerminal) Write(p []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.all.Write(p)
	return o.terminal.Write(p)
}

func (o *onTerminal) shows(want *regexp.Regexp) bool {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return want.MatchString(strings.Join(shown(o.terminal), "\n"))
}

// runOnTerminal runs a command on a terminal of a size, and calls during with it while
// it runs.
func runOnTerminal(t *testing.T, cmd *exec.Cmd, size pty.Winsize, during func(o *onTerminal, resize func(columns, rows int))) *onTerminal {
	t.Helper()
	o := &onTerminal{terminal: vt10x.New(vt10x.WithSize(max(int(size.Cols), 80), max(int(size.Rows), 24)))}
	file, err := pty.StartWithSize(cmd, &size)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	copied := make(chan struct{})
	go func() {
		io.Copy(o, file) // ends with an error when the terminal is closed
		close(copied)
	}()
	during(o, func(columns, rows int) {
		if err := pty.Setsize(file, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
			t.Fatal(err)
		}
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.terminal.Resize(columns, rows)
	})
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	<-copied
	return o
}

func (o *onTerminal) waitFor(t *testing.T, pattern string) {
	t.Helper()
	want := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(time.Minute); !o.shows(want); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the terminal never shows %s but\n%s", want, strings.Join(shown(o.terminal), "\n"))
		}
	}
}

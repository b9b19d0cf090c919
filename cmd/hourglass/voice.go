package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"

	"hourglass.dev/hourglass/experiments"
)

// voice says things to the person at the keyboard, on standard error.
type voice struct {
	w        io.Writer
	terminal bool // w is one, so colours and bars are in place
}

func newVoice(w io.Writer) *voice {
	file, ok := w.(*os.File)
	return &voice{w: w, terminal: ok && isatty.IsTerminal(file.Fd()) && os.Getenv("TERM") != "dumb"}
}

// colours says whether text may be coloured (no-color.org).
func (v *voice) colours() bool { return v.terminal && os.Getenv("NO_COLOR") == "" }

func (v *voice) paint(code, text string) string {
	if !v.colours() {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// say tells what is going on.
func (v *voice) say(format string, args ...any) {
	fmt.Fprintf(v.w, format+"\n", args...)
}

// warn tells what may surprise, and goes on.
func (v *voice) warn(format string, args ...any) {
	fmt.Fprintf(v.w, "%s %s\n", v.paint("33", "warning:"), fmt.Sprintf(format, args...))
}

// ask asks a question that is answered with yes or no, no unless the answer is
// yes. It is no as well when ctx ends.
func (v *voice) ask(ctx context.Context, format string, args ...any) bool {
	fmt.Fprintf(v.w, format+" [y/N] ", args...)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		line = strings.ToLower(strings.TrimSpace(line))
		return line == "y" || line == "yes"
	case <-ctx.Done():
		return false
	}
}

// hinted is an error with what can be done about it.
type hinted interface {
	error
	Remedy() string
}

// fail tells why the command did not do what it was asked.
func (v *voice) fail(err error) {
	var problems experiments.Problems
	if errors.As(err, &problems) {
		v.mistakes(problems)
		return
	}
	var h hinted
	text, remedy := err.Error(), ""
	if errors.As(err, &h) && h.Remedy() != "" {
		remedy = "  " + h.Remedy() + "\n"
		text = strings.TrimSuffix(text, "; "+h.Remedy())
	}
	if text != "" {
		fmt.Fprintf(v.w, "%s %s\n%s", v.paint("31", "error:"), text, remedy)
	}
}

// mistakes shows all that is wrong in a spec.
func (v *voice) mistakes(problems experiments.Problems) {
	for _, problem := range problems {
		first, rest, _ := strings.Cut(problem.Error(), "\n")
		fmt.Fprintf(v.w, "%s\n%s\n", v.paint("1", first), rest)
	}
	what := "mistakes"
	if len(problems) == 1 {
		what = "mistake"
	}
	fmt.Fprintf(v.w, "%d %s; nothing was run\n", len(problems), what)
}

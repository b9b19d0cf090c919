package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// screen keeps lines at the bottom of a terminal, and prints others above
// them, which stay.
type screen struct {
	w     io.Writer
	shown []string // the lines at the bottom
}

// size returns the columns and rows of the terminal as it is now, or 0 where it does
// not tell.
func (s *screen) size() (width, height int) {
	file, ok := s.w.(*os.File)
	if !ok {
		return 0, 0
	}
	width, height, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}

// draw replaces the lines at the bottom.
func (s *screen) draw(lines []string) {
	fmt.Fprint(s.w, s.erasing()+joinLines(lines))
	s.shown = lines
}

// print prints a line above those at the bottom.
func (s *screen) print(line string) {
	fmt.Fprint(s.w, s.erasing()+line+"\n"+joinLines(s.shown))
}

// clear takes the lines at the bottom away.
func (s *screen) clear() {
	fmt.Fprint(s.w, s.erasing())
	s.shown = nil
}

// erasing moves to the first of the lines at the bottom and erases what
// follows. In a terminal that became narrower a line takes several rows.
func (s *screen) erasing() string {
	if len(s.shown) == 0 {
		return ""
	}
	width, _ := s.size()
	rows := 0
	for _, line := range s.shown {
		rows++
		if length := utf8.RuneCountInString(withoutColours(line)); width > 0 && length > width {
			rows += (length - 1) / width
		}
	}
	return fmt.Sprintf("\r\x1b[%dA\x1b[J", rows)
}

// withoutColours takes out what voice.paint puts in.
func withoutColours(line string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(line, "\x1b[")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		_, line, _ = strings.Cut(after, "m")
	}
}

func joinLines(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

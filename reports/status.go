package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"hourglass.dev/hourglass/store"
)

// Status says how far an experiment has come.
type Status struct {
	Experiment string
	States     map[store.State]int
	// Left is how long what is missing will take, or nil where it is not known.
	Left *time.Duration
}

// StatusOf counts the trials of an experiment. The time left is what the
// trials that are missing will take on so many workers: as long as those that
// are done and differ in the seed alone, or else as all that are done. It is
// nil before the first is. Baselines are taken to need none.
func StatusOf(experiment string, trials []Trial, workers int) Status {
	s := Status{Experiment: experiment, States: map[store.State]int{}}
	like, all, memo := map[string]average{}, average{}, memo{}
	for _, t := range trials {
		s.States[t.State]++
		if t.State == store.Done && !t.Baseline() {
			like[memo.effort(t)] = like[memo.effort(t)].with(t.Seconds)
			all = all.with(t.Seconds)
		}
	}
	var seconds float64
	for _, t := range trials {
		if t.State.Final() || t.Baseline() {
			continue
		}
		expected := all
		if same, ok := like[memo.effort(t)]; ok {
			expected = same
		}
		if expected.n == 0 {
			return s
		}
		seconds += max(0, expected.sum/expected.n-t.Seconds) // what a running one has done counts
	}
	left := time.Duration(seconds / float64(max(workers, 1)) * float64(time.Second))
	s.Left = &left
	return s
}

// average is a sum and how many numbers it is of.
type average struct{ sum, n float64 }

func (a average) with(v float64) average { return average{a.sum + v, a.n + 1} }

// effort identifies trials that take equally long: those that differ in the
// seed alone.
func (m memo) effort(t Trial) string { return m.dataOf(t) + m.canonical(t.Setting) }

// WriteStatus writes statuses as a table, with a line for all where there are
// several.
func WriteStatus(w io.Writer, statuses []Status) error {
	if len(statuses) == 0 {
		_, err := fmt.Fprintln(w, "no experiments")
		return err
	}
	if len(statuses) > 1 {
		statuses = append(slices.Clone(statuses), total(statuses))
	}
	column := func(text func(Status) string) []string {
		cells := make([]string, len(statuses))
		for i, s := range statuses {
			cells[i] = text(s)
		}
		return cells
	}
	g := &grid{}
	g.add("experiment", true, column(func(s Status) string { return s.Experiment }))
	g.add("trials", false, column(func(s Status) string { return grouped(int64(s.trials())) }))
	for _, state := range states {
		g.add(string(state), false, column(func(s Status) string {
			if s.States[state] == 0 {
				return "-"
			}
			return grouped(int64(s.States[state]))
		}))
	}
	g.add("progress", true, column(func(s Status) string { return s.progress() }))
	g.add("time left", false, column(func(s Status) string { return s.left() }))
	return g.text(w)
}

func (s Status) trials() int {
	n := 0
	for _, count := range s.States {
		n += count
	}
	return n
}

func (s Status) final() int {
	return s.States[store.Done] + s.States[store.Diverged] + s.States[store.Failed]
}

// progress draws how many of the trials are at their end.
func (s Status) progress() string {
	if s.trials() == 0 {
		return ""
	}
	const width = 10
	full := width * s.final() / s.trials()
	percent := 100 * s.final() / s.trials()
	return repeated('█', full) + repeated('░', width-full) + " " + strconv.Itoa(percent) + "%"
}

func repeated(r rune, n int) string { return string(slices.Repeat([]rune{r}, n)) }

func (s Status) left() string {
	switch {
	case s.final() == s.trials():
		return "-"
	case s.Left == nil:
		return "?"
	}
	return lasting(s.Left.Seconds())
}

// total adds statuses up. Its time left is known where that of all is.
func total(statuses []Status) Status {
	sum := Status{Experiment: "all", States: map[store.State]int{}, Left: new(time.Duration)}
	for _, s := range statuses {
		for _, state := range slices.Sorted(maps.Keys(s.States)) {
			sum.States[state] += s.States[state]
		}
		if s.Left == nil {
			sum.Left = nil
		} else if sum.Left != nil {
			left := *sum.Left + *s.Left
			sum.Left = &left
		}
	}
	return sum
}

type statusJSON struct {
	Experiment  string   `json:"experiment"`
	Trials      int      `json:"trials"`
	Done        int      `json:"done"`
	Running     int      `json:"running"`
	Waiting     int      `json:"waiting"`
	Diverged    int      `json:"diverged"`
	Failed      int      `json:"failed"`
	SecondsLeft *float64 `json:"seconds_left"` // null where it is not known
}

// WriteStatusJSON writes an object a status, one a line.
func WriteStatusJSON(w io.Writer, statuses []Status) error {
	objects := make([]statusJSON, len(statuses))
	for i, s := range statuses {
		n := s.States
		objects[i] = statusJSON{s.Experiment, s.trials(), n[store.Done], n[store.Running], n[store.Waiting], n[store.Diverged], n[store.Failed], nil}
		if s.Left != nil {
			objects[i].SecondsLeft = number(s.Left.Seconds())
		}
	}
	return writeLines(w, objects)
}

package reports

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Sign says what a run would do with a trial.
type Sign string

// The signs of a plan.
const (
	New      Sign = "+" // it will be run
	Known    Sign = "=" // it is there already
	Running  Sign = ">" // somebody is running it
	Stale    Sign = "~" // it is there under other numerics or data, and will be run anew
	Orphaned Sign = "-" // it is there, and the spec asks for it no more
)

// names of the signs, for JSON and for counts.
var signNames = map[Sign]string{New: "new", Known: "done", Running: "running", Stale: "stale", Orphaned: "orphaned"}

// Planned is a trial of a plan.
type Planned struct {
	Sign       Sign
	ID         string
	Case       string
	Family     string
	Values     map[string]string // swept path → value
	Seed       *int              // nil for a baseline
	Parameters int
	FLOPs      float64  // of the whole training; 0 where not known
	Seconds    *float64 // expected, or taken where it is done; nil where not known
	Reason     string   // why it is stale or orphaned, or what a run adds where it is done
	Unmeasured bool     // it is done, and lacks evaluations
}

// Plan is what a run would do.
type Plan struct {
	Experiment string
	Axes       []string // swept paths, in the spec's order
	Steps      []string // what each word of the sweep made, in the order in which they apply
	Trials     []Planned
	Claims     []string // what is said of each: see PlanClaims
	Workers    int      // that the expected time is for; at least 1
	Basis      string   // where the expected time comes from, if not from the experiment's own trials
}

// Text writes the plan as a table, with sums beneath.
func (p *Plan) Text(w io.Writer) error {
	var out strings.Builder
	if len(p.Steps) > 0 {
		out.WriteString(wrapped(p.Experiment+": "+strings.Join(p.Steps, ", then "), 100, 2) + "\n")
	}
	if len(p.Trials) == 0 {
		out.WriteString("no trials\n")
	} else {
		if err := p.grid().text(&out); err != nil {
			return err
		}
		out.WriteString("\n" + p.sum() + "\n")
	}
	for _, claim := range p.Claims {
		out.WriteString(wrapped(claim, 100, 2))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// grid lays the plan out. Columns in which all trials have nothing are left
// out, and values of axes are cut so that it fits where it can.
func (p *Plan) grid() *grid {
	g := &grid{}
	for _, width := range labelWidths {
		g = &grid{}
		p.column(g, " ", func(t Planned) string { return string(t.Sign) })
		p.column(g, "id", func(t Planned) string { return short(t.ID) })
		p.column(g, "case", func(t Planned) string { return clipped(t.Case, width) })
		p.column(g, "family", func(t Planned) string { return t.Family })
		for _, path := range p.Axes {
			p.column(g, path, func(t Planned) string { return clipped(t.Values[path], width) })
		}
		p.column(g, "seed", func(t Planned) string {
			if t.Seed == nil {
				return ""
			}
			return strconv.Itoa(*t.Seed)
		})
		p.column(g, "parameters", func(t Planned) string { return grouped(int64(t.Parameters)) })
		p.column(g, "FLOPs", func(t Planned) string {
			if t.FLOPs == 0 {
				return ""
			}
			return scaled(t.FLOPs)
		})
		p.column(g, "time", func(t Planned) string {
			if t.Seconds == nil {
				return ""
			}
			return lasting(*t.Seconds)
		})
		p.column(g, "why", func(t Planned) string { return t.Reason })
		if g.width() <= mostWidth {
			break
		}
	}
	return g
}

// numericColumns are the columns of a plan that are aligned to the right.
var numericColumns = map[string]bool{"seed": true, "parameters": true, "FLOPs": true, "time": true}

func (p *Plan) column(g *grid, name string, text func(Planned) string) {
	cells := make([]string, len(p.Trials))
	empty, words := true, false
	for i, t := range p.Trials {
		cells[i] = text(t)
		empty = empty && cells[i] == ""
		_, err := strconv.ParseFloat(cells[i], 64)
		words = words || cells[i] != "" && err != nil
	}
	if !empty {
		g.add(name, (words || name == "id") && !numericColumns[name], cells)
	}
}

// sum counts the trials by sign and says how long those that will be run take.
func (p *Plan) sum() string {
	count := map[Sign]int{}
	unmeasured := 0
	var running []Planned // by this run
	for _, t := range p.Trials {
		count[t.Sign]++
		if t.Unmeasured {
			unmeasured++
		}
		if t.Sign == New || t.Sign == Stale {
			running = append(running, t)
		}
	}
	var words []string
	for _, sign := range []Sign{New, Running, Stale, Known, Orphaned} {
		if n := count[sign]; n > 0 {
			words = append(words, fmt.Sprintf("%s %s %s", sign, grouped(int64(n)), signNames[sign]))
		}
	}
	text := counted(len(p.Trials), "trial") + ": " + strings.Join(words, ", ")
	if unmeasured > 0 {
		text += "; " + grouped(int64(unmeasured)) + " to be evaluated"
	}
	switch {
	case len(running) > 0:
		return text + p.costOf(running)
	case unmeasured > 0:
		return text
	}
	return text + "; nothing to run"
}

// costOf says how much work trials are, and how long they will take where that
// is known of all of them but baselines, which are quick.
func (p *Plan) costOf(trials []Planned) string {
	var seconds, flops float64
	known := true
	for _, t := range trials {
		flops += t.FLOPs
		if t.Seconds != nil {
			seconds += *t.Seconds
		} else if t.Seed != nil {
			known = false
		}
	}
	text := ""
	if flops > 0 {
		text += "; " + scaled(flops) + "FLOPs"
	}
	if known && seconds > 0 {
		workers := max(p.Workers, 1)
		text += fmt.Sprintf("; about %s on %s", lasting(seconds/float64(workers)), counted(workers, "worker"))
		if p.Basis != "" {
			text += ", " + p.Basis
		}
	}
	return text
}

type plannedJSON struct {
	Sign       Sign              `json:"sign"`
	State      string            `json:"state"` // new, running, done, stale or orphaned
	ID         string            `json:"id"`
	Experiment string            `json:"experiment"`
	Case       *string           `json:"case"`
	Family     string            `json:"family"`
	Values     map[string]string `json:"values"`
	Seed       *int              `json:"seed"`
	Parameters int               `json:"parameters"`
	FLOPs      *float64          `json:"flops"`
	Seconds    *float64          `json:"seconds"` // null where not known
	Reason     *string           `json:"reason"`
}

// JSON writes an object a trial, one a line.
func (p *Plan) JSON(w io.Writer) error {
	objects := make([]plannedJSON, len(p.Trials))
	for i, t := range p.Trials {
		o := plannedJSON{
			Sign: t.Sign, State: signNames[t.Sign], ID: t.ID, Experiment: p.Experiment, Case: orNull(t.Case), Family: t.Family,
			Values: t.Values, Seed: t.Seed, Parameters: t.Parameters, Reason: orNull(t.Reason),
		}
		if o.Values == nil {
			o.Values = map[string]string{}
		}
		if t.FLOPs != 0 {
			o.FLOPs = number(t.FLOPs)
		}
		if t.Seconds != nil {
			o.Seconds = number(*t.Seconds)
		}
		objects[i] = o
	}
	return writeLines(w, objects)
}

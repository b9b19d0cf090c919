package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Outcome of a gate, or of one of its findings.
type Outcome string

// The outcomes. One regression makes the gate regressed; else what is not
// comparable decides, then what cannot be told.
const (
	Passed        Outcome = "passed"
	Regressed     Outcome = "regressed"
	CannotDecide  Outcome = "cannot tell"
	NotComparable Outcome = "not comparable"
)

// Finding is what the gate found of a metric of a setting, or of a setting as a
// whole.
type Finding struct {
	At        string // the setting
	Metric    string // "" of the setting as a whole; weights of digests
	Outcome   Outcome
	Before    *float64 // mean of the baseline
	Now       *float64
	Worse     *float64 // by how much the result is worse: negative where it is better
	Tolerance float64
	P         *float64 // of a difference so large beyond the tolerance, were there none
	Reason    string
	On        string // what the baseline was measured on

	unpaired      bool    // the two sides have no seed in common
	chance, least float64 // p before correction, and the least that it can be; 0 where there was no test
}

// Gating is what came of holding an experiment against its baseline.
type Gating struct {
	Experiment string
	Outcome    Outcome
	Findings   []Finding // by setting, then metric
	Since      string    // the commit that the baseline is from, or ""
}

// Ungated is what comes of an experiment that has no baseline at path: nothing
// can be told, which every format says, so that none is taken for a pass.
func Ungated(experiment, path string) *Gating {
	missing := Finding{At: experiment, Outcome: CannotDecide, Reason: "there is no baseline at " + path}
	return &Gating{Experiment: experiment, Outcome: CannotDecide, Findings: []Finding{missing}}
}

// Gate holds the trials of an experiment against a baseline: the settings of
// both must be the same ones, on the same data, under the same numerics, all
// their trials done, and all metrics recorded.
func Gate(trials []Trial, gate experiments.Gate, baseline *experiments.Baseline, numerics int) *Gating {
	g := &Gating{Experiment: baseline.Experiment}
	known := map[string]experiments.BaselineSetting{}
	for _, s := range baseline.Settings {
		known[s.At] = s
	}
	for _, cell := range gateCells(derive(trials)) {
		before, found := known[cell.at]
		delete(known, cell.at)
		j := &judging{gate: gate, cell: cell, before: before}
		if reason := cell.incomparable(found, before, baseline.Numerics, numerics); reason != "" {
			j.add(NotComparable, "", reason)
		} else {
			j.judge()
		}
		g.Findings = append(g.Findings, j.findings...)
	}
	decideTests(g.Findings, gate.Alpha)
	for _, at := range slices.Sorted(maps.Keys(known)) {
		g.Findings = append(g.Findings, Finding{At: at, Outcome: NotComparable, On: known[at].On,
			Reason: "the spec has it no more"})
	}
	if len(g.Findings) == 0 {
		g.Findings = []Finding{{At: "all", Outcome: CannotDecide, Reason: "there is nothing to compare"}}
	}
	slices.SortStableFunc(g.Findings, func(a, b Finding) int { return strings.Compare(a.At, b.At) })
	g.Outcome = gravest(g.Findings)
	return g
}

// gravest is the outcome of all: not comparable rather than cannot tell, and
// regressed rather than either.
func gravest(findings []Finding) Outcome {
	gravest := Passed
	for _, outcome := range []Outcome{CannotDecide, NotComparable, Regressed} {
		if slices.ContainsFunc(findings, func(f Finding) bool { return f.Outcome == outcome }) {
			gravest = outcome
		}
	}
	return gravest
}

// gateCell is a setting with its trials, one for each seed.
type gateCell struct {
	at, setting, data string
	trials            []Trial
}

// strayNumerics returns a version that one of the trials ended under, other than
// the given one, or the given one. Those that the store does not know have none.
func (c gateCell) strayNumerics(numerics int) int {
	for _, t := range c.trials {
		if t.State.Final() && t.Numerics != numerics {
			return t.Numerics
		}
	}
	return numerics
}

// gateCells puts the trials of each setting together and names them by where
// they stand in the sweep.
func gateCells(trials []Trial) []gateCell {
	var cells []gateCell
	at, taken := map[string]int{}, map[string]int{}
	for _, t := range trials {
		key := t.Data + canonical(t.Setting)
		i, known := at[key]
		if !known {
			i = len(cells)
			at[key] = i
			digest := sha256.Sum256([]byte(canonical(t.Setting)))
			cells = append(cells, gateCell{at: gateName(t), setting: hex.EncodeToString(digest[:8]), data: short(t.Data)})
			if taken[cells[i].at]++; taken[cells[i].at] > 1 {
				cells[i].at += fmt.Sprintf(" (%d)", taken[cells[i].at])
			}
		}
		cells[i].trials = append(cells[i].trials, t)
	}
	return cells
}

// gateName names a setting: its case and the values of its axes, or its family.
func gateName(t Trial) string {
	if t.Baseline() {
		if code, ok := experiments.Lookup(t.Setting, "model.code"); ok {
			return t.Family + ", model.code " + code
		}
		return t.Family
	}
	place := t.places()[0]
	var words []string
	if place.Case != "" {
		words = append(words, "case "+place.Case)
	}
	for _, path := range slices.Sorted(maps.Keys(place.Values)) {
		words = append(words, path+" "+place.Values[path])
	}
	if len(words) == 0 {
		return t.Family
	}
	return strings.Join(words, ", ")
}

// incomparable says why a cell cannot be held against what the baseline has of
// it, if it was found there; "" where it can.
func (c gateCell) incomparable(found bool, before experiments.BaselineSetting, then, now int) string {
	switch {
	case !found:
		return "the baseline does not have it: the spec has changed"
	case then != now:
		return fmt.Sprintf("the baseline was measured under numerics %d, this is %d", then, now)
	case c.strayNumerics(now) != now:
		return fmt.Sprintf("a trial of it ran under numerics %d, this is %d", c.strayNumerics(now), now)
	case before.Setting != c.setting:
		return "its setting has changed"
	case before.Data != c.data:
		return "the data, or how they are split, have changed"
	case (before.Closed != nil) != c.trials[0].Baseline():
		return "only one of them is found in closed form"
	}
	return ""
}

// unclean says why a setting's trials cannot be accepted as they are, or "",
// and whether that is for good: a trial that failed or diverged.
func (c gateCell) unclean() (reason string, final bool) {
	count := map[store.State]int{}
	for _, t := range c.trials {
		count[t.State]++
	}
	if bad := count[store.Failed] + count[store.Diverged]; bad > 0 {
		return fmt.Sprintf("of %s: %s", counted(len(c.trials), "trial"), tally(count)), true
	}
	if count[store.Done] < len(c.trials) {
		return fmt.Sprintf("of %s: %s; run the spec first", counted(len(c.trials), "trial"), tally(count)), false
	}
	return "", false
}

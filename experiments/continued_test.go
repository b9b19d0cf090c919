package experiments_test

import (
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/registry"
)

const continuing = short + `seeds: 2
sweep:
  cases:
    tuned: {train.from: base, train.epochs: 3}
    base: {}
    again: {train.from: tuned}
  grid: {loss: [mse, l1]}
`

// sourceCase is the case of the trial that a trial continues from, among those
// of an experiment, or "".
func sourceCase(t *testing.T, e *experiments.Experiment, trial experiments.Trial) (name string, at int) {
	t.Helper()
	source, continues := experiments.SourceOf(trial, 1)
	if !continues {
		return "", -1
	}
	at = slices.IndexFunc(e.Trials, func(other experiments.Trial) bool { return other.ID == source.ID })
	if at < 0 {
		t.Fatalf("the source of %s is no trial of the experiment", trial.Places[0].Case)
	}
	if e.Trials[at].Seed != trial.Seed || e.Trials[at].Places[0].Values["loss"] != trial.Places[0].Values["loss"] {
		t.Errorf("%v, seed %d, continues from %v, seed %d", trial.Places, trial.Seed, e.Trials[at].Places, e.Trials[at].Seed)
	}
	return e.Trials[at].Places[0].Case, at
}

func TestTrialsContinueFromTheSameSeedAndValues(t *testing.T) {
	e := read(t, continuing)
	want := map[string]string{"base": "", "tuned": "base", "again": "tuned"}
	seen := 0
	for i, trial := range e.Trials {
		if trial.Baseline {
			continue
		}
		seen++
		name, at := sourceCase(t, e, trial)
		if place := trial.Places[0].Case; name != want[place] {
			t.Errorf("%s continues from %q, want %q", place, name, want[place])
		}
		if at > i {
			t.Errorf("%s comes before what it continues from", trial.Places[0].Case)
		}
		if trial.ID != experiments.ID(trial.Setting, trial.Data, &trial.Seed, 1) {
			t.Errorf("%s: its id does not follow from its record", trial.Places[0].Case)
		}
		if got, ok := experiments.Lookup(trial.Setting, "train.from"); ok != (name != "") || got != name {
			t.Errorf("train.from is %q for people, want %q", got, name)
		}
	}
	if seen != 12 {
		t.Fatalf("%d trials, want 12", seen)
	}
}

// Repeats share their setting, though each continues from another trial.
func TestRepeatsThatContinueShareASetting(t *testing.T) {
	settings := map[string]bool{}
	for _, trial := range read(t, continuing).Trials {
		if !trial.Baseline && trial.Places[0].Case == "again" {
			settings[string(registry.Canonical(trial.Setting))] = true
		}
	}
	if len(settings) != 2 {
		t.Errorf("%d settings of two losses and two seeds, want 2", len(settings))
	}
}

// What a trial continues from is part of what it is: its source's id, not its
// source's name.
func TestIdentityHasTheSourcesId(t *testing.T) {
	id := func(text string) string { return last(t, text).ID }
	want := id(continuing)
	for name, text := range map[string]string{
		"another name": strings.NewReplacer("from: base", "from: start", "    base: {}", "    start: {}").Replace(continuing),
		"bookkeeping":  strings.Replace(continuing, "base: {}", "base: {train.keep: none}", 1),
	} {
		if got := id(text); got != want {
			t.Errorf("%s makes another trial", name)
		}
	}
	for name, text := range map[string]string{
		"another source":         strings.Replace(continuing, "base: {}", "base: {train.epochs: 7}", 1),
		"another source's data":  strings.Replace(continuing, "base: {}", "base: {data.validation: 7}", 1),
		"the beginning, not it":  strings.Replace(continuing, "again: {train.from: tuned}", "again: {train.from: base}", 1),
		"from nothing":           strings.Replace(continuing, "again: {train.from: tuned}", "again: {train.epochs: 4}", 1),
		"sources' other sources": strings.Replace(continuing, "tuned: {train.from: base, ", "tuned: {", 1),
	} {
		if got := id(text); got == want {
			t.Errorf("%s makes the same trial", name)
		}
	}
}

func TestWithSourcesPutsThemInFront(t *testing.T) {
	e := read(t, continuing)
	chosen := experiments.WithSources(e.Trials[len(e.Trials)-1:], e.Trials, 1)
	var cases []string
	for _, trial := range chosen {
		cases = append(cases, trial.Places[0].Case)
	}
	if got := strings.Join(cases, " "); got != "base tuned again" {
		t.Errorf("got %s, want base tuned again", got)
	}
}

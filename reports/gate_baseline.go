package reports

import (
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// BaselineOf returns the baseline that the trials of an experiment make, and
// what speaks against accepting it: trials that failed, diverged or are not
// done, and metrics that are missing. These are left out of it.
func BaselineOf(e *experiments.Experiment, trials []Trial, numerics int) (b *experiments.Baseline, against []string) {
	b = &experiments.Baseline{Version: 1, Experiment: e.Name, Numerics: numerics}
	for _, cell := range gateCells(derive(trials)) {
		if reason, _ := cell.unclean(); reason != "" {
			against = append(against, cell.at+": "+reason)
		}
		s := experiments.BaselineSetting{At: cell.at, Setting: cell.setting, Data: cell.data, On: measuredOn(cell.trials)}
		for _, t := range cell.trials {
			if t.State != store.Done {
				continue
			}
			readings, missing := readingsOf(t, e.Gate)
			for _, metric := range missing {
				against = append(against, fmt.Sprintf("%s: trial %s has no %s", cell.at, short(t.ID), metric))
			}
			if t.Baseline() {
				s.Closed = readings
				continue
			}
			if s.Seeds == nil {
				s.Seeds = map[int]map[string]experiments.Reading{}
			}
			s.Seeds[*t.Seed] = readings
		}
		if s.Closed != nil || s.Seeds != nil {
			b.Settings = append(b.Settings, s)
		}
	}
	return b, against
}

// readingsOf returns what the gate watches of a trial, and what of it is missing.
// A baseline has neither weights nor what only nets have.
func readingsOf(t Trial, gate experiments.Gate) (readings map[string]experiments.Reading, missing []string) {
	readings = map[string]experiments.Reading{}
	for _, gated := range gate.Metrics {
		value, ok := metricOf(t.Record, gated.Metric)
		switch {
		case ok:
			readings[gated.Metric] = experiments.Reading{Value: value}
		case !t.Baseline():
			missing = append(missing, gated.Metric)
		}
	}
	if gate.Exact && !t.Baseline() {
		readings[experiments.WeightsReading] = experiments.Reading{Digest: digestOf(t)}
	}
	return readings, missing
}

// measuredOn says what trials ran on: processor, architecture, kernel, commit.
func measuredOn(trials []Trial) string {
	var all []string
	for _, t := range trials {
		m := t.Machine
		var words []string
		for _, word := range []string{m.Processor, m.Arch, m.Kernel} {
			if word != "" {
				words = append(words, word)
			}
		}
		if m.Commit != "" {
			words = append(words, "commit "+short(m.Commit))
		} else if m.Version != "" {
			words = append(words, "version "+m.Version)
		}
		if text := strings.Join(words, ", "); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

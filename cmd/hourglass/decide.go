package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/store"
)

// checkDecide finds what is wrong with --until-decided.
func (r *running) checkDecide() error {
	if r.view.untilDecided && (len(r.only) > 0 || r.budget != "" || r.rerun != "") {
		return errors.New("--until-decided chooses what is run: it takes no --only, --budget or --rerun")
	}
	return nil
}

// widened reads the spec of an experiment again with as many seeds as may be
// needed, and plans the looks at them.
func (c *command) widened(e *experiments.Experiment, v *view) (*experiments.Experiment, error) {
	if v.maxSeeds < len(e.Seeds) {
		return nil, usage(fmt.Errorf("--max-seeds must be at least the %d of %s, got %d", len(e.Seeds), e.Name, v.maxSeeds))
	}
	seeds := slices.Clone(e.Seeds)
	for next := slices.Max(seeds) + 1; len(seeds) < v.maxSeeds; next++ {
		seeds = append(seeds, next)
	}
	words := make([]string, len(seeds))
	for i, seed := range seeds {
		words[i] = fmt.Sprint(seed)
	}
	kept := c.edits
	defer func() { c.edits = kept }()
	isSeeds := func(set string) bool { return strings.HasPrefix(set, "seeds=") }
	c.edits.Set = append(slices.DeleteFunc(slices.Clone(kept.Set), isSeeds), "seeds=["+strings.Join(words, ", ")+"]")
	whole, err := c.load(e.File)
	if err != nil {
		return nil, err
	}
	plain := *v
	plain.looks = nil
	table, err := c.tableOf(nil, whole, plain)
	if err != nil {
		return nil, err
	}
	v.looks = table.PlanLooks(len(e.Seeds), v.maxSeeds)
	return whole, nil
}

// among returns the experiment with those of its trials that keep holds for.
func among(e *experiments.Experiment, keep func(experiments.Trial) bool) *experiments.Experiment {
	part := *e
	part.Trials = nil
	for _, trial := range e.Trials {
		if keep(trial) {
			part.Trials = append(part.Trials, trial)
		}
	}
	return &part
}

// untilDecided trains an experiment look by look: all cells for the first, and
// then those that are still undecided. It returns what was asked to be trained.
func (c *command) untilDecided(ctx context.Context, s *store.Store, e *experiments.Experiment, r *running) (*experiments.Experiment, error) {
	whole, err := c.widened(e, &r.view)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	open := map[string]bool{}
	part := whole
	for k, n := range r.view.looks {
		seeds := whole.Seeds[:n]
		for _, trial := range whole.Trials {
			if trial.Baseline || slices.Contains(seeds, trial.Seed) && (k == 0 || open[trial.ID]) {
				wanted[trial.ID] = true
			}
		}
		part = among(whole, func(trial experiments.Trial) bool { return wanted[trial.ID] })
		if err := s.Register(part, nn.Numerics); err != nil {
			return nil, err
		}
		if err := c.runTrials(ctx, s, part, part.Trials, r); err != nil {
			return nil, err
		}
		table, err := c.tableOf(s, part, r.view)
		if err != nil {
			return nil, err
		}
		cells := table.Open()
		if open = c.openTrials(whole, cells); len(cells) == 0 {
			c.voice.say("decided after %d seeds, at look %d of %d", n, k+1, len(r.view.looks))
			return part, nil
		}
		c.voice.say("after %d seeds, at look %d of %d, %s still undecided", n, k+1, len(r.view.looks), count(len(cells), "cell"))
	}
	return part, nil
}

// runUntilDecided trains experiments until they are decided, and prints their
// tables.
func (c *command) runUntilDecided(ctx context.Context, s *store.Store, all []*experiments.Experiment, r *running) error {
	good := true
	for _, e := range all {
		part, err := c.untilDecided(ctx, s, e, r)
		if err != nil {
			return err
		}
		if err := c.compare(s, part, r.view); err != nil {
			return err
		}
		fine, err := c.endedWell(s, part, part.Trials)
		if err != nil {
			return err
		}
		good = good && fine
	}
	return finishRun(s, good)
}

// openTrials returns the trials of all seeds whose settings stand in open cells.
func (c *command) openTrials(whole *experiments.Experiment, cells [][]string) map[string]bool {
	standing := map[string]bool{}
	for _, ids := range cells {
		for _, id := range ids {
			standing[id] = true
		}
	}
	settings := map[string]bool{}
	keyOf := func(t experiments.Trial) string { return string(registry.Canonical(t.Setting)) + t.Data }
	for _, trial := range whole.Trials {
		if standing[trial.ID] {
			settings[keyOf(trial)] = true
		}
	}
	out := map[string]bool{}
	for _, trial := range whole.Trials {
		if !trial.Baseline && settings[keyOf(trial)] {
			out[trial.ID] = true
		}
	}
	return out
}

// decidedSoFar returns what compare is to show of an experiment that was trained
// until it was decided: of the seeds beyond the spec's those that are there.
func (c *command) decidedSoFar(s *store.Store, e *experiments.Experiment, v *view) (*experiments.Experiment, error) {
	whole, err := c.widened(e, v)
	if err != nil || s == nil {
		return e, err
	}
	states, err := s.States(whole.IDs())
	if err != nil {
		return nil, err
	}
	return among(whole, func(trial experiments.Trial) bool {
		state, known := states[trial.ID]
		return known && state != store.Waiting || slices.Contains(e.Seeds, trial.Seed) || trial.Baseline
	}), nil
}

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// budget limits a run: by time, or by the number of trials.
type budget struct {
	trials int           // the first so many of the order of work; −1 for all
	time   time.Duration // 0 for any
}

// parseBudget reads --budget: 10m, 1h30m, 50.
func parseBudget(text string) (budget, error) {
	if text == "" {
		return budget{trials: -1}, nil
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return budget{trials: n}, nil
	}
	limit, err := time.ParseDuration(text)
	if err != nil || limit <= 0 {
		return budget{}, usage(fmt.Errorf("--budget takes a time such as 10m or a number of trials, got %q", text))
	}
	return budget{trials: -1, time: limit}, nil
}

// within returns a context that ends when the time is over.
func (b budget) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if b.time == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, b.time)
}

// chooseTrials returns the trials of each experiment that a run is to see to:
// those that --only names, of those the first that the budget has room for.
// Failed ones among them go back to waiting with --rerun failed.
func (c *command) chooseTrials(s *store.Store, all []*experiments.Experiment, r *running, most int) ([][]experiments.Trial, error) {
	chosen := make([][]experiments.Trial, len(all))
	for i, e := range all {
		chosen[i] = e.Trials
		for _, word := range r.only {
			kept, err := c.only(s, e, chosen[i], word)
			if err != nil {
				return nil, err
			}
			chosen[i] = kept
		}
		if most >= 0 {
			chosen[i] = chosen[i][:min(most, len(chosen[i]))]
			most -= len(chosen[i])
		}
		if r.rerun == "" {
			continue
		}
		if err := resetFailed(s, chosen[i]); err != nil {
			return nil, err
		}
	}
	return chosen, nil
}

// only keeps the trials of a case, those whose id begins with a word, or those
// for which a condition holds.
func (c *command) only(s *store.Store, e *experiments.Experiment, trials []experiments.Trial, word string) ([]experiments.Trial, error) {
	keep := func(t experiments.Trial) bool { return strings.HasPrefix(t.ID, word) }
	switch {
	case slices.Contains(e.Cases, word):
		keep = func(t experiments.Trial) bool {
			return slices.ContainsFunc(t.Places, func(p experiments.Place) bool { return p.Case == word })
		}
	case strings.ContainsAny(word, "=<>"):
		condition, err := c.condition(word)
		if err != nil {
			return nil, err
		}
		records, err := s.Trials(store.Filter{IDs: e.IDs(), Where: []store.Condition{condition}})
		if err != nil {
			return nil, err
		}
		holds := map[string]bool{}
		for _, record := range records {
			holds[record.ID] = true
		}
		keep = func(t experiments.Trial) bool { return holds[t.ID] }
	}
	var kept []experiments.Trial
	for _, trial := range trials {
		if keep(trial) {
			kept = append(kept, trial)
		}
	}
	if len(kept) == 0 {
		return nil, usage(fmt.Errorf("--only %s: %s has no such trial", word, e.Name))
	}
	return kept, nil
}

// partOf returns an experiment without the trials that were neither chosen nor
// begun: those that --only leaves out are not to be waited for.
func partOf(s *store.Store, e *experiments.Experiment, chosen []experiments.Trial) (*experiments.Experiment, error) {
	states, err := s.States(e.IDs())
	if err != nil {
		return nil, err
	}
	shown := map[string]bool{}
	for _, trial := range chosen {
		shown[trial.ID] = true
	}
	part := *e
	part.Trials = nil
	for _, trial := range e.Trials {
		if shown[trial.ID] || states[trial.ID] != store.Waiting {
			shown[trial.ID] = true
			part.Trials = append(part.Trials, trial)
		}
	}
	part.Reported = slices.DeleteFunc(slices.Clone(e.Reported), func(r experiments.Reported) bool {
		return !slices.ContainsFunc(r.IDs, func(id string) bool { return shown[id] })
	})
	return &part, nil
}

// resetFailed takes failed trials back to waiting.
func resetFailed(s *store.Store, trials []experiments.Trial) error {
	ids := idsOf(trials)
	states, err := s.States(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if states[id] == store.Failed {
			if err := s.Reset(id); err != nil {
				return err
			}
		}
	}
	return nil
}

func idsOf(trials []experiments.Trial) []string {
	ids := make([]string, len(trials))
	for i, trial := range trials {
		ids[i] = trial.ID
	}
	return ids
}

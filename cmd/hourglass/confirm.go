package main

import (
	"context"
	"errors"
	"time"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

// hours is how long a run may be expected to take without being asked about.
const hours = 2 * time.Hour

// confirm asks, on a terminal, before a run that is expected to take hours.
func (c *command) confirm(ctx context.Context, s *store.Store, all []*experiments.Experiment, chosen [][]experiments.Trial, r *running) error {
	if r.yes || r.budget != "" || !c.voice.terminal {
		return nil
	}
	expected, err := c.expected(s, all, chosen, r.options.Workers)
	if err != nil || expected < hours {
		return err
	}
	if c.voice.ask(ctx, "this will take about %s with %s; go on?", duration(expected), count(r.options.Workers, "worker")) {
		return nil
	}
	return usage(errors.New("nothing was run"))
}

// expected is how long what is missing will take.
func (c *command) expected(s *store.Store, all []*experiments.Experiment, chosen [][]experiments.Trial, workers int) (time.Duration, error) {
	seconds := 0.0
	for i, e := range all {
		wanted := *e
		wanted.Trials = chosen[i]
		known, err := s.Trials(store.Filter{IDs: e.IDs(), Metrics: []string{}})
		if err != nil {
			return 0, err
		}
		costs, err := c.learnedCosts(s, known)
		if err != nil {
			return 0, err
		}
		for _, trial := range c.planned(&wanted, known, nil, costs).Trials {
			if trial.Sign == reports.New && trial.Seconds != nil {
				seconds += *trial.Seconds
			}
		}
	}
	return time.Duration(seconds / float64(workers) * float64(time.Second)), nil
}

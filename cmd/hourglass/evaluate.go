package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

func (c *command) evaluateVerb() *cobra.Command {
	r := &running{}
	cmd := &cobra.Command{
		Use:   "evaluate SPEC...",
		Short: "Add the evaluations that trained trials lack, and print the comparison tables",
		Long: "Evaluate measures what `evaluate:` in a spec asks for on trials that are done already; what is there stays.\n" +
			"It looks at the test split, and unless the spec says split: test, at the validation split too.\n" +
			"It trains no trial that is missing: hourglass run does, and evaluates it at once. Where the weights of\n" +
			"a trial are not kept on disk, it is trained again to the same bits, which is checked.\n",
		Example: "  hourglass evaluate digits.yaml\n  hourglass evaluate digits.yaml --only seed=1",
		Args:    arguments(cobra.MinimumNArgs(1), "at least one spec"),
		RunE: func(cmd *cobra.Command, files []string) error {
			all, err := c.loadAll(files)
			if err != nil {
				return err
			}
			return c.evaluate(cmd.Context(), all, r)
		},
	}
	c.addEdits(cmd)
	r.add(cmd, "evaluate")
	return cmd
}

func (c *command) evaluate(ctx context.Context, all []*experiments.Experiment, r *running) error {
	for _, e := range all {
		if len(e.Evaluate) == 0 {
			return usage(fmt.Errorf("%s asks for no evaluation: add evaluate, such as evaluate: {code: {}}; hourglass parts evaluation lists them", e.File))
		}
	}
	limit, err := c.checkRun(all, r)
	if err != nil {
		return err
	}
	s, err := store.Open(c.storePath)
	if err != nil {
		return err
	}
	defer s.Close()
	all, views, err := c.viewed(s, all, r.view)
	if err != nil {
		return err
	}
	chosen, err := c.register(s, all, r, limit.trials)
	if err != nil {
		return err
	}
	return c.evaluateEach(ctx, s, all, chosen, views, r)
}

// evaluateEach evaluates the chosen trials of each experiment, and prints its
// table. It cannot tell where some of them are not trained.
func (c *command) evaluateEach(ctx context.Context, s *store.Store, all []*experiments.Experiment, chosen [][]experiments.Trial, views []view, r *running) error {
	good := true
	for i, e := range all {
		untrained, err := c.evaluateTrials(ctx, s, e, chosen[i], r)
		if err != nil {
			return err
		}
		if err := c.compare(s, e, views[i]); err != nil {
			return err
		}
		if untrained > 0 {
			c.voice.warn("%s of %s not done, and so cannot be evaluated; hourglass run %s trains what is missing", count(untrained, "trial"), e.Name, e.File)
			good = false
		}
	}
	if !good {
		return errQuiet(exitCannotTell)
	}
	return nil
}

// viewed returns experiments with the seeds that were trained until they were
// decided, where that is asked for, and how each is to be shown.
func (c *command) viewed(s *store.Store, all []*experiments.Experiment, asked view) ([]*experiments.Experiment, []view, error) {
	out, views := make([]*experiments.Experiment, len(all)), make([]view, len(all))
	for i, e := range all {
		out[i], views[i] = e, asked
		if !asked.untilDecided {
			continue
		}
		var err error
		if out[i], err = c.decidedSoFar(s, e, &views[i]); err != nil {
			return nil, nil, err
		}
	}
	return out, views, nil
}

// evaluateTrials adds what trials of an experiment lack, and returns how many of
// them are not done.
func (c *command) evaluateTrials(ctx context.Context, s *store.Store, e *experiments.Experiment, trials []experiments.Trial, r *running) (untrained int, err error) {
	progress := newProgress(c.voice, e, r.quiet)
	progress.evaluating = true
	options := r.options
	options.Evaluate, options.Notify = e.Evaluate, progress.notify
	worker := runner.New(s, describeProgram(), options)
	stop := progress.follow(worker)
	err = worker.Evaluate(ctx, e.Dir, trials)
	stop()
	if errors.Is(err, context.Canceled) {
		c.voice.say("interrupted: what was evaluated is kept, and the same command goes on from there")
		return 0, errQuiet(exitInterrupted)
	}
	if err != nil {
		return 0, err
	}
	ids := idsOf(trials)
	states, err := s.States(ids)
	for _, id := range ids {
		if states[id] != store.Done {
			untrained++
		}
	}
	return untrained, err
}

package main

import (
	"context"
	"errors"
	"runtime"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

func (c *command) runVerb() *cobra.Command {
	var options runner.Options
	var quiet bool
	v := view{format: "text"}
	cmd := &cobra.Command{
		Use:   "run SPEC...",
		Short: "Run what is missing of experiments, and print their comparison tables",
		Long: "Run trains the trials that the store does not have yet, and prints the comparison table.\n" +
			"It can be interrupted at any time: the same command goes on where it stopped, to the same bits.\n" +
			"The number of workers changes nothing but the time that it takes.\n",
		Args: arguments(cobra.MinimumNArgs(1), "at least one spec"),
		RunE: func(cmd *cobra.Command, files []string) error {
			// All specs are read before the first trial runs.
			var all []*experiments.Experiment
			var problems experiments.Problems
			for _, file := range files {
				e, err := c.load(file)
				var mistakes experiments.Problems
				if errors.As(err, &mistakes) {
					problems = append(problems, mistakes...)
				} else if err != nil {
					return err
				}
				all = append(all, e)
			}
			if len(problems) > 0 {
				return problems
			}
			return c.run(cmd.Context(), all, options, v, quiet)
		},
	}
	c.addEdits(cmd)
	v.add(cmd)
	cmd.Flags().IntVar(&options.Workers, "workers", runtime.GOMAXPROCS(0), "trials at a time")
	cmd.Flags().IntVar(&options.Threads, "threads", runtime.GOMAXPROCS(0), "threads in all; trials share them where there are fewer trials")
	cmd.Flags().BoolVar(&options.FailFast, "fail-fast", false, "stop at the first trial that fails or diverges")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress")
	return cmd
}

func (c *command) run(ctx context.Context, all []*experiments.Experiment, options runner.Options, v view, quiet bool) error {
	if options.Workers < 1 {
		return usage(errors.New("--workers must be at least 1"))
	}
	if options.Threads < 1 {
		return usage(errors.New("--threads must be at least 1"))
	}
	s, err := store.Open(c.storePath)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, e := range all {
		if err := s.Register(e, nn.Numerics); err != nil {
			return err
		}
	}
	ended := 0
	for _, e := range all {
		err := c.runExperiment(ctx, s, e, options, quiet)
		if err != nil && !errors.Is(err, runner.ErrStopped) {
			return err
		}
		if err := c.compare(s, e, v); err != nil {
			return err
		}
		states, err := s.States(e.IDs())
		if err != nil {
			return err
		}
		for _, state := range states {
			if state == store.Failed || state == store.Diverged {
				ended = exitNo
			}
		}
	}
	if ended != 0 {
		return errQuiet(ended)
	}
	return nil
}

func (c *command) runExperiment(ctx context.Context, s *store.Store, e *experiments.Experiment, options runner.Options, quiet bool) error {
	progress := newProgress(c.voice, e, quiet)
	options.Notify = progress.notify
	r := runner.New(s, describeProgram(), options)
	stop := progress.follow(r)
	err := r.Run(ctx, e)
	stop()
	if errors.Is(err, context.Canceled) {
		c.voice.say("interrupted: checkpoints are written, and the same command goes on from them")
	}
	return err
}

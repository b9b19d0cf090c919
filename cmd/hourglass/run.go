package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// running is how a run is asked for.
type running struct {
	options runner.Options
	view    view
	quiet   bool
	yes     bool
	only    []string
	rerun   string
	budget  string
}

func (c *command) runVerb() *cobra.Command {
	r := &running{}
	cmd := &cobra.Command{
		Use:   "run SPEC...",
		Short: "Run what is missing of experiments, and print their comparison tables",
		Long: "Run trains the trials that the store does not have yet, and prints the comparison table.\n" +
			"It can be interrupted at any time: the same command goes on where it stopped, to the same bits.\n" +
			"The number of workers changes nothing but the time that it takes.\n",
		Example: "  hourglass run code-size.yaml\n  hourglass run code-size.yaml --only model.code=8 --set train.epochs=2\n" +
			"  hourglass run code-size.yaml --budget 10m",
		Args: arguments(cobra.MinimumNArgs(1), "at least one spec"),
		RunE: func(cmd *cobra.Command, files []string) error {
			all, err := c.loadAll(files)
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), all, r)
		},
	}
	c.addEdits(cmd)
	r.add(cmd, "run")
	flags := cmd.Flags()
	flags.DurationVar(&r.options.Every, "checkpoint", 30*time.Second, "how often a training is checkpointed, against a crash")
	flags.BoolVar(&r.options.FailFast, "fail-fast", false, "stop at the first trial that fails or diverges")
	flags.StringVar(&r.budget, "budget", "", "stop after a `time` such as 10m, or after so many trials of the order of work")
	flags.StringVar(&r.rerun, "rerun", "", "run again what ended in this `state`: failed, which is an accident and no result")
	flags.BoolVarP(&r.yes, "yes", "y", false, "do not ask before a run that takes hours")
	return cmd
}

// add gives a verb that works off trials the flags for it, beside those of the
// table that it ends with.
func (r *running) add(cmd *cobra.Command, verb string) {
	r.view.add(cmd)
	flags := cmd.Flags()
	flags.IntVar(&r.options.Workers, "workers", runtime.GOMAXPROCS(0), "trials at a time")
	flags.IntVar(&r.options.Threads, "threads", runtime.GOMAXPROCS(0), "threads in all; trials share them where there are fewer trials")
	flags.StringArrayVar(&r.only, "only", nil, verb+" a part: a case, an id, or a `condition` such as model.code=8 (repeatable; all must hold)")
	flags.BoolVarP(&r.quiet, "quiet", "q", false, "no progress")
}

// loadAll reads specs, all of them before anything runs.
func (c *command) loadAll(files []string) ([]*experiments.Experiment, error) {
	var all []*experiments.Experiment
	var problems experiments.Problems
	for _, file := range files {
		e, err := c.load(file)
		var mistakes experiments.Problems
		if errors.As(err, &mistakes) {
			problems = append(problems, mistakes...)
		} else if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

func (c *command) run(ctx context.Context, all []*experiments.Experiment, r *running) error {
	limit, err := c.checkRun(all, r)
	if err != nil {
		return err
	}
	s, err := store.Open(c.storePath)
	if err != nil {
		return err
	}
	defer s.Close()
	if r.view.untilDecided {
		return c.runUntilDecided(ctx, s, all, r)
	}
	chosen, err := c.register(s, all, r, limit.trials)
	if err != nil {
		return err
	}
	if err := c.confirm(ctx, s, all, chosen, r); err != nil {
		return err
	}
	ctx, stop := limit.within(ctx)
	defer stop()
	good := true
	for i, e := range all {
		if err := c.runTrials(ctx, s, e, chosen[i], r); err != nil {
			return err
		}
		fine, err := c.tellRun(s, e, chosen[i], r)
		if err != nil {
			return err
		}
		good = good && fine
	}
	return finishRun(s, good)
}

// register makes experiments known to the store, and returns the trials of each
// that are to be seen to.
func (c *command) register(s *store.Store, all []*experiments.Experiment, r *running, most int) ([][]experiments.Trial, error) {
	for _, e := range all {
		if err := s.Register(e, nn.Numerics); err != nil {
			return nil, err
		}
	}
	return c.chooseTrials(s, all, r, most)
}

// finishRun leaves the store tidy after a run, which was good where all trials
// ended well.
func finishRun(s *store.Store, good bool) error {
	if err := s.Tidy(); err != nil {
		return err
	}
	if !good {
		return errQuiet(exitNo)
	}
	return nil
}

// tellRun prints the table of an experiment that was run, and tells whether its
// trials ended well. What --only left out and nobody began is not in it.
func (c *command) tellRun(s *store.Store, e *experiments.Experiment, chosen []experiments.Trial, r *running) (bool, error) {
	shown := e
	if len(r.only) > 0 {
		var err error
		if shown, err = partOf(s, e, chosen); err != nil {
			return false, err
		}
	}
	if err := c.compare(s, shown, r.view); err != nil {
		return false, err
	}
	return c.endedWell(s, e, chosen)
}

// checkRun finds what is wrong with the command line before anything runs.
func (c *command) checkRun(all []*experiments.Experiment, r *running) (budget, error) {
	switch {
	case r.options.Workers < 1:
		return budget{}, usage(fmt.Errorf("--workers must be at least 1, got %d", r.options.Workers))
	case r.options.Threads < 1:
		return budget{}, usage(fmt.Errorf("--threads must be at least 1, got %d", r.options.Threads))
	case r.rerun != "" && r.rerun != "failed":
		return budget{}, usage(fmt.Errorf("--rerun takes failed, got %q: done and diverged trials are results and stay", r.rerun))
	}
	if err := r.checkDecide(); err != nil {
		return budget{}, usage(err)
	}
	for _, e := range all {
		if _, err := c.tableOf(nil, e, r.view); err != nil {
			return budget{}, err
		}
	}
	return parseBudget(r.budget)
}

// runTrials runs what is missing of some trials of an experiment. That the
// budget is used up is no error.
func (c *command) runTrials(ctx context.Context, s *store.Store, e *experiments.Experiment, trials []experiments.Trial, r *running) error {
	progress := newProgress(c.voice, e, r.quiet)
	if err := progress.begin(s, trials); err != nil {
		return err
	}
	options := r.options
	options.Evaluate = e.Evaluate
	options.Notify = progress.notify
	options.Ranking = rankingOf(e)
	options.KeepBaselines = runner.KeepsBaselines(e.Trials)
	worker := runner.New(s, describeProgram(), options)
	stop := progress.follow(worker)
	err := worker.Run(ctx, e.Dir, trials)
	stop()
	switch {
	case errors.Is(err, context.Canceled):
		c.voice.say("interrupted: checkpoints are written, and the same command goes on from them")
		return errQuiet(exitInterrupted)
	case errors.Is(err, context.DeadlineExceeded):
		c.voice.say("the budget of %s is used up; the same command with a larger one goes on from here", r.budget)
		return nil
	case errors.Is(err, runner.ErrStopped):
		return nil
	}
	return err
}

// rankingOf is how the repeats of a trial are ranked: by the metric that is
// compared first, where it says which values are good. Among trials on the same
// split, with codes of one size, the metrics that are derived from PCA's rank as mse does.
func rankingOf(e *experiments.Experiment) runner.Ranking {
	metric := e.Compare.Metrics[0]
	if slices.Contains(reports.DerivedMetrics(), metric) {
		split, _, _ := strings.Cut(metric, ".")
		return runner.Ranking{Metric: split + ".mse"}
	}
	switch reports.DirectionOf(metric) {
	case reports.Lower:
		return runner.Ranking{Metric: metric}
	case reports.Higher:
		return runner.Ranking{Metric: metric, Higher: true}
	}
	return runner.Ranking{}
}

// endedWell tells whether no trial failed or diverged, and all that are done are
// as the spec expects. It names those that are not.
func (c *command) endedWell(s *store.Store, e *experiments.Experiment, chosen []experiments.Trial) (bool, error) {
	trials, err := reports.ReadExperiment(s, e)
	if err != nil {
		return false, err
	}
	wanted := map[string]bool{}
	for _, trial := range chosen {
		wanted[trial.ID] = true
	}
	good := true
	for _, t := range trials {
		if !wanted[t.ID] {
			continue
		}
		if t.State == store.Failed || t.State == store.Diverged {
			good = false
		}
		if t.State != store.Done {
			continue
		}
		for _, violation := range reports.Violations(t, e.Expect) {
			c.voice.warn("trial %.10s is not as expected: %s", t.ID, violation)
			good = false
		}
	}
	return good, nil
}

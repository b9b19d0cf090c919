package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

// watchPause is how often a run that another process drives is looked at.
const watchPause = 500 * time.Millisecond

func (c *command) watchVerb() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "watch SPEC",
		Short: "Show a run that another process drives, until it ends",
		Long: "Watch shows how far a run has come that another process drives, as that process itself would.\n" +
			"It reads the store alone, disturbs nobody, and can be ended at any time. It ends by itself\n" +
			"when all trials are at their end: with 0, or with 1 where one of them diverged or failed; and with 2\n" +
			"when trials are left that nobody has been running for a while.\n",
		Example: "  hourglass watch code-size.yaml\n  hourglass watch code-size.yaml --json",
		Args:    arguments(cobra.ExactArgs(1), "one spec"),
		RunE: func(cmd *cobra.Command, files []string) error {
			if wait < 0 {
				return usage(fmt.Errorf("--wait must not be negative, got %v", wait))
			}
			e, err := c.load(files[0])
			if err != nil {
				return err
			}
			return c.watch(cmd.Context(), e, wait)
		},
	}
	c.addEdits(cmd)
	cmd.Flags().DurationVar(&wait, "wait", 10*time.Second, "how long to wait for a run to begin or to go on")
	return cmd
}

func (c *command) watch(ctx context.Context, e *experiments.Experiment, wait time.Duration) error {
	s, err := c.waitForStore(ctx, wait)
	if err != nil {
		return err
	}
	defer s.Close()
	w := &watching{command: c, store: s, watched: newWatched(e, c.examplesOf(e))}
	if !c.json && c.voice.terminal {
		w.screen = &screen{w: c.voice.w}
		defer w.screen.clear()
	}
	idle := time.Now() // since when nothing has been running
	for {
		now := time.Now()
		if err := w.look(now); err != nil {
			return err
		}
		switch {
		case w.board.Ended() == w.board.Trials():
			return w.end()
		case len(w.board.Running) > 0 || w.board.States[store.Running] > 0:
			idle = now
		case now.Sub(idle) >= wait:
			return w.abandon()
		}
		select {
		case <-ctx.Done():
			return errQuiet(exitInterrupted)
		case <-time.After(watchPause):
		}
	}
}

// waitForStore opens the store to read, once there is one.
func (c *command) waitForStore(ctx context.Context, wait time.Duration) (*store.Store, error) {
	for began := time.Now(); ; {
		s, err := c.read()
		if s != nil || err != nil {
			return s, err
		}
		if time.Since(began) >= wait {
			return c.mustRead()
		}
		select {
		case <-ctx.Done():
			return nil, errQuiet(exitInterrupted)
		case <-time.After(watchPause / 2):
		}
	}
}

// examplesOf returns how many examples an epoch of a trial has, 0 where the
// data are not here.
func (c *command) examplesOf(e *experiments.Experiment) func(experiments.Trial) int {
	return func(trial experiments.Trial) int {
		_, examples, err := c.world.Size(trial.Setting, e.Dir)
		if err != nil {
			return 0
		}
		return examples
	}
}

// watching is a run that is looked at.
type watching struct {
	*command
	*watched
	store  *store.Store
	screen *screen // nil where there is none
	told   time.Time
	board  reports.Board
	last   string // the last line of JSON
}

// look shows how the run stands now.
func (w *watching) look(now time.Time) error {
	ended, err := w.update(w.store, now)
	if err != nil {
		return err
	}
	w.board = w.standing()
	switch {
	case w.json:
		return w.writeJSON()
	case w.screen != nil:
		for _, t := range ended {
			w.screen.print(w.ending(t))
		}
		width, height := w.screen.size()
		w.screen.draw(w.board.Lines(width, height, w.voice.paint))
		return nil
	}
	for _, t := range ended {
		w.voice.say("%s", w.ending(t))
	}
	if now.Sub(w.told) >= linePause {
		w.told = now
		w.voice.say("%s", w.board.Summary())
	}
	return nil
}

// ending says in a line how a trial ended.
func (w *watching) ending(t reports.Trial) string {
	text := fmt.Sprintf("%.10s  %s  ", t.ID, w.labels[t.ID])
	switch t.State {
	case store.Diverged:
		return text + w.voice.paint("33", fmt.Sprintf("diverged at step %d", t.DivergedStep))
	case store.Failed:
		return text + w.voice.paint("31", "failed")
	}
	text += "done in " + duration(time.Duration(t.Seconds*float64(time.Second)))
	if mse, ok := t.Metrics["test.mse"]; ok {
		text += fmt.Sprintf("  test.mse %.5g", mse)
	}
	return text
}

// writeJSON writes a line where it says something new.
func (w *watching) writeJSON() error {
	line, err := w.board.JSON()
	if err != nil || string(line) == w.last {
		return err
	}
	w.last = string(line)
	_, err = fmt.Fprintf(w.out, "%s\n", line)
	return err
}

// end says how a run ended of which all trials are at their end.
func (w *watching) end() error {
	w.summarise(w.board.Summary())
	if w.board.States[store.Diverged]+w.board.States[store.Failed] > 0 {
		return errQuiet(exitNo)
	}
	return nil
}

// abandon says that nobody runs what is left.
func (w *watching) abandon() error {
	w.summarise(fmt.Sprintf("%s; nobody is running the rest: hourglass run %s goes on", w.board.Summary(), w.experiment.File))
	return errQuiet(exitCannotTell)
}

func (w *watching) summarise(text string) {
	if w.json {
		return
	}
	if w.screen != nil {
		w.screen.clear()
	}
	w.voice.say("%s", text)
}

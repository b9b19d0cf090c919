package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/reports"
)

// gating is how a gate is asked for.
type gating struct {
	update, force bool
	junit         string
}

func (c *command) gateVerb() *cobra.Command {
	var g gating
	cmd := &cobra.Command{
		Use:   "gate SPEC",
		Short: "Hold results against the checked-in baseline, for CI",
		Long: "Gate compares what the store has of an experiment with NAME.baseline.yaml beside the spec. It runs\n" +
			"nothing: run the spec first. It ends with 0 where everything passed, 1 where something regressed,\n" +
			"failed or diverged, 2 where it cannot tell, as where a metric is missing or seeds are too few, and 3\n" +
			"where spec, data or numerics are not those of the baseline. The word gate of the spec says what is\n" +
			"watched, and how much worse it may be.\n",
		Example: "  hourglass run nightly.yaml && hourglass gate nightly.yaml\n  hourglass gate nightly.yaml --update",
		Args:    arguments(cobra.ExactArgs(1), "one spec"),
		RunE: func(_ *cobra.Command, files []string) error {
			if g.force && !g.update {
				return usage(errors.New("--force is for --update"))
			}
			e, err := c.load(files[0])
			if err != nil {
				return err
			}
			return c.gate(e, g)
		},
	}
	c.addEdits(cmd)
	cmd.Flags().BoolVar(&g.update, "update", false, "make the results the baseline, and show what changes in it")
	cmd.Flags().BoolVar(&g.force, "force", false, "with --update: also where trials failed, diverged or are missing")
	cmd.Flags().StringVar(&g.junit, "junit", "", "write the findings as JUnit XML to a `file` too")
	return cmd
}

func (c *command) gate(e *experiments.Experiment, g gating) error {
	s, err := c.read()
	if err != nil {
		return err
	}
	if s != nil {
		defer s.Close()
	}
	trials, err := reports.ReadExperiment(s, e)
	if err != nil {
		return err
	}
	path := e.BaselinePath()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return usage(err)
	}
	if g.update {
		return c.updateBaseline(e, trials, text, g.force)
	}
	if text == nil {
		if err := c.tellGate(e, reports.Ungated(e.Name, path), g.junit); err != nil {
			return err
		}
		c.voice.say("hourglass gate --update %s makes the results that there are the baseline", e.File)
		return errQuiet(exitCannotTell)
	}
	baseline, err := experiments.ReadBaseline(text)
	if err != nil {
		return usage(fmt.Errorf("%s: %w", path, err))
	}
	found := reports.Gate(trials, e.Gate, baseline, nn.Numerics)
	found.Since = sinceCommit(path)
	if err := c.tellGate(e, found, g.junit); err != nil {
		return err
	}
	return gateCode(found.Outcome)
}

// gateCode returns the error that leads to an outcome's exit code.
func gateCode(outcome reports.Outcome) error {
	switch outcome {
	case reports.Passed:
		return nil
	case reports.CannotDecide:
		return errQuiet(exitCannotTell)
	case reports.NotComparable:
		return errQuiet(exitNotComparable)
	}
	return errQuiet(exitNo)
}

// tellGate prints the findings, and tells them to JUnit and to GitHub where
// these listen.
func (c *command) tellGate(e *experiments.Experiment, found *reports.Gating, junit string) error {
	show := found.Text
	if c.json {
		show = found.JSON
	}
	if err := show(c.out); err != nil {
		return err
	}
	if junit != "" {
		var out bytes.Buffer
		if err := found.JUnit(&out); err != nil {
			return err
		}
		if err := writeFile(junit, out.Bytes()); err != nil {
			return usage(err)
		}
	}
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		for _, line := range found.Annotations(e.File) {
			c.voice.say("%s", line)
		}
	}
	summary := os.Getenv("GITHUB_STEP_SUMMARY")
	if summary == "" {
		return nil
	}
	file, err := os.OpenFile(summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("write the step's summary: %w", err)
	}
	if err := found.Markdown(file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// updateBaseline makes the trials the baseline, unless something speaks against
// it.
func (c *command) updateBaseline(e *experiments.Experiment, trials []reports.Trial, old []byte, force bool) error {
	baseline, against := reports.BaselineOf(e, trials, nn.Numerics)
	for _, reason := range against {
		c.voice.warn("%s", reason)
	}
	if len(against) > 0 && !force {
		c.voice.say("the baseline is not updated: run what is missing, or add --force")
		return errQuiet(exitNo)
	}
	text := baseline.Text()
	if bytes.Equal(text, old) {
		c.voice.say("%s is up to date", e.BaselinePath())
		return nil
	}
	if err := renameio.WriteFile(e.BaselinePath(), text, 0o666); err != nil {
		return err
	}
	c.voice.say("wrote %s", e.BaselinePath())
	for _, line := range reports.DiffLines(string(old), string(text)) {
		if _, err := fmt.Fprintln(c.out, line); err != nil {
			return err
		}
	}
	return nil
}

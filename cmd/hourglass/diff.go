package main

import (
	"errors"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

func (c *command) diffVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "diff A B",
		Short: "Show what differs in two trials, and where their weights part",
		Long: "Diff prints the settings that differ, then the first epoch after which the weights differ,\n" +
			"and in which tensors. It exits with 0 where the bits are the same, and with 1 where they are not.\n",
		Example: "  hourglass diff 736fcc31b2 2d8499097d",
		Args:    arguments(cobra.ExactArgs(2), "two ids"),
		RunE:    func(_ *cobra.Command, ids []string) error { return c.diff(ids[0], ids[1]) },
	}
}

func (c *command) diff(a, b string) error {
	s, err := c.mustRead()
	if err != nil {
		return err
	}
	defer s.Close()
	var records [2]store.Record
	var curves [2][]store.Epoch
	for i, prefix := range []string{a, b} {
		if records[i], err = c.findTrial(s, prefix); err != nil {
			return err
		}
		if curves[i], err = s.Epochs(records[i].ID); err != nil {
			return err
		}
	}
	d := reports.Compared(records[0], records[1], curves[0], curves[1], c.tensorsOf(records))
	show := d.Text
	if c.json {
		show = d.JSON
	}
	if err := show(c.out); err != nil {
		return err
	}
	if !d.Same() {
		return errQuiet(exitNo)
	}
	return nil
}

// tensorsOf returns the names of the tensors that two trials have in common,
// or nil where they have others, or the data cannot be described here.
func (c *command) tensorsOf(records [2]store.Record) []string {
	var names [2][]string
	for i, r := range records {
		names[i] = c.world.Tensors(r.Setting, r.Dir)
	}
	if len(names[0]) != len(names[1]) {
		return nil
	}
	return names[0]
}

// findTrial returns the trial whose id begins with a prefix. That there is
// none, or are several, is a mistake of the command line.
func (c *command) findTrial(s *store.Store, prefix string) (store.Record, error) {
	record, err := s.Trial(prefix)
	var ambiguous *store.AmbiguousError
	if errors.Is(err, store.ErrUnknown) || errors.As(err, &ambiguous) {
		return record, usage(err)
	}
	return record, err
}

package main

import (
	"errors"
	"runtime"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

func (c *command) statusVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "status [SPEC...]",
		Short:   "Show where experiments stand: trials by state, and the time left",
		Long:    "Status counts the trials of the specs, or of all experiments in the store, by their state.\n",
		Example: "  hourglass status\n  hourglass status code-size.yaml",
		RunE:    func(_ *cobra.Command, files []string) error { return c.status(files) },
	}
	c.addEdits(cmd)
	return cmd
}

func (c *command) status(files []string) error {
	s, err := c.read()
	if err != nil {
		return err
	}
	if s != nil {
		defer s.Close()
	}
	all, err := c.experiments(s, files)
	if err != nil {
		return err
	}
	statuses := make([]reports.Status, len(all))
	for i, e := range all {
		trials, err := reports.ReadExperiment(s, e, "seconds")
		if err != nil {
			return err
		}
		statuses[i] = reports.StatusOf(e.Name, trials, runtime.GOMAXPROCS(0))
	}
	if c.json {
		return reports.WriteStatusJSON(c.out, statuses)
	}
	return reports.WriteStatus(c.out, statuses)
}

// experiments returns those of the specs, or all that the store knows.
func (c *command) experiments(s *store.Store, files []string) ([]*experiments.Experiment, error) {
	var all []*experiments.Experiment
	for _, file := range files {
		e, err := c.load(file)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if len(files) > 0 {
		return all, nil
	}
	if s == nil {
		return nil, usage(errors.New("there is no store at " + c.storePath + "; hourglass run SPEC makes one, --store names another"))
	}
	revisions, err := s.Experiments()
	if err != nil {
		return nil, err
	}
	for _, revision := range revisions {
		e, err := s.Experiment(revision.Name)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

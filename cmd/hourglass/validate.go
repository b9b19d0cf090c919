package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
)

func (c *command) validateVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "validate SPEC...",
		Short:   "Report every mistake of specs, and run nothing",
		Example: "  hourglass validate code-size.yaml\n  hourglass validate experiments/*.yaml",
		Args:    arguments(cobra.MinimumNArgs(1), "at least one spec"),
		RunE:    func(_ *cobra.Command, files []string) error { return c.validate(files) },
	}
	c.addEdits(cmd)
	return cmd
}

// validation is what --json prints for each spec.
type validation struct {
	File     string                `json:"file"`
	Valid    bool                  `json:"valid"`
	Name     string                `json:"name,omitempty"`
	Trials   int                   `json:"trials"`
	Mistakes []experiments.Problem `json:"mistakes,omitempty"`
}

func (c *command) validate(files []string) error {
	var all experiments.Problems
	for _, file := range files {
		e, err := c.load(file)
		var problems experiments.Problems
		if err != nil && !errors.As(err, &problems) {
			return err
		}
		all = append(all, problems...)
		v := validation{File: file, Valid: e != nil, Mistakes: problems}
		if e != nil {
			v.Name, v.Trials = e.Name, len(e.Trials)
		}
		if err := c.printValidation(v); err != nil {
			return err
		}
	}
	switch {
	case len(all) == 0:
		return nil
	case c.json:
		return errQuiet(exitUsage)
	}
	return all
}

func (c *command) printValidation(v validation) error {
	if c.json {
		return json.NewEncoder(c.out).Encode(v)
	}
	if !v.Valid {
		return nil
	}
	_, err := fmt.Fprintf(c.out, "%s: %s, %s\n", v.File, v.Name, count(v.Trials, "trial"))
	return err
}

// count returns "1 trial", "3 trials".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

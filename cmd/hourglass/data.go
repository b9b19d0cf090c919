package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/reports"
)

func (c *command) dataVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "List, fetch and describe the data sets that have a name",
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return c.listData() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:     "list",
			Short:   "List the data sets, and whether they are on this machine",
			Example: "  hourglass data list",
			Args:    arguments(cobra.NoArgs, "no arguments"),
			RunE:    func(*cobra.Command, []string) error { return c.listData() },
		},
		&cobra.Command{
			Use:       "fetch NAME...",
			Short:     "Fetch data sets into the cache, and check them",
			Example:   "  hourglass data fetch mnist fashion-mnist",
			Args:      arguments(cobra.MinimumNArgs(1), "at least one name"),
			ValidArgs: data.Names(),
			RunE:      c.fetchData,
		},
		&cobra.Command{
			Use:       "describe NAME",
			Short:     "Describe a data set",
			Example:   "  hourglass data describe digits",
			Args:      arguments(cobra.ExactArgs(1), "one name"),
			ValidArgs: data.Names(),
			RunE:      func(_ *cobra.Command, names []string) error { return c.describeData(names[0]) },
		},
	)
	return cmd
}

func (c *command) listData() error {
	var sets []reports.Dataset
	for _, name := range data.Names() {
		set, err := describeDataset(name)
		if err != nil {
			return err
		}
		sets = append(sets, set)
	}
	if c.json {
		return reports.WriteDatasetsJSON(c.out, sets)
	}
	return reports.WriteDatasets(c.out, sets)
}

func describeDataset(name string) (reports.Dataset, error) {
	facts, err := data.Describe(name)
	if err != nil {
		return reports.Dataset{}, usage(err)
	}
	_, complete, err := data.Cached(name)
	if err != nil {
		return reports.Dataset{}, err
	}
	return reports.Dataset{
		Kind: name, Summary: facts.Summary, Shape: facts.Shape, Train: facts.Train, Test: facts.Test,
		Low: &facts.Low, High: &facts.High, Classes: len(facts.Classes), Present: &complete, Source: facts.Origin,
	}, nil
}

func (c *command) fetchData(cmd *cobra.Command, names []string) error {
	for _, name := range names {
		if _, err := data.Describe(name); err != nil {
			return usage(err)
		}
	}
	for _, name := range names {
		if err := data.Fetch(cmd.Context(), name, func(text string) { c.voice.say("%s", text) }); err != nil {
			return err
		}
		folder, _, err := data.Cached(name)
		if err != nil {
			return err
		}
		switch {
		case c.json:
			err = json.NewEncoder(c.out).Encode(map[string]string{"data": name, "folder": folder})
		case folder == "":
			_, err = fmt.Fprintf(c.out, "%s comes with the program\n", name)
		default:
			_, err = fmt.Fprintf(c.out, "%s is in %s\n", name, folder)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *command) describeData(name string) error {
	if c.json {
		facts, err := data.Describe(name)
		if err != nil {
			return usage(err)
		}
		return json.NewEncoder(c.out).Encode(facts)
	}
	set, err := describeDataset(name)
	if err != nil {
		return err
	}
	return reports.WriteDataset(c.out, set)
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

func (c *command) storeVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Carry results between machines, free space, verify, dump",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var remove bool
	gc := &cobra.Command{
		Use:     "gc",
		Short:   "List trials that no experiment asks for any more, or delete them",
		Example: "  hourglass store gc\n  hourglass store gc --delete",
		Args:    arguments(cobra.NoArgs, "no arguments"),
		RunE:    func(*cobra.Command, []string) error { return c.collect(remove) },
	}
	gc.Flags().BoolVar(&remove, "delete", false, "delete them with their weights, and give the space back")
	cmd.AddCommand(gc, c.exportStoreVerb(),
		&cobra.Command{
			Use:   "merge FILE...",
			Short: "Bring the trials of other stores into this one",
			Long: "Merge brings experiments and trials of other stores into the one that --store names. A trial that\n" +
				"is in both is compared: the same to the bit, it counts as reproduced; otherwise it is reported,\n" +
				"stays as it is here, and the exit code is 1. Weights that lie beside those stores and not beside this\n" +
				"one are copied where both record the same. Merging again changes nothing.\n",
			Example: "  hourglass store merge laptop.db cluster.db",
			Args:    arguments(cobra.MinimumNArgs(1), "at least one file"),
			RunE:    func(_ *cobra.Command, files []string) error { return c.merge(files) },
		},
		&cobra.Command{
			Use:     "check",
			Short:   "Verify the store: integrity, foreign keys, digests, what must hold of trials, and the models beside it",
			Example: "  hourglass store check",
			Args:    arguments(cobra.NoArgs, "no arguments"),
			RunE:    func(*cobra.Command, []string) error { return c.check() },
		})
	return cmd
}

// exportStoreVerb writes what the store has.
func (c *command) exportStoreVerb() *cobra.Command {
	canonical, format := false, "jsonl"
	export := &cobra.Command{
		Use:     "export",
		Short:   "Write all that the store has as JSON lines, or its trials as CSV or Parquet",
		Example: "  hourglass store export > trials.jsonl\n  hourglass store export --format parquet > trials.parquet",
		Args:    arguments(cobra.NoArgs, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			s, err := c.mustRead()
			if err != nil {
				return err
			}
			defer s.Close()
			switch format {
			case "jsonl":
				return s.Export(c.out, canonical)
			case "csv":
				return c.exportCSV(s)
			case "parquet":
				return c.exportParquet(s)
			}
			return usage(fmt.Errorf("--format must be jsonl, csv or parquet, got %q", format))
		},
	}
	export.Flags().StringVar(&format, "format", format, "jsonl: everything; csv, parquet: a row for each trial with all its metrics")
	export.Flags().BoolVar(&canonical, "canonical", false, "sorted, without times and machines: equal stores give equal text")
	return export
}

// exportCSV writes a line for each trial, with every metric that any has.
func (c *command) exportCSV(s *store.Store) error {
	trials, err := reports.Read(s, store.Filter{})
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, t := range trials {
		for name := range t.Metrics {
			names[name] = true
		}
	}
	metrics := slices.Sorted(maps.Keys(names))
	return reports.List(trials, nil, metrics, false).CSV(c.out)
}

// exportParquet writes a row for each trial, unless to a terminal.
func (c *command) exportParquet(s *store.Store) error {
	if file, ok := c.out.(*os.File); ok && isatty.IsTerminal(file.Fd()) {
		return usage(errors.New("a Parquet file is not for a terminal; add > trials.parquet"))
	}
	trials, err := reports.Read(s, store.Filter{})
	if err != nil {
		return err
	}
	return reports.WriteParquet(c.out, trials)
}

// mergeJSON is what --json prints for each file.
type mergeJSON struct {
	File       string           `json:"file"`
	Added      int              `json:"added"`
	Ended      int              `json:"ended"`
	Reproduced int              `json:"reproduced"`
	Models     int              `json:"models"`
	Conflicts  []store.Conflict `json:"conflicts"`
}

func (c *command) merge(files []string) error {
	for _, file := range files {
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return usage(fmt.Errorf("there is no store at %s", file))
		}
	}
	s, err := store.Open(c.storePath)
	if err != nil {
		return err
	}
	defer s.Close()
	conflicts := 0
	for _, file := range files {
		merged, err := s.Merge(file)
		if err != nil {
			return err
		}
		conflicts += len(merged.Conflicts)
		if err := c.printMerge(file, merged); err != nil {
			return err
		}
	}
	if conflicts > 0 {
		return errQuiet(exitNo)
	}
	return nil
}

func (c *command) printMerge(file string, m store.Merged) error {
	if c.json {
		if m.Conflicts == nil {
			m.Conflicts = []store.Conflict{}
		}
		return json.NewEncoder(c.out).Encode(mergeJSON{file, m.Added, m.Ended, m.Reproduced, m.Models, m.Conflicts})
	}
	models := ""
	if m.Models > 0 {
		models = ", " + count(m.Models, "model") + " copied"
	}
	_, err := fmt.Fprintf(c.out, "%s: %s added, %d ended, %d independently reproduced, %s%s\n",
		file, count(m.Added, "trial"), m.Ended, m.Reproduced, count(len(m.Conflicts), "conflict"), models)
	for _, conflict := range m.Conflicts {
		if err == nil {
			_, err = fmt.Fprintf(c.out, "  trial %.10s differs: %s\n", conflict.ID, conflict.What)
		}
	}
	return err
}

func (c *command) check() error {
	s, err := c.mustRead()
	if err != nil {
		return err
	}
	defer s.Close()
	problems, err := s.Check()
	if err != nil {
		return err
	}
	digests, err := s.CheckDigests(func(r store.Record) string { return experiments.ID(r.Setting, r.Data, r.Seed, r.Numerics) })
	if err != nil {
		return err
	}
	problems = append(problems, digests...)
	models, err := runner.CheckModels(s)
	if err != nil {
		return err
	}
	problems = append(problems, models...)
	if c.json {
		if problems == nil {
			problems = []string{}
		}
		err = json.NewEncoder(c.out).Encode(map[string]any{"sound": len(problems) == 0, "problems": problems})
	} else if len(problems) == 0 {
		_, err = fmt.Fprintf(c.out, "%s is sound\n", c.storePath)
	}
	if err != nil || len(problems) == 0 {
		return err
	}
	for _, problem := range problems {
		c.voice.say("%s", problem)
	}
	return errQuiet(exitNo)
}

func (c *command) collect(remove bool) error {
	if !remove {
		s, err := c.mustRead()
		if err != nil {
			return err
		}
		defer s.Close()
		return c.listOrphans(s)
	}
	if s, err := c.mustRead(); err != nil {
		return err
	} else if err := s.Close(); err != nil {
		return err
	}
	s, err := store.Open(c.storePath)
	if err != nil {
		return err
	}
	defer s.Close()
	removed, err := s.Collect()
	if err != nil {
		return err
	}
	if c.json {
		return json.NewEncoder(c.out).Encode(map[string]int{"removed": removed})
	}
	_, err = fmt.Fprintf(c.out, "%s removed\n", count(removed, "trial"))
	return err
}

func (c *command) listOrphans(s *store.Store) error {
	records, err := s.Orphans()
	if err != nil {
		return err
	}
	if len(records) == 0 && !c.json {
		_, err := fmt.Fprintln(c.out, "no orphans")
		return err
	}
	trials := make([]reports.Trial, len(records))
	for i, record := range records {
		trials[i].Record = record
	}
	listing := reports.List(trials, nil, nil, false)
	if c.json {
		return listing.JSON(c.out)
	}
	return listing.Text(c.out)
}

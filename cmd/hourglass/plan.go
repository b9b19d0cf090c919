package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

func (c *command) planVerb() *cobra.Command {
	var workers int
	var layers bool
	cmd := &cobra.Command{
		Use:   "plan SPEC...",
		Short: "Show which trials a run would train, and what they cost",
		Long: "Plan shows the trials of an experiment: + is new, = is done, > is running, ~ is stale (done under\n" +
			"other numerics or on other data), - is orphaned (done, and asked for no more). It runs nothing.\n" +
			"Expected times come from the speed of the experiment's own trials that are done, else of\n" +
			"others in the store, else from the peak of this processor.\n",
		Example: "  hourglass plan code-size.yaml\n  hourglass plan code-size.yaml --grid model.code=2,4 --layers",
		Args:    arguments(cobra.MinimumNArgs(1), "at least one spec"),
		RunE: func(_ *cobra.Command, files []string) error {
			if workers < 1 {
				return usage(fmt.Errorf("--workers must be at least 1, got %d", workers))
			}
			for _, file := range files {
				e, err := c.load(file)
				if err != nil {
					return err
				}
				if err := c.plan(e, workers); err != nil {
					return err
				}
				if layers && !c.json {
					if err := c.writeNets(e); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}
	c.addEdits(cmd)
	cmd.Flags().BoolVar(&layers, "layers", false, "print the layers of each net too: shapes, parameters, FLOPs")
	cmd.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "trials at a time that the expected time is for")
	return cmd
}

// writeNets writes the layers of each net of an experiment, under the id of
// the first trial that has it.
func (c *command) writeNets(e *experiments.Experiment) error {
	seen := map[string]bool{}
	for _, trial := range e.Trials {
		model := string(registry.Canonical(trial.Setting["model"]))
		layers := c.layersOf(trial.Setting, e.Dir)
		if seen[model] || layers == nil {
			continue
		}
		seen[model] = true
		if _, err := fmt.Fprintf(c.out, "\nlayers of %.10s\n", trial.ID); err != nil {
			return err
		}
		if err := reports.WriteLayers(c.out, layers); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) plan(e *experiments.Experiment, workers int) error {
	s, err := c.read()
	if err != nil {
		return err
	}
	var known, former []store.Record
	if s != nil {
		defer s.Close()
		if known, err = s.Trials(store.Filter{IDs: e.IDs(), Metrics: []string{}}); err != nil {
			return err
		}
		if former, err = s.Former(e); err != nil {
			return err
		}
	}
	costs, err := c.learnedCosts(s, known, former)
	if err != nil {
		return err
	}
	plan := c.planned(e, known, former, costs)
	plan.Workers, plan.Basis = workers, costs.basis
	if err := markUnmeasured(plan, s, e); err != nil {
		return err
	}
	if c.json {
		return plan.JSON(c.out)
	}
	return plan.Text(c.out)
}

// markUnmeasured says which evaluations a run would add to trials that are done.
func markUnmeasured(plan *reports.Plan, s *store.Store, e *experiments.Experiment) error {
	if s == nil {
		return nil
	}
	owed, err := runner.Due(s, e.Evaluate, e.IDs())
	if err != nil {
		return err
	}
	for i := range plan.Trials {
		t := &plan.Trials[i]
		if t.Sign != reports.Known || len(owed[t.ID]) == 0 || t.Reason != "" {
			continue
		}
		var kinds []string
		for _, setting := range owed[t.ID] {
			if !slices.Contains(kinds, setting.Kind()) {
				kinds = append(kinds, setting.Kind())
			}
		}
		t.Unmeasured, t.Reason = true, "to be evaluated: "+strings.Join(kinds, ", ")
	}
	return nil
}

// planned compares what a spec asks for with what is there.
func (c *command) planned(e *experiments.Experiment, known, former []store.Record, costs *costs) *reports.Plan {
	records := map[string]store.Record{}
	for _, record := range known {
		records[record.ID] = record
	}
	plan := &reports.Plan{Experiment: e.Name, Axes: e.Axes}
	for _, step := range e.Steps {
		plan.Steps = append(plan.Steps, fmt.Sprintf("%s %d", step.Word, step.Combinations))
	}
	plan.Claims = reports.PlanClaims(e, func(id string) bool { return records[id].State == store.Done })
	replaced := map[string]store.Record{} // by setting and seed
	for _, record := range former {
		replaced[settingKey(record.Setting, record.Seed)] = record
	}
	for _, trial := range e.Trials {
		planned := newTrial(trial, costs, e.Dir)
		record, found := records[trial.ID]
		if found && record.State.Final() {
			planned.Sign, planned.Seconds = reports.Known, &record.Seconds
			planned.Reason = endingOf(record)
		} else if found && record.State == store.Running {
			planned.Sign, planned.Reason = reports.Running, fmt.Sprintf("in epoch %d", record.Epochs+1)
		} else if found && record.Epochs > 0 {
			planned.Reason = fmt.Sprintf("goes on after epoch %d", record.Epochs)
		} else if key := settingKey(trial.Setting, planned.Seed); len(replaced) > 0 {
			if old, ok := replaced[key]; ok {
				planned.Sign, planned.Reason = reports.Stale, whyStale(old, trial)
				delete(replaced, key)
			}
		}
		plan.Trials = append(plan.Trials, planned)
	}
	for _, record := range former {
		if _, still := replaced[settingKey(record.Setting, record.Seed)]; still {
			plan.Trials = append(plan.Trials, orphan(record))
		}
	}
	return plan
}

func orphan(record store.Record) reports.Planned {
	return reports.Planned{
		Sign: reports.Orphaned, ID: record.ID, Family: record.Family, Seed: record.Seed,
		Parameters: record.Parameters, Reason: "the spec asks for it no more",
	}
}

// newTrial plans a trial of which nothing is there yet, and says what it costs.
func newTrial(trial experiments.Trial, costs *costs, dir string) reports.Planned {
	planned := reports.Planned{Sign: reports.New, ID: trial.ID, Family: trial.Family}
	if len(trial.Places) > 0 {
		planned.Case, planned.Values = trial.Places[0].Case, trial.Places[0].Values
	}
	if !trial.Baseline {
		planned.Seed = &trial.Seed
	}
	cost := costs.of(trial.Setting, dir)
	planned.Parameters, planned.FLOPs, planned.Seconds = cost.Parameters, cost.FLOPs, costs.seconds(cost, trial.Baseline)
	return planned
}

func endingOf(record store.Record) string {
	if record.State == store.Done {
		return ""
	}
	return string(record.State)
}

// settingKey identifies what a trial is, whatever its data hold and its
// numerics are.
func settingKey(setting experiments.Setting, seed *int) string {
	key := string(registry.Canonical(setting))
	if seed != nil {
		key += fmt.Sprint("\n", *seed)
	}
	return key
}

func whyStale(old store.Record, trial experiments.Trial) string {
	if old.Data != trial.Data {
		return "the data have changed"
	}
	return fmt.Sprintf("it was run under numerics %d", old.Numerics)
}

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

// listing is what list is asked for.
type listing struct {
	filter         store.Filter
	paths, metrics []string
	onlyChanged    bool
	format         string
}

var listingViews = map[string]func(l *reports.Listing, w io.Writer) error{
	"text":     (*reports.Listing).Text,
	"markdown": (*reports.Listing).Markdown,
	"csv":      (*reports.Listing).CSV,
	"json":     (*reports.Listing).JSON,
}

func (c *command) listVerb() *cobra.Command {
	var l listing
	cmd := &cobra.Command{
		Use:   "list [SPEC] [CONDITION...]",
		Short: "List trials by any condition",
		Long: "List prints a line for each trial of the store, or of one spec, for which all conditions hold.\n" +
			"A condition is a name, one of = != < <= > >=, and a value; the name is a path of the setting,\n" +
			"a metric, or one of\n" + fieldsHelp() + ".\n",
		Example: "  hourglass list state=diverged\n  hourglass list code-size.yaml model.code=8 'test.mse<0.02'",
		RunE:    func(_ *cobra.Command, args []string) error { return c.list(args, l) },
	}
	cmd.Flags().StringSliceVar(&l.paths, "columns", nil, "`paths` whose values to show, such as model.code")
	cmd.Flags().StringSliceVar(&l.metrics, "metric", nil, "`metrics` to show")
	cmd.Flags().StringVar(&l.filter.Experiment, "experiment", "", "only trials of the experiment of this `name`")
	cmd.Flags().BoolVar(&l.filter.Newest, "newest", false, "newest first")
	cmd.Flags().IntVar(&l.filter.Limit, "limit", 0, "at most so many")
	cmd.Flags().BoolVar(&l.onlyChanged, "only-changed", false, "leave out columns that are the same for all")
	cmd.Flags().StringVar(&l.format, "format", "text", "`format` of the list: text, markdown, csv or json")
	return cmd
}

func (c *command) list(args []string, l listing) error {
	show, known := listingViews[l.format]
	if c.json {
		show, known = listingViews["json"], true
	}
	if !known {
		return usage(fmt.Errorf("--format must be text, markdown, csv or json, got %q", l.format))
	}
	if err := errors.Join(c.checkMetrics(l.metrics), checkPaths(l.paths)); err != nil {
		return usage(err)
	}
	if err := c.narrow(&l.filter, args); err != nil {
		return err
	}
	if len(l.metrics) == 0 {
		l.metrics = reports.ListMetrics()
	}
	if !c.json && l.format != "json" { // which has all metrics
		l.filter.Metrics = l.metrics
	}
	s, err := c.mustRead()
	if err != nil {
		return err
	}
	defer s.Close()
	trials, err := reports.Read(s, l.filter)
	if err != nil {
		return err
	}
	return show(reports.List(trials, l.paths, l.metrics, l.onlyChanged), c.out)
}

// narrow keeps to the trials of the specs, and to those for which the conditions
// hold, that are named.
func (c *command) narrow(filter *store.Filter, args []string) error {
	for _, arg := range args {
		if strings.HasSuffix(arg, ".yaml") || strings.HasSuffix(arg, ".yml") {
			e, err := c.load(arg)
			if err != nil {
				return err
			}
			filter.IDs = append(filter.IDs, e.IDs()...)
			continue
		}
		condition, err := c.condition(arg)
		if err != nil {
			return err
		}
		filter.Where = append(filter.Where, condition)
	}
	return nil
}

// fieldsHelp names the fields of a trial, a few on each line.
func fieldsHelp() string {
	var lines []string
	for some := range slices.Chunk(store.Fields, 7) {
		lines = append(lines, "  "+strings.Join(some, ", "))
	}
	return strings.Join(lines, ",\n")
}

// condition reads a condition, and refuses a name that nothing has.
func (c *command) condition(text string) (store.Condition, error) {
	condition, err := store.ParseCondition(text)
	if condition.Name != "" {
		if unknown := c.checkName(condition.Name); unknown != nil {
			err = fmt.Errorf("%s: %w", text, unknown)
		}
	}
	if err != nil {
		return condition, usage(err)
	}
	return condition, nil
}

// checkName refuses what is neither a field of a trial nor a metric nor a path.
func (c *command) checkName(name string) error {
	section, _, deeper := strings.Cut(name, ".")
	switch {
	case slices.Contains(store.Fields, name):
		return nil
	case deeper && slices.Contains([]string{"train", "test", "validation", "health"}, section):
		err := c.checkMetrics([]string{name})
		if err != nil && section == "train" {
			return checkPaths([]string{name})
		}
		return err
	case deeper || name == "loss":
		return checkPaths([]string{name})
	}
	err := fmt.Errorf("there is no field %q", name)
	if nearest := registry.Nearest(name, store.Fields); nearest != "" {
		return fmt.Errorf("%w; did you mean %s?", err, nearest)
	}
	return err
}

// checkPaths refuses paths that lead nowhere in a setting and are no field of a
// trial. The kind of a part and the elements of a list have paths too.
func checkPaths(paths []string) error {
	for _, path := range paths {
		if slices.Contains(store.Fields, path) {
			continue
		}
		path, _, _ = strings.Cut(strings.TrimSuffix(path, ".kind"), "[")
		if err := experiments.CheckPath(path); err != nil {
			return usage(err)
		}
	}
	return nil
}

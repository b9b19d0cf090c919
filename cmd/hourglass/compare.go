package main

import (
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

// view is how a comparison is asked for.
type view struct {
	rows, columns, metrics []string
	onlyChanged            bool
	format                 string
}

// views of a table, by the names that --format takes.
var views = map[string]func(t *reports.Table, w io.Writer) error{
	"text":     (*reports.Table).Text,
	"markdown": (*reports.Table).Markdown,
	"csv":      (*reports.Table).CSV,
	"json":     (*reports.Table).JSON,
	"latex":    (*reports.Table).LaTeX,
}

func viewNames() []string { return []string{"text", "markdown", "csv", "json", "latex"} }

func (v *view) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&v.metrics, "metric", nil, "`metrics` to compare, such as test.mse,test.psnr")
	cmd.Flags().StringSliceVar(&v.rows, "rows", nil, "`paths` whose values label the rows, such as model.code")
	cmd.Flags().StringSliceVar(&v.columns, "columns", nil, "`paths` whose values label the columns, such as loss")
	cmd.Flags().BoolVar(&v.onlyChanged, "only-changed", false, "leave out what is the same everywhere")
	cmd.Flags().StringVar(&v.format, "format", "text", "`format` of the table: text, markdown, csv, json or latex")
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(viewNames(), cobra.ShellCompDirectiveNoFileComp))
}

func (c *command) compareVerb() *cobra.Command {
	var v view
	cmd := &cobra.Command{
		Use:   "compare SPEC",
		Short: "Print the comparison table of an experiment",
		Long: "Compare prints the results that the store has of an experiment: a cell for each setting,\n" +
			"in it the mean ± the sample standard deviation over its seeds. It trains nothing.\n",
		Args: arguments(cobra.ExactArgs(1), "one spec"),
		RunE: func(_ *cobra.Command, files []string) error {
			e, err := c.load(files[0])
			if err != nil {
				return err
			}
			s, err := c.read()
			if err != nil {
				return err
			}
			if s != nil {
				defer s.Close()
			}
			return c.compare(s, e, v)
		},
	}
	c.addEdits(cmd)
	v.add(cmd)
	return cmd
}

// compare prints the comparison table of an experiment. s is nil where there
// is no store yet.
func (c *command) compare(s *store.Store, e *experiments.Experiment, v view) error {
	table, trials, err := c.tableOf(s, e, v)
	if err != nil {
		return err
	}
	show := views[v.format]
	if c.json {
		show = (*reports.Table).JSON
	}
	if err := show(table, c.out); err != nil || len(e.Claims) == 0 || c.json || v.format != "text" {
		return err
	}
	fmt.Fprintln(c.out)
	return reports.WriteAnswers(c.out, reports.Answers(trials, e.Claims))
}

// tableOf returns the comparison table of an experiment, and its trials. A mistake in how it
// was asked for is one of the command line.
func (c *command) tableOf(s *store.Store, e *experiments.Experiment, v view) (*reports.Table, []reports.Trial, error) {
	_, known := views[v.format]
	if !known {
		return nil, nil, usage(fmt.Errorf("--format must be one of %s, got %q", strings.Join(viewNames(), ", "), v.format))
	}
	layout := reports.LayoutOf(e)
	layout.OnlyChanged = v.onlyChanged
	if v.metrics != nil {
		layout.Metrics = v.metrics
	}
	layout.Project(v.rows, v.columns)
	if err := c.checkMetrics(layout.Metrics); err != nil {
		return nil, nil, err
	}
	if err := checkPaths(slices.Concat(v.rows, v.columns)); err != nil {
		return nil, nil, err
	}
	trials, err := reports.ReadExperiment(s, e, layout.Reads(e.Claims)...)
	if err != nil {
		return nil, nil, err
	}
	table, err := reports.Compare(trials, layout)
	if err != nil {
		return nil, nil, usage(err)
	}
	return table, trials, nil
}

func (c *command) checkMetrics(names []string) error {
	known := world{c.world}.Metrics()
	for _, name := range names {
		if !slices.Contains(known, name) {
			err := fmt.Errorf("no metric is called %q", name)
			if nearest := registry.Nearest(name, known); nearest != "" {
				err = fmt.Errorf("%w; did you mean %s?", err, nearest)
			}
			return usage(err)
		}
	}
	return nil
}

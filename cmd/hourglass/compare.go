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

// defaultSeeds is how many seeds --until-decided goes up to.
const defaultSeeds = 20

// view is how a comparison is asked for.
type view struct {
	rows, columns, metrics []string
	onlyChanged            bool
	format                 string
	statistic, reference   string
	interval               bool
	alpha                  float64
	untilDecided           bool
	maxSeeds               int
	looks                  []int // after how many seeds, where it is trained until decided
}

// views of a table, by the names that --format takes.
var views = map[string]func(t *reports.Table, w io.Writer) error{
	"text":     (*reports.Table).Text,
	"markdown": (*reports.Table).Markdown,
	"csv":      (*reports.Table).CSV,
	"json":     (*reports.Table).JSON,
	"latex":    (*reports.Table).LaTeX,
	"html":     (*reports.Table).HTML,
}

func viewNames() []string { return []string{"text", "markdown", "csv", "json", "latex", "html"} }

func (v *view) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&v.metrics, "metric", nil, "`metrics` to compare, such as test.mse,test.psnr")
	cmd.Flags().StringSliceVar(&v.rows, "rows", nil, "`paths` whose values label the rows, such as model.code")
	cmd.Flags().StringSliceVar(&v.columns, "columns", nil, "`paths` whose values label the columns, such as loss")
	cmd.Flags().BoolVar(&v.onlyChanged, "only-changed", false, "leave out what is the same everywhere")
	cmd.Flags().StringVar(&v.format, "format", "text", "`format` of the table: text, markdown, csv, json, latex or html")
	cmd.Flags().StringVar(&v.statistic, "statistic", reports.Mean, "what is shown of the seeds: mean or median")
	cmd.Flags().BoolVar(&v.interval, "interval", false, "show 95 % bootstrap intervals instead of standard deviations")
	cmd.Flags().StringVar(&v.reference, "reference", "", "show changes against a `case`, a baseline, or values such as loss=mse")
	cmd.Flags().Float64Var(&v.alpha, "alpha", 0.05, "the risk of telling apart what is not, over all comparisons of a metric")
	cmd.Flags().BoolVar(&v.untilDecided, "until-decided", false, "with more seeds where they are needed to tell cells apart, corrected for looking repeatedly")
	cmd.Flags().IntVar(&v.maxSeeds, "max-seeds", defaultSeeds, "up to how many seeds --until-decided goes")
	cmd.RegisterFlagCompletionFunc("statistic", cobra.FixedCompletions([]string{reports.Mean, reports.Median}, cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(viewNames(), cobra.ShellCompDirectiveNoFileComp))
}

func (c *command) compareVerb() *cobra.Command {
	var v view
	cmd := &cobra.Command{
		Use:   "compare SPEC",
		Short: "Print the comparison table of an experiment",
		Long: "Compare prints the results that the store has of an experiment: a cell for each setting,\n" +
			"in it the mean ± the sample standard deviation over its seeds. It trains nothing.\n",
		Example: "  hourglass compare code-size.yaml --metric test.mse,test.psnr\n  hourglass compare code-size.yaml --rows loss --columns model.code --format markdown",
		Args:    arguments(cobra.ExactArgs(1), "one spec"),
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
			if v.untilDecided {
				if _, err := c.tableOf(nil, e, v); err != nil {
					return err
				}
				if e, err = c.decidedSoFar(s, e, &v); err != nil {
					return err
				}
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
	table, err := c.tableOf(s, e, v)
	if err != nil {
		return err
	}
	show := views[v.format]
	if c.json {
		show = (*reports.Table).JSON
	}
	if err := show(table, c.out); err != nil || len(table.Answers) == 0 || c.json || v.format != "text" {
		return err
	}
	fmt.Fprintln(c.out)
	return reports.WriteAnswers(c.out, table.Answers)
}

// tableOf returns the comparison table of an experiment, with the answers to its claims. A mistake in how it
// was asked for is one of the command line.
func (c *command) tableOf(s *store.Store, e *experiments.Experiment, v view) (*reports.Table, error) {
	_, known := views[v.format]
	if !known {
		return nil, usage(fmt.Errorf("--format must be one of %s, got %q", strings.Join(viewNames(), ", "), v.format))
	}
	if err := v.check(); err != nil {
		return nil, usage(err)
	}
	layout := v.layout(e)
	if err := c.checkMetrics(layout.Metrics, e.Evaluated...); err != nil {
		return nil, err
	}
	if err := checkPaths(slices.Concat(v.rows, v.columns)); err != nil {
		return nil, err
	}
	trials, err := reports.ReadExperiment(s, e, layout.Reads(e.Claims)...)
	if err != nil {
		return nil, err
	}
	table, err := reports.Compare(trials, layout)
	if err != nil {
		return nil, usage(err)
	}
	table.Answers = reports.Answers(trials, e.Claims)
	return table, nil
}

// check finds what is wrong with how tests and intervals are asked for.
func (v view) check() error {
	switch {
	case v.statistic != reports.Mean && v.statistic != reports.Median:
		return fmt.Errorf("--statistic must be mean or median, got %q", v.statistic)
	case !v.untilDecided && v.maxSeeds != defaultSeeds:
		return errors.New("--max-seeds goes with --until-decided")
	case !(v.alpha > 0 && v.alpha < 0.5):
		return fmt.Errorf("--alpha must lie in (0, 0.5), got %v", v.alpha)
	}
	return nil
}

// layout returns the layout of the spec with what the command line changes.
func (v view) layout(e *experiments.Experiment) reports.Layout {
	layout := reports.LayoutOf(e)
	layout.OnlyChanged, layout.Statistic, layout.Intervals, layout.Alpha = v.onlyChanged, v.statistic, v.interval, v.alpha
	layout.Looks = v.looks
	if v.metrics != nil {
		layout.Metrics = v.metrics
	}
	layout.Project(v.rows, v.columns)
	if v.reference != "" || v.rows != nil || v.columns != nil { // the spec's may label nothing any more
		layout.Reference = v.reference
	}
	return layout
}

// checkMetrics refuses names of metrics that no trial can have. Evaluations add
// some: those given, and those that trials in the store have.
func (c *command) checkMetrics(names []string, evaluated ...string) error {
	known := slices.Concat(world{c.world}.Metrics(), evaluated)
	if slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(known, name) }) {
		recorded, err := c.recordedMetrics()
		if err != nil {
			return err
		}
		known = append(known, recorded...)
	}
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

// recordedMetrics are the names of the metrics that evaluations have added to
// trials in the store, if there is one.
func (c *command) recordedMetrics() ([]string, error) {
	s, err := c.read()
	if err != nil || s == nil {
		return nil, err
	}
	defer s.Close()
	return s.EvaluatedMetrics()
}

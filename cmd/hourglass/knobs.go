package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/reports"
)

// knobViews are the views of knobs, by the names that --format takes.
var knobViews = map[string]func(k *reports.Knobs, w io.Writer) error{
	"text":     (*reports.Knobs).Text,
	"markdown": (*reports.Knobs).Markdown,
	"csv":      (*reports.Knobs).CSV,
	"json":     (*reports.Knobs).JSON,
	"latex":    (*reports.Knobs).LaTeX,
	"html":     (*reports.Knobs).HTML,
}

func (c *command) knobsVerb() *cobra.Command {
	var metric, format string
	cmd := &cobra.Command{
		Use:   "knobs SPEC",
		Short: "Tell which knobs of a sweep matter, and which setting to take",
		Long: "Knobs parts the variance of a sweep's results into what each knob explains (code size, depth,\n" +
			"nodes, loss, whatever is swept), their interactions, and the spread of seeds. It names the best\n" +
			"setting, and the smallest within one standard error of it. It trains nothing. It exits with 2\n" +
			"where results or repeats are missing.\n",
		Example: "  hourglass knobs code-size.yaml --metric test.mse",
		Args:    arguments(cobra.ExactArgs(1), "one spec"),
		RunE:    func(_ *cobra.Command, files []string) error { return c.knobs(files[0], metric, format) },
	}
	c.addEdits(cmd)
	cmd.Flags().StringVar(&metric, "metric", "", "the `metric` that they are to matter to (default the first that the spec compares)")
	cmd.Flags().StringVar(&format, "format", "text", "`format` of the table: text, markdown, csv, json, latex or html")
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(viewNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (c *command) knobs(file, metric, format string) error {
	show, known := knobViews[format]
	if !known {
		return usage(fmt.Errorf("--format must be one of %s, got %q", strings.Join(viewNames(), ", "), format))
	}
	if c.json {
		show = (*reports.Knobs).JSON
	}
	e, err := c.load(file)
	if err != nil {
		return err
	}
	if metric == "" {
		metric = e.Compare.Metrics[0]
	}
	if err := c.checkMetrics([]string{metric}); err != nil {
		return err
	}
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
	k := reports.KnobsOf(trials, reports.LayoutOf(e), metric)
	if err := show(k, c.out); err != nil {
		return err
	}
	if k.CannotTell() {
		return errQuiet(exitCannotTell)
	}
	return nil
}

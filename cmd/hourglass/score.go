package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
)

// scoreOptions are how examples are to be scored.
type scoreOptions struct{ measure, threshold, join string }

func (c *command) scoreVerb() *cobra.Command {
	output, o := "", scoreOptions{}
	cmd := &cobra.Command{
		Use:   "score MODEL INPUT",
		Short: "Score examples by their reconstruction error, and find anomalies",
		Long: "Score writes the reconstruction error of each example, as it was fed, after scaling: --measure mse, the\n" +
			"mean squared error over its elements, l1, the mean absolute one, or max, the largest absolute one.\n" +
			"Without it, it is that of the trial's anomaly evaluation, where it had one, and mse elsewhere.\n\n" +
			"With --threshold, examples above it are anomalous, and the exit code is 1 where there are any. A\n" +
			"threshold is an error, such as 0.02; a share, such as 99%: then it is the error below which that share\n" +
			"of the validation split lay when the model was trained, or of the training split (its first 10,000\n" +
			"examples) where nothing was held out; or evaluation: then it is the one that the trial's anomaly\n" +
			"evaluation set, or of several the one that is named, such as conformal=0.05.\n\n" +
			"Of a series, each row has a score, beside its number: a feature's error there is the mean (or with\n" +
			"--join the median or the largest) of those of the windows that cover the row, and the row's the mean\n" +
			"over its features, or the largest. Shares are of rows then.\n\n" + modelHelp + "\n" + inputHelp + "\n" + outputHelp,
		Example: "  hourglass score 6af389e989 new.csv --threshold 99% -o scores.csv",
		Args:    arguments(cobra.ExactArgs(2), "a model and an input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return noAnswer(c.use(args[0], output, func(u *using) error { return u.score(cmd.Context(), args[0], args[1], o) }))
		},
	}
	outputFlag(cmd, &output, "csv, npy or parquet")
	cmd.Flags().StringVar(&o.measure, "measure", "", "`how` errors are measured: mse, l1 or max (default: as the trial's anomaly evaluation does, or mse)")
	cmd.Flags().StringVar(&o.join, "join", "", "of a series: `how` the errors of the windows that cover a row become one, mean (as is usual), median or max")
	cmd.Flags().StringVar(&o.threshold, "threshold", "", "`error` above which an example is anomalous: a number, a share such as 99%, or evaluation")
	return cmd
}

// noAnswer gives an accident, such as data that are not here, the exit code of what
// cannot be told, as that of other verbs' accidents is what score answers with.
func noAnswer(err error) error {
	if codeOf(err) != exitNo || errors.As(err, new(errQuiet)) {
		return err
	}
	return &codedError{exitCannotTell, err}
}

// scoring is a score at work.
type scoring struct {
	*using
	measure   string // of errors
	limit     *limit // nil without a threshold
	out       *table
	unit      string // what is scored: an example, or a row of a series
	number    int    // of them so far
	anomalous int    // of them
	values    []float64
}

func (u *using) score(ctx context.Context, model, input string, o scoreOptions) error {
	s := &scoring{using: u, unit: unitExample}
	if err := u.checkJoin(o.join); err != nil {
		return err
	}
	set, err := u.thresholdsOf(model)
	if err != nil {
		return err
	}
	if s.measure, err = u.measureOf(o.measure, set); err != nil {
		return err
	}
	o.join = u.joinOf(o, set)
	if o.threshold != "" {
		if s.limit, err = u.limitOf(o, s.measure, set); err != nil {
			return err
		}
	}
	err = s.all(ctx, input, o.join)
	if s.out != nil && s.limit != nil {
		s.out.more = map[string]any{"threshold": s.limit.value, "anomalous": s.anomalous}
	}
	if err := s.out.finish(err, "an error each"); err != nil || s.limit == nil {
		return err
	}
	u.voice.say("%d of %s above %.6g%s", s.anomalous, count(s.number, s.unit), s.limit.value, s.limit.source)
	if s.anomalous > 0 {
		return errQuiet(exitNo)
	}
	return nil
}

// all scores the rows of a series, or the examples of what is none.
func (s *scoring) all(ctx context.Context, input, join string) error {
	if s.Series() {
		return s.series(ctx, input, join)
	}
	return s.examples(ctx, input, s.take)
}

// take scores some examples.
func (s *scoring) take(x *nn.Matrix, names []string) error {
	if err := s.begin(unitExample, names != nil); err != nil {
		return err
	}
	y := s.Coder().Forward(x)
	for i := range x.Rows {
		if err := s.add(s.number, nameOf(names, i), nn.ExampleError(s.measure, y.Row(i), x.Row(i))); err != nil {
			return err
		}
	}
	return nil
}

// begin begins the table of scores, if it has not begun. Rows of a series have their
// numbers in it, as some may be in no window.
func (s *scoring) begin(unit string, named bool) (err error) {
	if s.out != nil {
		return nil
	}
	s.unit = unit
	t := data.Table{Columns: []string{"error"}, Double: true}
	if unit == unitRow {
		t.Columns = []string{unitRow, "error"}
	}
	if s.limit != nil {
		t.Columns = append(t.Columns, "anomalous")
	}
	if len(t.Columns) > 1 {
		t.Shape = []int{len(t.Columns)}
	}
	if s.out, err = s.tableFor(t, "error", named); s.out != nil {
		s.out.unit = unit
	}
	return err
}

// add judges and writes the score of an example, or of a row of a series.
func (s *scoring) add(number int, name string, score float64) error {
	s.number++
	s.out.next++
	anomalous := s.limit != nil && score > s.limit.value
	if anomalous {
		s.anomalous++
	}
	if s.out.Sink != nil {
		return s.out.Write(name, s.row(number, score, anomalous))
	}
	line := map[string]any{s.unit: number, "error": score}
	if s.limit != nil {
		line["anomalous"] = anomalous
	}
	if name != "" {
		line["file"] = name
	}
	return json.NewEncoder(s.command.out).Encode(line)
}

// row is what stands in the columns of a table, until the next one.
func (s *scoring) row(number int, score float64, anomalous bool) []float64 {
	s.values = s.values[:0]
	if s.unit == unitRow {
		s.values = append(s.values, float64(number))
	}
	s.values = append(s.values, score)
	switch {
	case anomalous:
		s.values = append(s.values, 1)
	case s.limit != nil:
		s.values = append(s.values, 0)
	}
	return s.values
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
)

func (c *command) scoreVerb() *cobra.Command {
	output, threshold, join := "", "", ""
	cmd := &cobra.Command{
		Use:   "score MODEL INPUT",
		Short: "Score examples by their reconstruction error, and find anomalies",
		Long: "Score writes the reconstruction error of each example: its mean squared error over elements, as\n" +
			"they were fed, after scaling. With --threshold, examples above it are anomalous, and the exit code\n" +
			"is 1 where there are any. A threshold is an error, such as 0.02, or a share, such as 99%: then it is\n" +
			"the error below which that share of the validation split lay when the model was trained, or of the\n" +
			"training split (its first 10,000 examples) where nothing was held out.\n\n" +
			"Of a series, each row has a score, beside its number: a feature's squared error there is the mean (or\n" +
			"with --join the median or the largest) of those of the windows that cover the row, and the row's the\n" +
			"mean over its features. Shares are of rows then.\n\n" + modelHelp + "\n" + inputHelp + "\n" + outputHelp,
		Example: "  hourglass score 6af389e989 new.csv --threshold 99% -o scores.csv",
		Args:    arguments(cobra.ExactArgs(2), "a model and an input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return noAnswer(c.use(args[0], output, func(u *using) error { return u.score(cmd.Context(), args[1], threshold, join) }))
		},
	}
	outputFlag(cmd, &output, "csv, npy or parquet")
	cmd.Flags().StringVar(&join, "join", "", "of a series: `how` the errors of the windows that cover a row become one, mean (as is usual), median or max")
	cmd.Flags().StringVar(&threshold, "threshold", "", "`error` above which an example is anomalous: a number, or a share such as 99%")
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

// limit is above which error an example is anomalous.
type limit struct {
	value  float64
	source string // where it comes from, or ""
}

// limitOf reads --threshold.
func limitOf(text string, seen *runner.Seen) (limit, error) {
	wrong := usage(fmt.Errorf("--threshold must be an error such as 0.02, or a share from 0%% to 100%%, got %q", text))
	number, share := strings.CutSuffix(text, "%")
	value, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(value) || value < 0 || share && value > 100:
		return limit{}, wrong
	case share:
		return limit{seen.Quantile(value / 100), fmt.Sprintf(", below which %s of the %s split lay", text, seen.Split)}, nil
	}
	return limit{value: value}, nil
}

// scoring is a score at work.
type scoring struct {
	*using
	limit     *limit // nil without a threshold
	out       *table
	unit      string // what is scored: an example, or a row of a series
	number    int    // of them so far
	anomalous int    // of them
}

func (u *using) score(ctx context.Context, input, threshold, join string) error {
	s := &scoring{using: u, unit: "example"}
	if err := u.mustJoin(threshold, join); err != nil {
		return err
	}
	if threshold != "" {
		l, err := limitOf(threshold, u.Seen)
		if err != nil {
			return err
		}
		s.limit = &l
	}
	err := s.all(ctx, input, join)
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
func (s *scoring) take(x *nn.Matrix, names []string) (err error) {
	row := make([]float64, 1, 2)
	if s.limit != nil {
		row = row[:2]
	}
	if s.out == nil {
		t := data.Table{Columns: []string{"error", "anomalous"}[:len(row)], Double: true}
		if len(row) > 1 {
			t.Shape = []int{len(row)}
		}
		if s.out, err = s.tableFor(t, "error", names != nil); err != nil {
			return err
		}
	}
	y := s.Coder().Forward(x)
	for i := range x.Rows {
		row[0] = runner.MeanSquaredError(y.Row(i), x.Row(i))
		s.judge(row)
		if err := s.addScore(s.out, s.number, nameOf(names, i), row); err != nil {
			return err
		}
		s.number++
	}
	return nil
}

// judge sets the second of two values to whether the first is anomalous.
func (s *scoring) judge(row []float64) {
	if s.limit == nil {
		return
	}
	row[1] = 0
	if row[0] > s.limit.value {
		row[1] = 1
		s.anomalous++
	}
}

// addScore writes the score of an example.
func (u *using) addScore(t *table, number int, name string, row []float64) error {
	t.next++
	if t.Sink != nil {
		return t.Write(name, row)
	}
	line := map[string]any{"example": number, "error": row[0]}
	if len(row) > 1 {
		line["anomalous"] = row[1] == 1
	}
	if name != "" {
		line["file"] = name
	}
	return json.NewEncoder(u.out).Encode(line)
}

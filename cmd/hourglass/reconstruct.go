package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
)

func (c *command) reconstructVerb() *cobra.Command {
	output, limit := "", 20
	cmd := &cobra.Command{
		Use:   "reconstruct MODEL INPUT",
		Short: "Write what a trained model makes of examples",
		Long: "Reconstruct writes the reconstruction of each example, in the units of the data where they were\n" +
			"scaled. Windows of a series are put together again: there is a row for each row of the input, the mean\n" +
			"of what the windows that cover it make of it. With -o FILE.png it writes the first pictures and below\n" +
			"each its reconstruction.\n\n" + modelHelp + "\n" + inputHelp + "\n" + outputHelp,
		Example: "  hourglass reconstruct code-size.yaml test -o sheet.png\n  hourglass reconstruct 6af389e989 table.csv -o cleaned.parquet",
		Args:    arguments(cobra.ExactArgs(2), "a model and an input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.use(args[0], output, func(u *using) error {
				if data.FormatOf(output) == "png" {
					return u.reconstructionSheet(cmd.Context(), args[1], limit)
				}
				return u.reconstruct(cmd.Context(), args[1])
			})
		},
	}
	outputFlag(cmd, &output, "csv, npy, parquet or png")
	cmd.Flags().IntVar(&limit, "limit", limit, "how many pictures a png shows at most")
	return cmd
}

func (u *using) reconstruct(ctx context.Context, input string) error {
	if u.Series() {
		return u.reconstructSeries(ctx, input)
	}
	var t *table
	err := u.examples(ctx, input, func(x *nn.Matrix, names []string) (err error) {
		if t == nil {
			if t, err = u.tableFor(u.featureTable(), "reconstruction", names != nil); err != nil {
				return err
			}
		}
		return t.addExamples(names, u.Coder().Forward(x))
	})
	return t.finish(err, fmt.Sprintf("reconstructions of %v", u.Shape))
}

// errEnough ends the reading of an input of which no more is needed.
var errEnough = errors.New("enough")

// sheetColumns is how many pictures stand side by side.
const sheetColumns = 10

func (u *using) reconstructionSheet(ctx context.Context, input string, limit int) error {
	if limit < 1 {
		return usage(fmt.Errorf("--limit must be at least 1, got %d", limit))
	}
	shown, made := &nn.Matrix{Cols: u.Shape.Size()}, &nn.Matrix{Cols: u.Shape.Size()}
	err := u.examples(ctx, input, func(x *nn.Matrix, _ []string) error {
		x = x.Slice(0, min(x.Rows, limit-shown.Rows))
		appendRows(shown, x)
		appendRows(made, u.Coder().Forward(x))
		if shown.Rows == limit {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	columns := min(sheetColumns, shown.Rows)
	pictures := &nn.Matrix{Cols: shown.Cols}
	for first := 0; first < shown.Rows; first += columns {
		for _, m := range []*nn.Matrix{shown, made} {
			appendRows(pictures, m.Slice(first, min(first+columns, m.Rows)))
			for pictures.Rows%columns != 0 {
				appendRows(pictures, blank(pictures.Cols, float32(u.High)))
			}
		}
	}
	if err := u.sheet(pictures, columns); err != nil {
		return err
	}
	return u.wrote(shown.Rows, "reconstructions below them", nil)
}

func appendRows(to, x *nn.Matrix) {
	to.Data = append(to.Data, x.Data...)
	to.Rows += x.Rows
}

func blank(cols int, v float32) *nn.Matrix {
	return &nn.Matrix{Rows: 1, Cols: cols, Data: slices.Repeat([]float32{v}, cols)}
}

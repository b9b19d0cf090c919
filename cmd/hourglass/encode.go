package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
)

func (c *command) encodeVerb() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "encode MODEL INPUT",
		Short: "Turn examples into codes with a trained model",
		Long: "Encode writes the code of each example. A variational code is its mean. Of a series there is a code for\n" +
			"each window, from its first row on, as far apart as in training; rows that are left over at the end\n" +
			"are in none.\n\n" + modelHelp + "\n" + inputHelp + "\n" + outputHelp,
		Example: "  hourglass encode 6af389e989 digits.npy -o codes.npy\n  hourglass encode code-size.yaml test > codes.csv",
		Args:    arguments(cobra.ExactArgs(2), "a model and an input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.use(args[0], output, func(u *using) error { return u.encode(cmd.Context(), args[1]) })
		},
	}
	outputFlag(cmd, &output, "csv, npy or parquet")
	return cmd
}

func (u *using) encode(ctx context.Context, input string) error {
	size, err := u.codeSize()
	if err != nil {
		return err
	}
	var t *table
	err = u.examples(ctx, input, func(x *nn.Matrix, names []string) (err error) {
		if t == nil {
			if t, err = u.tableFor(data.Table{Columns: codeColumns(size), Shape: []int{size}}, "code", names != nil); err != nil {
				return err
			}
		}
		return t.addAll(names, u.Coder().Encode(x))
	})
	return t.finish(err, fmt.Sprintf("a code of %d each", size))
}

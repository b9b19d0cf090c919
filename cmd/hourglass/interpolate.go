package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/nn"
)

func (c *command) interpolateVerb() *cobra.Command {
	output, steps := "", 8
	between := []int{0, 1}
	cmd := &cobra.Command{
		Use:   "interpolate MODEL INPUT",
		Short: "Decode the way from the code of one example to that of another",
		Long: "Interpolate encodes two examples of the input and writes what the decoder makes of the codes on the\n" +
			"straight line between theirs, both ends included.\n\n" + modelHelp + "\n" + inputHelp + "\n" + decodedHelp,
		Example: "  hourglass interpolate 6af389e989 test --between 3,17 --steps 10 -o way.png",
		Args:    arguments(cobra.ExactArgs(2), "a model and an input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(between) != 2 || min(between[0], between[1]) < 0 {
				return usage(fmt.Errorf("--between must be the numbers of two examples, counted from 0, such as 3,17; got %v", between))
			}
			if steps < 2 {
				return usage(fmt.Errorf("--steps must be at least 2, got %d", steps))
			}
			return c.use(args[0], output, func(u *using) error {
				return u.interpolate(cmd.Context(), args[1], between, steps)
			})
		},
	}
	outputFlag(cmd, &output, "csv, npy, parquet or png")
	cmd.Flags().IntSliceVar(&between, "between", between, "`numbers` of the two examples, counted from 0")
	cmd.Flags().IntVar(&steps, "steps", steps, "how many examples to write, both ends included")
	return cmd
}

func (u *using) interpolate(ctx context.Context, input string, between []int, steps int) error {
	size, err := u.codeSize()
	if err != nil {
		return err
	}
	ends := nn.NewMatrix(2, size)
	seen := 0
	err = u.examples(ctx, input, func(x *nn.Matrix, _ []string) error {
		for i, number := range between {
			if number >= seen && number < seen+x.Rows {
				copy(ends.Row(i), u.Coder().Encode(x.Slice(number-seen, number-seen+1)).Row(0))
			}
		}
		if seen += x.Rows; seen > max(between[0], between[1]) {
			return errEnough
		}
		return nil
	})
	if err == nil {
		return usage(fmt.Errorf("--between %d,%d: %s has %s, counted from 0", between[0], between[1], input, count(seen, "example")))
	}
	if !errors.Is(err, errEnough) {
		return err
	}
	codes := nn.NewMatrix(steps, ends.Cols)
	nn.Interpolate(codes, ends.Row(0), ends.Row(1))
	return u.writeDecoded(codes, steps, fmt.Sprintf("from example %d to example %d", between[0], between[1]))
}

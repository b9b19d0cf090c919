package main

import (
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/nn"
)

func (c *command) generateVerb() *cobra.Command {
	output, n, seed := "", 16, 1
	cmd := &cobra.Command{
		Use:   "generate MODEL",
		Short: "Draw new examples from a trained model",
		Long: "Generate draws codes and writes what the decoder makes of them, in the units of the data. Codes of a\n" +
			"variational model, and of one with the regulariser mmd, are drawn from the standard normal\n" +
			"distribution. Others have no prior: they are drawn from the normal distribution with the mean and\n" +
			"the covariance that the codes of training examples (the first 10,000) had, which is said. The same\n" +
			"seed draws the same.\n\n" + modelHelp + "\n" + decodedHelp,
		Example: "  hourglass generate 6af389e989 -n 100 -o samples.png",
		Args:    arguments(cobra.ExactArgs(1), "one model"),
		RunE: func(_ *cobra.Command, args []string) error {
			if n < 1 || seed < 0 {
				return usage(fmt.Errorf("-n must be at least 1 and --seed at least 0, got %d and %d", n, seed))
			}
			return c.use(args[0], output, func(u *using) error { return u.generate(n, seed) })
		},
	}
	outputFlag(cmd, &output, "csv, npy, parquet or png")
	cmd.Flags().IntVarP(&n, "number", "n", n, "how many to draw")
	cmd.Flags().IntVar(&seed, "seed", seed, "seed of the draw")
	return cmd
}

func (u *using) generate(n, seed int) error {
	if _, err := u.codeSize(); err != nil {
		return err
	}
	fitted, err := u.Prior()
	if err != nil {
		return fmt.Errorf("generate from trial %.10s: %w", u.ID, err)
	}
	what := "drawn from the prior"
	if fitted {
		what = "drawn from a normal distribution fitted to the codes of training examples"
		u.voice.say("the code has no prior: it is %s", what)
	}
	codes := nn.NewMatrix(n, u.Coder().CodeSize())
	u.Draw(codes, seed, fitted)
	return u.writeDecoded(codes, int(math.Ceil(math.Sqrt(float64(n)))), what)
}

// writeDecoded writes what the decoder makes of codes, as a table or as pictures
// with so many in a row.
func (u *using) writeDecoded(codes *nn.Matrix, columns int, what string) error {
	if data.FormatOf(u.output) == "png" {
		pictures := &nn.Matrix{Cols: u.Shape.Size()}
		u.decode(codes, func(y *nn.Matrix) error {
			appendRows(pictures, y)
			return nil
		})
		if err := u.sheet(pictures, columns); err != nil {
			return err
		}
		return u.wrote(codes.Rows, what, nil)
	}
	t, err := u.tableFor(u.featureTable(), "values", false)
	if err != nil {
		return err
	}
	return t.finish(u.decode(codes, func(y *nn.Matrix) error { return t.addExamples(nil, y) }), what)
}

// decode hands the decoder's outputs to do, a pass at a time.
func (u *using) decode(codes *nn.Matrix, do func(y *nn.Matrix) error) error {
	for first := 0; first < codes.Rows; first += u.Rows() {
		if err := do(u.Coder().Decode(codes.Slice(first, min(first+u.Rows(), codes.Rows)))); err != nil {
			return err
		}
	}
	return nil
}

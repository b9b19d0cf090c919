package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"hourglass.dev/hourglass/nn"
)

// stepSeconds is how long each net is measured in a round, and rounds how
// often: the medians are printed.
const (
	stepSeconds = 1.0
	stepRounds  = 5
)

// steps prints what a training step of each net takes.
func steps(out io.Writer) error {
	nets, err := loadNets(out)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, kernel %s, one core; median of %d rounds\n\n", processor(), nn.Kernel(), stepRounds)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "net\tparameters\tms/step\texamples/s\tGFLOP/s\tof peak\tat best\tallocations\t")
	for _, n := range nets {
		var seconds, rates, shares, allocated []float64
		for range stepRounds {
			peak := nn.Peak()
			m := n.measure(stepSeconds)
			rate := n.flops() / m.CPU
			// The clock may change meanwhile: the higher peak of before and
			// after flatters nobody.
			share := rate / max(peak, nn.Peak())
			seconds, rates, shares = append(seconds, m.CPU), append(rates, rate), append(shares, share)
			allocated = append(allocated, m.allocated)
		}
		fmt.Fprintf(table, "%s\t%d\t%.3f\t%.0f\t%.1f\t%.1f %%\t%.1f %%\t%.2g\t\n", n.name, n.size.Parameters,
			1e3*median(seconds), float64(n.batch)/median(seconds), median(rates)/1e9, 100*median(shares), 100*slices.Max(shares), median(allocated))
	}
	return table.Flush()
}

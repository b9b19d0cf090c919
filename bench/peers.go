package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"hourglass.dev/hourglass/nn"
)

// peerRounds is how often each net is measured with both programs in turn.
const peerRounds = 7

// peers prints how many times as fast as PyTorch a training step is.
func peers(out io.Writer) (err error) {
	nets, err := loadNets(out)
	if err != nil {
		return err
	}
	torch, err := startTorch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, torch.close()) }()
	fmt.Fprintf(out, "%s, kernel %s, one core; PyTorch %s; %d rounds in turn, times of the processor\n\n",
		processor(), nn.Kernel(), torch.version, peerRounds)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "net\texamples/s\tPyTorch\tratio\tleast\tmost\tof peak\tPyTorch\t")
	for _, n := range nets {
		if err := n.compare(torch, table); err != nil {
			return err
		}
	}
	return table.Flush()
}

// compare measures a net with both programs in turn and prints its row.
func (n *net) compare(torch *torch, table io.Writer) error {
	var ours, theirs, ratios, peaks []float64
	for round := range peerRounds + 1 {
		peak := nn.Peak()
		our := n.measure(stepSeconds)
		their, err := torch.measure(n.name, stepSeconds)
		if err != nil {
			return err
		}
		if our.Parameters != their.Parameters {
			return fmt.Errorf("%s has %d parameters here and %d in PyTorch: these are two nets", n.name, our.Parameters, their.Parameters)
		}
		if round == 0 { // both have yet to warm up
			continue
		}
		ours, theirs = append(ours, our.CPU), append(theirs, their.CPU)
		ratios, peaks = append(ratios, their.CPU/our.CPU), append(peaks, peak)
	}
	share := func(seconds []float64) float64 { return 100 * n.flops() / median(seconds) / median(peaks) }
	batch := float64(n.batch)
	_, err := fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.0f %%\t%.0f %%\t\n", n.name, batch/median(ours), batch/median(theirs),
		median(ratios), slices.Min(ratios), slices.Max(ratios), share(ours), share(theirs))
	return err
}

// Command bench measures how fast Hourglass trains, and sets PyTorch beside it.
// It is run from the root of the repository; see `make bench`.
//
// The nets are specs under bench/nets. One that this program cannot build, as
// a part of it does not exist, is left out, and the output says so.
//
// Times are those of the processor (user and system), which other programs on
// the machine disturb least; scaling, which is about two processors, is timed
// by the clock.
package main

import (
	"fmt"
	"io"
	"os"
)

const usage = `usage: go run ./bench COMMAND

  steps    the training step of each net: time, examples/s, share of the peak
  peers    the same in turn with PyTorch, and the ratios
  scaling  twelve trials on two cores, in turn with PyTorch in two processes
  papers   STORE PAGE: writes the table of reported and obtained values into a page
  trace    SPEC STEPS FOLDER: writes a batch, and the weights of each case before and after
           so many steps on it, for compare_torch.py
  factors  SPEC FOLDER: writes the test examples of a spec's data, and the factors that they
           follow from, for compare_metrics.py`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	switch {
	case command == "steps" && len(args) == 1:
		return steps(out)
	case command == "peers" && len(args) == 1:
		return peers(out)
	case command == "scaling" && len(args) == 1:
		return scaling(out)
	case command == "papers" && len(args) == 3:
		return papers(args[1], args[2], out)
	case command == "factors" && len(args) == 3:
		return factors(args[1], args[2])
	case command == "trace" && len(args) == 4:
		return trace(args[1], args[2], args[3], out)
	}
	return fmt.Errorf("what is to be measured?\n%s", usage)
}

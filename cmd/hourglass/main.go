// Command hourglass runs declarative experiments with autoencoders: it expands
// a checked-in YAML spec into trials, trains what is missing, records
// everything in SQLite, and prints comparison tables in which PCA is always
// present.
//
// Results go to standard output, everything else to standard error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// After the first signal a second one ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

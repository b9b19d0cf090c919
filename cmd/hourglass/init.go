package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

// startingSpec is a commented spec to begin with.
//
//go:embed start.yaml
var startingSpec []byte

func (c *command) initVerb() *cobra.Command {
	return &cobra.Command{
		Use:     "init [FILE]",
		Short:   "Write a commented spec to start from",
		Long:    "Init writes a spec that runs as it is, in a few seconds, to FILE (experiment.yaml unless given).\nIt never overwrites a file; - writes to standard output.\n",
		Example: "  hourglass init\n  hourglass init code-size.yaml",
		Args:    arguments(cobra.MaximumNArgs(1), "at most one file"),
		RunE: func(_ *cobra.Command, args []string) error {
			file := "experiment.yaml"
			if len(args) > 0 {
				file = args[0]
			}
			return c.init(file)
		},
	}
}

func (c *command) init(file string) error {
	if file == "-" {
		_, err := c.out.Write(startingSpec)
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, os.ErrExist) {
		return usage(fmt.Errorf("%s is there already; name another file", file))
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(startingSpec); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if c.json {
		_, err = fmt.Fprintf(c.out, "{\"file\":%q}\n", file)
		return err
	}
	c.voice.say("wrote %s; next: hourglass plan %s, hourglass run %s", file, file, file)
	return nil
}

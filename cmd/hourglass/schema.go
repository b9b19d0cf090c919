package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
)

func (c *command) schemaVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a spec, for editors",
		Long: "Schema prints the JSON Schema of a spec. With the YAML language server, an editor completes and\n" +
			"checks specs that begin with\n\n  # yaml-language-server: $schema=hourglass.schema.json\n",
		Example: "  hourglass schema > hourglass.schema.json",
		Args:    arguments(cobra.NoArgs, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			encoder := json.NewEncoder(c.out)
			if !c.json {
				encoder.SetIndent("", "  ")
			}
			return encoder.Encode(experiments.Schema())
		},
	}
}

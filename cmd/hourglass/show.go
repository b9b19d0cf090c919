package main

import (
	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

func (c *command) showVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one trial: its setting, curve, metrics and digests",
		Long:  "Show prints all that is known of a trial. Any prefix of its id that no other trial has will do.\n",
		Args:  arguments(cobra.ExactArgs(1), "one id"),
		RunE:  func(_ *cobra.Command, args []string) error { return c.show(args[0]) },
	}
}

func (c *command) show(prefix string) error {
	s, err := c.mustRead()
	if err != nil {
		return err
	}
	defer s.Close()
	record, err := c.findTrial(s, prefix)
	if err != nil {
		return err
	}
	trials, err := reports.Read(s, store.Filter{IDs: []string{record.ID}})
	if err != nil {
		return err
	}
	sheet := &reports.Sheet{Trial: trials[0]}
	if sheet.Curve, err = s.Epochs(record.ID); err != nil {
		return err
	}
	sheet.Layers = c.layersOf(record.Setting, record.Dir)
	if c.json {
		return sheet.JSON(c.out)
	}
	return sheet.Text(c.out)
}

// layersOf returns the layers of a setting's net, where they can be known.
func (c *command) layersOf(setting experiments.Setting, dir string) []reports.Layer {
	var layers []reports.Layer
	for _, l := range c.world.Layers(setting, dir) {
		layers = append(layers, reports.Layer{
			Path: l.Path, Kind: l.Kind, In: l.In.String(), Out: l.Out.String(), Parameters: l.Parameters, FLOPs: l.FLOPs,
		})
	}
	return layers
}

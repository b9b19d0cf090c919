package main

import (
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

func (c *command) showVerb() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one trial: its setting, curve, metrics and digests",
		Long: "Show prints all that is known of a trial. Any prefix of its id that no other trial has will do.\n" +
			"Pictures and charts that evaluations have kept are named, and written with --pictures.\n",
		Example: "  hourglass show 736fcc31b2\n  hourglass show 736fcc31b2 --pictures pictures",
		Args:    arguments(cobra.ExactArgs(1), "one id"),
		RunE:    func(_ *cobra.Command, args []string) error { return c.show(args[0], folder) },
	}
	cmd.Flags().StringVar(&folder, "pictures", "", "write the artefacts into this `folder`: pictures as PNG, charts as JSON")
	cmd.MarkFlagDirname("pictures")
	return cmd
}

func (c *command) show(prefix, folder string) error {
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
	evaluations, err := s.Evaluations([]string{record.ID})
	if err != nil {
		return err
	}
	sheet.Evaluations = evaluations[record.ID]
	if sheet.Artefacts, err = s.Artefacts(record.ID); err != nil {
		return err
	}
	if folder != "" {
		if err := c.writeArtefacts(folder, sheet.Artefacts); err != nil {
			return err
		}
	}
	sheet.Layers = c.layersOf(record.Setting, record.Dir)
	if c.json {
		return sheet.JSON(c.out)
	}
	return sheet.Text(c.out)
}

// writeArtefacts writes pictures and charts into a folder, which is made where
// it is not there.
func (c *command) writeArtefacts(folder string, artefacts []store.Artefact) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, a := range artefacts {
		if err := renameio.WriteFile(filepath.Join(folder, reports.ArtefactFile(a.Name, a.Media)), a.Data, 0o666); err != nil {
			return err
		}
	}
	c.voice.say("wrote %s to %s", count(len(artefacts), "file"), folder)
	return nil
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

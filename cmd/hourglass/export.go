package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
)

// exporting is how an export is asked for.
type exporting struct{ format, part, file string }

var exportFormats = []string{"onnx", "safetensors", "npz"}

func (c *command) exportVerb() *cobra.Command {
	e := &exporting{}
	cmd := &cobra.Command{
		Use:   "export MODEL",
		Short: "Write a trained model as ONNX, safetensors or npz",
		Long: "Export writes the encoder, the decoder or both of a trained model for other programs.\n\n" + modelHelp + "\n" +
			"onnx         operator set 13. x, a batch in the shape of the data, leads to the code h and the\n" +
			"             reconstruction y; where the columns of a table were scaled, x and y are in their units,\n" +
			"             and scaling is part of the graph. A variational code is its mean.\n" +
			"safetensors  the file that is kept beside the store: weights, setting and scaler\n" +
			"npz          the weights alone, an array each, and the setting as JSON\n",
		Example: "  hourglass export 6af389e989 --to onnx\n  hourglass export code-size.yaml --part encoder -o encoder.onnx",
		Args:    arguments(cobra.ExactArgs(1), "one model"),
		RunE:    func(_ *cobra.Command, args []string) error { return c.export(args[0], e) },
	}
	cmd.Flags().StringVar(&e.format, "to", "", "`format`: onnx, safetensors or npz (default: as the file's name ends, or onnx)")
	cmd.Flags().StringVar(&e.part, "part", nn.ExportBoth, "`part` of the model: encoder, decoder or both")
	cmd.Flags().StringVarP(&e.file, "output", "o", "", "`file` to write (default: the id, the part and the format)")
	return cmd
}

func (c *command) export(word string, e *exporting) error {
	if e.format == "" {
		e.format = "onnx"
		if ending := strings.TrimPrefix(filepath.Ext(e.file), "."); slices.Contains(exportFormats, ending) {
			e.format = ending
		}
	}
	if !slices.Contains(exportFormats, e.format) {
		return usage(fmt.Errorf("--to must be onnx, safetensors or npz, got %q", e.format))
	}
	if !slices.Contains([]string{nn.ExportEncoder, nn.ExportDecoder, nn.ExportBoth}, e.part) {
		return usage(fmt.Errorf("--part must be encoder, decoder or both, got %q", e.part))
	}
	m, err := c.model(word)
	if err != nil {
		return err
	}
	content, err := m.Export(e.format, e.part)
	if err != nil {
		return fmt.Errorf("export trial %.10s to %s: %w", m.ID, e.format, err)
	}
	if e.file == "" {
		e.file = exportName(m, e)
	}
	if err := writeFile(e.file, content); err != nil {
		return err
	}
	if c.json {
		return json.NewEncoder(c.out).Encode(map[string]any{"id": m.ID, "file": e.file, "format": e.format, "part": e.part, "bytes": len(content)})
	}
	part := e.part
	if part == nn.ExportBoth {
		part = "encoder and decoder"
	}
	_, err = fmt.Fprintf(c.out, "%s: %s of trial %.10s, %d bytes\n", e.file, part, m.ID, len(content))
	return err
}

func exportName(m *runner.Model, e *exporting) string {
	if e.part == nn.ExportBoth {
		return fmt.Sprintf("%.10s.%s", m.ID, e.format)
	}
	return fmt.Sprintf("%.10s.%s.%s", m.ID, e.part, e.format)
}

package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/reports/page"
)

func (c *command) reportVerb() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "report SPEC",
		Short: "Write a page that shows everything about an experiment, with its charts",
		Long: "Report writes a folder with index.html, one page that holds everything and loads nothing,\n" +
			"the same as report.md, and each chart as SVG and PNG. It reads the store, and trains nothing;\n" +
			"the same store gives the same files.\n",
		Example: "  hourglass report code-size.yaml -o code-size-report",
		Args:    arguments(cobra.ExactArgs(1), "one spec"),
		RunE: func(_ *cobra.Command, files []string) error {
			e, err := c.load(files[0])
			if err != nil {
				return err
			}
			s, err := c.mustRead()
			if err != nil {
				return err
			}
			defer s.Close()
			report, err := reports.Gather(s, e)
			if err != nil {
				return err
			}
			if folder == "" {
				folder = e.Name + "-report"
			}
			written, err := page.Write(folder, report)
			if err != nil {
				return fmt.Errorf("write report: %w", err)
			}
			return c.sayWritten(folder, written)
		},
	}
	c.addEdits(cmd)
	cmd.Flags().StringVarP(&folder, "output", "o", "", "`folder` that the report is written to (default NAME-report)")
	return cmd
}

// sayWritten tells where a report is.
func (c *command) sayWritten(folder string, files []string) error {
	if c.json {
		return json.NewEncoder(c.out).Encode(struct {
			Folder string   `json:"folder"`
			Page   string   `json:"page"`
			Files  []string `json:"files"`
		}{folder, filepath.Join(folder, "index.html"), files})
	}
	_, err := fmt.Fprintf(c.out, "wrote %s, and %s beside it\n", filepath.Join(folder, "index.html"), count(len(files)-1, "file"))
	return err
}

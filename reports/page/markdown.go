package page

import (
	"fmt"
	"io"
	"strings"

	"hourglass.dev/hourglass/reports"
)

// Markdown writes a report in GitHub's Markdown. Charts are the pictures
// beside it.
func Markdown(w io.Writer, r *reports.Report) error {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n", r.Name)
	if r.Question != "" {
		fmt.Fprintf(&out, "%s\n\n", r.Question)
	}
	out.WriteString("## Summary\n\n")
	for _, sentence := range r.Summary {
		fmt.Fprintf(&out, "%s\n\n", sentence)
	}
	out.WriteString("## Comparison\n\n")
	if err := r.Comparison.Markdown(&out); err != nil {
		return err
	}
	printedBy(&out, r.Commands.Compare)
	out.WriteString("## Charts\n\n")
	for _, c := range r.Charts {
		fmt.Fprintf(&out, "### %s\n\n![%s](charts/%s.svg)\n\n%s\n", c.Title, c.Title, c.Name, c.About)
		printedBy(&out, c.Command)
	}
	writePictures(&out, r.Pictures)
	out.WriteString("## Trials\n\n")
	if err := r.Listing.Markdown(&out); err != nil {
		return err
	}
	printedBy(&out, r.Commands.List)
	writeHealth(&out, r.Health)
	writeProvenance(&out, r)
	_, err := io.WriteString(w, out.String())
	return err
}

func writePictures(out *strings.Builder, pictures []reports.Picture) {
	if len(pictures) > 0 {
		out.WriteString("## Pictures\n\n")
	}
	for _, p := range pictures {
		if media[p.Media] != "" {
			fmt.Fprintf(out, "### %s\n\n![%s](%s)\n\n%s\n", p.Title, p.Title, fileOf(p), p.About)
			printedBy(out, p.Command)
		}
	}
}

func printedBy(out *strings.Builder, command string) {
	fmt.Fprintf(out, "\n`%s`\n\n", command)
}

func writeHealth(out *strings.Builder, h reports.Health) {
	out.WriteString("## Health\n\n")
	for _, trouble := range h.Troubles {
		fmt.Fprintf(out, "- %s\n", trouble)
	}
	if len(h.Troubles) == 0 {
		out.WriteString("No trial diverged, failed or carries a note.\n")
	}
	if len(h.Metrics) > 0 {
		out.WriteString("\n| metric | trials | least | mean | most |\n|:--|--:|--:|--:|--:|\n")
	}
	for _, m := range h.Metrics {
		fmt.Fprintf(out, "| %s | %d | %s | %s | %s |\n", m.Name, m.N,
			reports.FormatNumber(m.Least), reports.FormatNumber(m.Mean), reports.FormatNumber(m.Most))
	}
	out.WriteString("\n")
}

func writeProvenance(out *strings.Builder, r *reports.Report) {
	p := r.Provenance
	out.WriteString("## Provenance\n\n")
	for _, fact := range p.Facts {
		fmt.Fprintf(out, "- %s: %s\n", fact[0], fact[1])
	}
	fmt.Fprintf(out, "\n%s:\n\n```yaml\n%s\n```\n\n", p.File, strings.TrimRight(p.Text, "\n"))
	for _, edit := range p.Edits {
		fmt.Fprintf(out, "changed on the command line: `%s`\n\n", edit)
	}
	out.WriteString("## Reproduce\n\n")
	fmt.Fprintf(out, "- everything that is missing: `%s`\n- one trial, and compare its bits: `%s`\n- one trial in full: `hourglass show ID`\n- this report: `%s`\n",
		r.Commands.Run, r.Commands.Repro, r.Commands.Report)
}

package page

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"

	"hourglass.dev/hourglass/reports"
)

// Write writes a report into a folder, which it makes where there is none:
// index.html, report.md, comparison.csv, trials.csv, each chart as SVG and
// PNG in charts, and the pictures of trials in pictures. It returns the names of the files, from the folder. Files of
// these names are replaced, each as a whole.
func Write(folder string, r *reports.Report) ([]string, error) {
	w := &writer{folder: folder}
	w.write("index.html", func(out io.Writer) error { return HTML(out, r) })
	w.write("report.md", func(out io.Writer) error { return Markdown(out, r) })
	w.write("comparison.csv", r.Comparison.CSV)
	w.write("trials.csv", r.Listing.CSV)
	for _, chart := range r.Charts {
		w.write("charts/"+chart.Name+".svg", drawnAs(SVG, chart))
		w.write("charts/"+chart.Name+".png", drawnAs(PNG, chart))
	}
	for _, p := range r.Pictures {
		if media[p.Media] == "" {
			continue
		}
		w.write(fileOf(p), func(out io.Writer) error {
			_, err := out.Write(p.Data)
			return err
		})
	}
	return w.written, w.err
}

func drawnAs(format func(reports.Chart) ([]byte, error), chart reports.Chart) func(io.Writer) error {
	return func(out io.Writer) error {
		drawn, err := format(chart)
		if err == nil {
			_, err = out.Write(drawn)
		}
		return err
	}
}

// writer writes files until one fails.
type writer struct {
	folder  string
	written []string
	err     error
}

func (w *writer) write(name string, fill func(io.Writer) error) {
	if w.err != nil {
		return
	}
	var out bytes.Buffer
	if w.err = fill(&out); w.err != nil {
		return
	}
	path := filepath.Join(w.folder, filepath.FromSlash(name))
	if w.err = os.MkdirAll(filepath.Dir(path), 0o777); w.err != nil {
		return
	}
	if err := maybe.WriteFile(path, out.Bytes(), 0o644); err != nil {
		w.err = fmt.Errorf("%s: %w", name, err)
		return
	}
	w.written = append(w.written, name)
}

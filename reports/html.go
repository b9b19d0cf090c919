package reports

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// page is a comparison as a page of its own: no script, nothing to fetch, light
// or dark as the reader's screen is.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1.5rem 0; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { padding: .2rem .8rem; text-align: right; white-space: nowrap; vertical-align: bottom; }
th { border-bottom: 1px solid; font-weight: 600; white-space: pre-line; }
.left { text-align: left; }
footer p { margin: .2rem 0; font-size: .9rem; }
</style>
</head>
<body>
{{with .Title}}<h1>{{.}}</h1>
{{end}}{{range .Grids}}<div><table>
<caption>{{.Caption}}</caption>
<thead><tr>{{range .Heads}}<th scope="col"{{if .Left}} class="left"{{end}}>{{.Text}}</th>{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr>{{range .}}<td{{if .Left}} class="left"{{end}}>{{if .Best}}<strong>{{.Text}}</strong>{{else}}{{.Text}}{{end}}{{with .Notes}}<sup>{{.}}</sup>{{end}}</td>{{end}}</tr>
{{end}}</tbody>
</table></div>
{{end}}{{if .Footer}}<footer>
{{range .Footer}}<p>{{with .Number}}<sup>{{.}}</sup> {{end}}{{.Text}}</p>
{{end}}</footer>
{{end}}</body>
</html>
`))

type htmlPage struct {
	Title  string
	Grids  []htmlGrid
	Footer []htmlNote
}

type htmlGrid struct {
	Caption string
	Heads   []htmlCell
	Rows    [][]htmlCell
}

type htmlCell struct {
	Text  string
	Left  bool
	Best  bool
	Notes string
}

type htmlNote struct{ Number, Text string }

// HTML writes the table as a page that opens from disk.
func (t *Table) HTML(w io.Writer) error {
	p := htmlPage{Title: t.title()}
	for _, b := range t.blocks() {
		p.Grids = append(p.Grids, t.htmlGrid(b))
	}
	for _, line := range t.footer(func(n string) string { return "\x00" + n + "\x00" }) {
		note := htmlNote{Text: line}
		if parts := strings.SplitN(line, "\x00", 3); len(parts) == 3 {
			note = htmlNote{parts[1], strings.TrimSpace(parts[2])}
		}
		p.Footer = append(p.Footer, note)
	}
	return p.write(w)
}

func (p htmlPage) write(w io.Writer) error {
	var out bytes.Buffer
	if err := page.Execute(&out, p); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// htmlGrid turns a block into cells. Columns of figures are kept as they are,
// since what is best and what are notes is markup.
func (t *Table) htmlGrid(b block) htmlGrid {
	var columns [][]figure
	g := t.grid(b, func(figures []figure) []string {
		columns = append(columns, figures)
		return make([]string, len(figures))
	})
	out := htmlGrid{Caption: t.caption(b, "best in bold")}
	for i, head := range g.heads {
		out.Heads = append(out.Heads, htmlCell{Text: head, Left: g.left[i]})
	}
	labels := len(g.heads) - len(columns)
	for r, row := range g.rows {
		cells := make([]htmlCell, len(row))
		for i, text := range row {
			cells[i] = htmlCell{Text: text, Left: g.left[i]}
			if i >= labels {
				cells[i] = columns[i-labels][r].html()
			}
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// html returns the figure as a cell.
func (f figure) html() htmlCell {
	bare := f
	bare.notes = nil
	cell := htmlCell{Text: bare.inline("", "", nil), Best: f.best}
	if len(f.notes) > 0 {
		cell.Notes = strings.ReplaceAll(noteNumbers(f.notes), " ", ", ")
	}
	return cell
}

// Package page turns reports into files for readers: one page of HTML that
// holds everything and loads nothing, the same in Markdown, and every chart as
// SVG and PNG. What they show is decided in package reports; here is only how
// it looks.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"hourglass.dev/hourglass/reports"
)

// What the page carries; see assets/README.md.
var (
	//go:embed assets/page.html
	layout string
	//go:embed assets/page.css
	style string
	//go:embed assets/page.js
	script string
	//go:embed assets/echarts.min.js
	echarts string
)

// content is what the template is filled with.
type content struct {
	Report        *reports.Report
	Finished      string
	Policy        string
	Style         template.CSS
	ECharts       template.JS
	Script        template.JS
	Data          template.JS
	Comparison    table
	Listing       table
	Health        table
	Weights       table
	HealthCommand string
	Results       []chart
	Curves        []chart
	Evaluations   []chart
	Pictures      []picture
	// PicturesLeftOut says that there are more than the page shows.
	PicturesLeftOut string
}

// chart is a chart with how much room it gets.
type chart struct {
	reports.Chart
	Broad bool
}

// table is a table with a name in the page.
type table struct {
	reports.Sortable
	ID     string
	Filter bool
}

// picture is a picture with where it comes from.
type picture struct {
	Title, About, Command string
	Source                template.URL
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"class": classOf,
	"keyOf": keyOf,
}).Parse(layout))

// HTML writes a report as one page.
func HTML(w io.Writer, r *reports.Report) error {
	data, err := json.Marshal(r.Charts)
	if err != nil {
		return fmt.Errorf("write charts: %w", err)
	}
	c := content{
		Report: r, Policy: policy(), Style: template.CSS(style), ECharts: template.JS(echarts), Script: template.JS(script),
		Data:       template.JS(data),
		Comparison: table{r.Comparison.Sortable(), "table-comparison", len(r.Comparison.Lines) > 12},
		Listing:    table{r.Listing.Sortable(), "table-trials", true},
		Health:     healthTable(r.Health), Weights: weightsTable(r.Provenance),
		HealthCommand: r.Commands.List + " --metric " + strings.Join(healthNames(r.Health), ","),
	}
	if !r.Finished.IsZero() {
		c.Finished = r.Finished.UTC().Format(time.DateTime) + " UTC"
	}
	for _, one := range r.Charts {
		broad := one.Kind == reports.Parallel || len(one.Y.Names) > 10 || len(one.X.Names) > 12 || one.X.Label == "step"
		switch {
		case one.Evaluation:
			c.Evaluations = append(c.Evaluations, chart{one, broad})
		case strings.HasPrefix(one.Name, "curve-"):
			c.Curves = append(c.Curves, chart{one, broad})
		default:
			c.Results = append(c.Results, chart{one, broad})
		}
	}
	c.Pictures, c.PicturesLeftOut = embedded(r.Pictures)
	var out bytes.Buffer
	if err := page.Execute(&out, c); err != nil {
		return fmt.Errorf("lay out page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// policy allows the page what it carries and nothing else: no request goes out,
// and no script runs but its own two.
func policy() string {
	return fmt.Sprintf("default-src 'none'; img-src data:; style-src '%s'; script-src '%s' '%s'; base-uri 'none'; form-action 'none'",
		digest(style), digest(echarts), digest(script))
}

// digest is how a content security policy names the content of an element.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// classOf returns the classes of a cell.
func classOf(head reports.SortableHead, cell reports.SortableCell) string {
	var classes []string
	if head.Numbers {
		classes = append(classes, "n")
	}
	if cell.Best {
		classes = append(classes, "best")
	}
	if len(cell.Text) > 60 {
		classes = append(classes, "long")
	}
	return strings.Join(classes, " ")
}

// keyOf returns what a cell sorts by, in as many digits as sorting needs.
func keyOf(cell reports.SortableCell) string {
	if v, err := strconv.ParseFloat(cell.Key, 64); err == nil && len(cell.Key) > 9 {
		return strconv.FormatFloat(v, 'g', 9, 64)
	}
	return cell.Key
}

func healthNames(h reports.Health) []string {
	var names []string
	for _, m := range h.Metrics {
		names = append(names, m.Name)
	}
	return names
}

func healthTable(h reports.Health) table {
	t := table{ID: "table-health", Sortable: reports.Sortable{Caption: "What surrounds the results, over all trials that were trained"}}
	t.Heads = []reports.SortableHead{{Text: "metric"}, {Text: "trials", Numbers: true}, {Text: "least", Numbers: true}, {Text: "mean", Numbers: true}, {Text: "most", Numbers: true}}
	for _, m := range h.Metrics {
		row := reports.SortableRow{Cells: []reports.SortableCell{{Text: m.Name, Key: m.Name}, numberCell(float64(m.N))}}
		for _, v := range []float64{m.Least, m.Mean, m.Most} {
			row.Cells = append(row.Cells, numberCell(v))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func numberCell(v float64) reports.SortableCell {
	return reports.SortableCell{Text: reports.FormatNumber(v), Key: strconv.FormatFloat(v, 'g', -1, 64)}
}

func weightsTable(p reports.Provenance) table {
	t := table{ID: "table-weights", Sortable: reports.Sortable{Caption: "SHA-256 of the final weights"}}
	t.Heads = []reports.SortableHead{{Text: "trial"}, {Text: "weights"}}
	for _, w := range p.Weights {
		t.Rows = append(t.Rows, reports.SortableRow{Cells: []reports.SortableCell{{Text: w[0][:10], Key: w[0][:10]}, {Text: w[1], Key: w[1][:10]}}})
	}
	return t
}

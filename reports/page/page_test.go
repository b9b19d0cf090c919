package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hourglass.dev/hourglass/reports"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestEChartsIsWhatWasPublished holds the library to the digest that its
// README names.
func TestEChartsIsWhatWasPublished(t *testing.T) {
	sum := sha256.Sum256([]byte(echarts))
	readme, err := os.ReadFile("assets/README.md")
	must(t, err)
	if !strings.Contains(string(readme), hex.EncodeToString(sum[:])) {
		t.Errorf("echarts.min.js has the SHA-256 %x, which assets/README.md does not name", sum)
	}
}

func TestMarkdown(t *testing.T) {
	var out bytes.Buffer
	must(t, Markdown(&out, gathered(t, []float64{2, 4, 8}, []string{"mse", "bce"}, 2)))
	got := regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:]+Z`).ReplaceAllString(out.String(), "TIME")
	golden(t, "report.md", got)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s differs; go test ./reports/page -update shows by git diff how. Got:\n%s", name, got)
	}
}

// TestTheSameStoreGivesTheSameFiles writes a report twice.
func TestTheSameStoreGivesTheSameFiles(t *testing.T) {
	e := experiment([]float64{2, 4, 8}, []string{"mse", "bce"}, 2)
	s := filled(t, e)
	var folders [2]string
	var names []string
	for i := range folders {
		r, err := reports.Gather(s, e)
		must(t, err)
		folders[i] = t.TempDir()
		names, err = Write(folders[i], r)
		must(t, err)
	}
	if len(names) < 12 {
		t.Errorf("%d files were written, want a page, Markdown, two of CSV and two for each of several charts: %v", len(names), names)
	}
	for _, name := range names {
		first, err := os.ReadFile(filepath.Join(folders[0], name))
		must(t, err)
		second, err := os.ReadFile(filepath.Join(folders[1], name))
		must(t, err)
		if !bytes.Equal(first, second) {
			t.Errorf("%s differs between two reports of one store", name)
		}
	}
}

// TestTextIsEscaped looks for the markup that the spec tries to smuggle in.
func TestTextIsEscaped(t *testing.T) {
	r := gathered(t, []float64{2, 4}, []string{"mse"}, 1)
	r.Question = `</script><script>alert("x")</script>`
	r.Charts[0].Title = r.Question
	var out bytes.Buffer
	must(t, HTML(&out, r))
	for _, smuggled := range []string{`<script>alert`, "<b>not</b>"} {
		if strings.Contains(out.String(), smuggled) {
			t.Errorf("the page contains %s", smuggled)
		}
	}
}

// TestAPageOfAThousandTrials holds its size to 5 MB.
func TestAPageOfAThousandTrials(t *testing.T) {
	r := thousand(t)
	var out bytes.Buffer
	began := time.Now()
	must(t, HTML(&out, r))
	t.Logf("%d lines of trials, %.2f MB, in %s", len(r.Listing.Sortable().Rows), float64(out.Len())/1e6, time.Since(began))
	if out.Len() > 5e6 {
		t.Errorf("the page has %d bytes, want at most 5,000,000", out.Len())
	}
}

var thousandOnce struct {
	sync.Once
	report *reports.Report
}

// thousand is a report of 1,000 trials of 500 settings, which is made once.
func thousand(t testing.TB) *reports.Report {
	t.Helper()
	thousandOnce.Do(func() { thousandOnce.report = gathered(t, upTo(125), []string{"mse", "bce", "l1", "huber"}, 2) })
	if thousandOnce.report == nil {
		t.Fatal("the report of 1,000 trials could not be made")
	}
	return thousandOnce.report
}

func upTo(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i + 1)
	}
	return out
}

// TestChartsAreDrawn draws every kind of chart as PNG and SVG, and looks for
// ink.
func TestChartsAreDrawn(t *testing.T) {
	r := gathered(t, []float64{2, 4, 8}, []string{"mse", "bce"}, 2)
	charts := append(r.Charts, parallelOf(r), reports.Chart{
		Name: "named-bars", Title: "bars with names", Kind: reports.Bars, X: reports.Axis{Label: "class", Names: []string{"one", "two"}},
		Series: []reports.Series{{Name: "a", Points: []reports.Point{{X: 0, Y: 3}, {X: 1, Y: 5}}}, {Name: "b", Colour: 1, Points: []reports.Point{{X: 0, Y: 2}, {X: 1, Y: 4}}}},
	}, largeHeat(), reports.Chart{
		Name: "bars", Title: "a histogram", Kind: reports.Bars, X: reports.Axis{Label: "score"}, Y: reports.Axis{Label: "examples"},
		Series: []reports.Series{{Name: "normal", Points: []reports.Point{{X: 0, Y: 3}, {X: 1, Y: 5}, {X: 2, Y: 1}}}},
	})
	kinds := map[reports.ChartKind]bool{}
	for _, chart := range charts {
		kinds[chart.Kind] = true
		picture, err := PNG(chart)
		must(t, err)
		decoded, err := png.Decode(bytes.NewReader(picture))
		must(t, err)
		colours := map[string]bool{}
		for y := 0; y < decoded.Bounds().Dy(); y += 5 {
			for x := 0; x < decoded.Bounds().Dx(); x += 5 {
				r, g, b, _ := decoded.At(x, y).RGBA()
				colours[fmt.Sprint(r>>12, g>>12, b>>12)] = true
			}
		}
		if len(colours) < 4 {
			t.Errorf("%s has %d colours as PNG", chart.Name, len(colours))
		}
		drawing, err := SVG(chart)
		must(t, err)
		if !bytes.Contains(drawing, []byte("<path")) || !bytes.Contains(drawing, []byte("Liberation Sans")) {
			t.Errorf("%s as SVG has no path, or no sans font", chart.Name)
		}
	}
	if len(kinds) != 4 {
		t.Errorf("the kinds drawn are %v, want all four", kinds)
	}
}

// largeHeat is a heat map with more cells than there is room for numbers.
func largeHeat() reports.Chart {
	c := reports.Chart{Name: "large-heat", Title: "a large heat map", Kind: reports.Heat, Series: []reports.Series{{}}}
	for i := range 30 {
		c.X.Names = append(c.X.Names, fmt.Sprint(i))
		c.Y.Names = append(c.Y.Names, fmt.Sprint(i))
		for k := range 30 {
			c.Series[0].Points = append(c.Series[0].Points, reports.Point{X: float64(i), Y: float64(k), Low: float64(i * k), Label: "v"})
		}
	}
	return c
}

// parallelOf makes parallel coordinates of two settings.
func parallelOf(r *reports.Report) reports.Chart {
	return reports.Chart{
		Name: "parallel", Title: "the sweep", Kind: reports.Parallel, Value: "test.mse",
		Axes: []reports.Axis{{Label: "model.code", Names: []string{"2", "4"}}, {Label: "loss", Names: []string{"mse"}}, {Label: "test.mse"}},
		Series: []reports.Series{
			{Name: "a", Points: []reports.Point{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 2, Y: 0.5}}},
			{Name: "b", Points: []reports.Point{{X: 0, Y: 1}, {X: 1, Y: 0}, {X: 2, Y: 0.25}}},
		},
	}
}

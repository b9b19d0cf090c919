package page

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hourglass.dev/hourglass/reports"
)

// chromium returns the browser of this machine, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium here (Debian: apt-get install chromium)")
	return ""
}

// session is a page in a browser, with what it complained of.
type session struct {
	context.Context
	mutex      sync.Mutex
	complaints []string
}

// open opens a report in a browser without a network.
func open(t *testing.T, r *reports.Report, width int64) *session {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	s := &session{Context: ctx}
	chromedp.ListenTarget(ctx, s.hear)
	folder := t.TempDir()
	file := filepath.Join(folder, "index.html")
	out, err := os.Create(file)
	must(t, err)
	must(t, HTML(out, r))
	must(t, out.Close())
	must(t, chromedp.Run(ctx, network.Enable(), log.Enable(), emulation.SetDeviceMetricsOverride(width, 900, 1, false), chromedp.Navigate("file://"+file)))
	return s
}

// hear notes what must not happen: messages on the console, errors, and
// requests for anything but the page.
func (s *session) hear(event any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		s.complaints = append(s.complaints, fmt.Sprintf("console: %v", e.Args))
	case *runtime.EventExceptionThrown:
		s.complaints = append(s.complaints, "exception: "+e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		s.complaints = append(s.complaints, "log: "+e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, "file:") && !strings.HasPrefix(url, "data:") {
			s.complaints = append(s.complaints, "request: "+url)
		}
	}
}

func (s *session) evaluate(t *testing.T, script string, into any) {
	t.Helper()
	must(t, chromedp.Run(s, chromedp.Evaluate(script, into)))
}

// scroll passes over the whole page, so that every chart is drawn, and waits
// until they are.
const scroll = `new Promise(async (done) => {
	for (let y = 0; y < document.body.scrollHeight; y += 400) { scrollTo({ top: y, behavior: "instant" }); await new Promise((r) => setTimeout(r, 30)); }
	done(true);
})`

// undrawn are the charts without a canvas on which something is drawn.
const undrawn = `[...document.querySelectorAll("[data-chart]")].filter((box) => {
	const canvas = box.querySelector("canvas");
	if (!canvas || canvas.width === 0 || canvas.height === 0) return true;
	const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
	return !pixels.some((v) => v !== 0);
}).map((box) => box.dataset.chart)`

// withoutName are the parts that need a name and have none.
const withoutName = `[...document.querySelectorAll("[role=img], [role=region], img, input, button, section, nav, table")].filter((e) => {
	const by = e.getAttribute("aria-labelledby");
	const name = e.getAttribute("aria-label") || (by && document.getElementById(by).textContent) || e.alt || e.textContent || (e.labels && e.labels[0].textContent);
	return !name || !name.trim();
}).map((e) => e.outerHTML.slice(0, 80))`

func awaiting(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// TestThePageInABrowser opens a report wide and narrow: every chart is drawn,
// nothing is asked of a network, nothing goes wrong, nothing sticks out.
func TestThePageInABrowser(t *testing.T) {
	r := evaluated(t)
	r.Charts = append(r.Charts, parallelOf(r))
	for _, width := range []int64{1280, 400} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			s := open(t, r, width)
			var ok bool
			must(t, chromedp.Run(s, chromedp.Evaluate(scroll, &ok, awaiting)))
			var missing []string
			s.evaluate(t, undrawn, &missing)
			if len(missing) > 0 {
				t.Errorf("charts that are not drawn: %v", missing)
			}
			var charts, wide int
			s.evaluate(t, `document.querySelectorAll("[data-chart]").length`, &charts)
			if charts != len(r.Charts) {
				t.Errorf("the page has %d charts, want %d", charts, len(r.Charts))
			}
			s.evaluate(t, `document.documentElement.scrollWidth`, &wide)
			if wide > int(width) {
				t.Errorf("the page is %d pixels wide in a window of %d", wide, width)
			}
			var nameless []string
			s.evaluate(t, withoutName, &nameless)
			if len(nameless) > 0 {
				t.Errorf("a screen reader finds no name for %v", nameless)
			}
			s.mutex.Lock()
			defer s.mutex.Unlock()
			if len(s.complaints) > 0 {
				t.Errorf("the page complains:\n%s", strings.Join(s.complaints, "\n"))
			}
		})
	}
}

// TestTablesSortAndFilter clicks on the head of a column, and types into the
// filter.
func TestTablesSortAndFilter(t *testing.T) {
	s := open(t, gathered(t, []float64{2, 4, 16}, []string{"mse", "bce"}, 2), 1280)
	column := `[...document.querySelector("#table-trials").tBodies[0].rows].filter((r) => !r.hidden).map((r) => r.cells[%d].dataset.key ?? "")`
	var heads []string
	s.evaluate(t, `[...document.querySelectorAll("#table-trials th")].map((th) => th.textContent)`, &heads)
	at := slices.Index(heads, "model.code")
	if at < 0 {
		t.Fatalf("the trials have no column model.code but %v", heads)
	}
	click := fmt.Sprintf(`document.querySelectorAll("#table-trials th button")[%d].click()`, at)
	read := func() []string {
		var values []string
		s.evaluate(t, fmt.Sprintf(column, at), &values)
		return values
	}
	before := read()
	want := []string{"2", "2", "2", "2", "2", "4", "4", "4", "4", "4", "16", "16", "16", "16", "16", ""}
	for _, order := range []string{"ascending", "descending", ""} {
		s.evaluate(t, click, nil)
		expected := want
		switch order {
		case "descending":
			expected = slices.Clone(want[:15])
			slices.Reverse(expected)
			expected = append(expected, "") // what is missing stays last
		case "":
			expected = before
		}
		if got := read(); !slices.Equal(got, expected) {
			t.Errorf("sorted %q the code sizes are %q, want %q", order, got, expected)
		}
	}
	s.evaluate(t, `{ const f = document.querySelector("[data-filter=table-trials]"); f.value = "PCA"; f.dispatchEvent(new Event("input")); }`, nil)
	var status string
	s.evaluate(t, `document.querySelector("[data-count=table-trials]").textContent`, &status)
	if got := read(); len(got) != 3 || status != "3 of 16 rows" {
		t.Errorf("filtered by PCA there are %d rows, and the page says %q", len(got), status)
	}
}

// TestAThousandTrialsOpen measures how long the page takes to open.
func TestAThousandTrialsOpen(t *testing.T) {
	s := open(t, thousand(t), 1280)
	var took float64
	s.evaluate(t, `performance.getEntriesByType("navigation")[0].loadEventEnd`, &took)
	t.Logf("1,000 trials open in %.0f ms", took)
	if took <= 0 || took > 10_000 { // a second on an idle machine; tests share theirs
		t.Errorf("1,000 trials open in %.0f ms", took)
	}
}

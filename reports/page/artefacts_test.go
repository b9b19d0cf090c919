package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

// evaluate keeps artefacts, such as evaluations make, of all trials that were
// trained.
func evaluate(t testing.TB, s *store.Store, e *experiments.Experiment) {
	t.Helper()
	for _, trial := range e.Trials {
		if trial.Baseline {
			continue
		}
		must(t, s.PutArtefacts(trial.ID, []store.Artefact{
			{Name: "roc.anomaly", Media: "application/json", Data: []byte(`{"kind":"line","title":"receiver operating characteristic","x":"false-positive rate","y":"recall","points":[[0,0],[0,0.6],[0.2,0.9],[1,1]]}`)},
			{Name: "scores.anomaly", Media: "application/json", Data: scores(t)},
			{Name: "series.anomaly", Media: "application/json", Data: []byte(`{"kind":"series","title":"the test series","x":"step","y":"value","series":{"lines":[{"name":"a","steps":[5,6,7],"values":[1,2,3]},{"name":"b","steps":[5,6,7],"values":[3,2,1]}],"level":0,"spans":[[6,7]],"spans_name":"labelled anomalous"}}`)},
			{Name: "step-scores.anomaly", Media: "application/json", Data: fmt.Appendf(nil, `{"kind":"series","title":"scores along the test series","x":"step","y":"score","series":{"lines":[{"name":"score","steps":[5,6,7],"values":[0.1,0.2,0.%s]}],"level":0.15,"level_name":"threshold","spans":[[6,7]],"spans_name":"labelled anomalous"}}`, onlyDigits(trial.ID))},
			{Name: "unsound", Media: "application/json", Data: []byte(`{"kind":"series","series":{"lines":[{"name":"a","steps":[5,6],"values":[1]}]}}`)},
			{Name: "code-map", Media: "application/json", Data: codeMap(t)},
			{Name: "error-by-label", Media: "application/json", Data: []byte(`{"kind":"bars","title":"error by class","x":"class","y":"mse","points":[[0,0.1],[1,0.3]],"classes":["zero","one"]}`)},
			{Name: "contact-sheet", Media: "image/png", Data: sheet(t)},
			{Name: "unknown", Media: "application/json", Data: []byte(`{"kind":"scatter","points":{}}`)},
			{Name: "page", Media: "text/html", Data: []byte("<script>alert(1)</script>")},
			{Name: "drawing", Media: "image/svg+xml", Data: []byte("<svg onload='alert(1)'/>")},
		}))
	}
}

// onlyDigits are the digits in an id.
func onlyDigits(id string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, id)
}

// drawn is a chart as evaluations keep it.
type drawn struct {
	Kind    string       `json:"kind"`
	Title   string       `json:"title"`
	X       string       `json:"x"`
	Y       string       `json:"y"`
	Points  [][2]float64 `json:"points"`
	Labels  []int        `json:"labels"`
	Classes []string     `json:"classes"`
}

func scores(t testing.TB) []byte {
	d := drawn{Kind: "scatter", Title: "scores of the test examples", X: "example", Y: "score", Classes: []string{"normal", "anomalous"}}
	for i := range 400 {
		class := i % 4 / 3
		d.Points = append(d.Points, [2]float64{float64(i), 0.02 + 0.03*float64(class) + 0.02*math.Sin(float64(i))})
		d.Labels = append(d.Labels, class)
	}
	return marshalled(t, d)
}

func codeMap(t testing.TB) []byte {
	d := drawn{Kind: "scatter", Title: "codes of test examples", X: "code[0]", Y: "code[1]", Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}}
	for i := range 2000 {
		class, turn := i%10, float64(i)*0.618
		d.Points = append(d.Points, [2]float64{3*math.Cos(float64(class)) + math.Cos(turn), 3*math.Sin(float64(class)) + math.Sin(turn)*math.Sin(float64(i))})
		d.Labels = append(d.Labels, class)
	}
	return marshalled(t, d)
}

func marshalled(t testing.TB, d drawn) []byte {
	text, err := json.Marshal(d)
	must(t, err)
	return text
}

func sheet(t testing.TB) []byte {
	picture := image.NewGray(image.Rect(0, 0, 240, 120))
	for y := range 120 {
		for x := range 240 {
			picture.SetGray(x, y, color.Gray{Y: uint8(x ^ y)})
		}
	}
	var out bytes.Buffer
	must(t, png.Encode(&out, picture))
	return out.Bytes()
}

// evaluated is a report of trials with artefacts.
func evaluated(t testing.TB) *reports.Report {
	t.Helper()
	e := experiment([]float64{2, 4, 8}, []string{"mse", "bce"}, 2)
	s := filled(t, e)
	evaluate(t, s, e)
	r, err := reports.Gather(s, e)
	must(t, err)
	return r
}

// TestArtefactsAreShown: pictures as pictures, drawings of known forms as
// charts, and nothing that could do anything.
func TestArtefactsAreShown(t *testing.T) {
	r := evaluated(t)
	var names []string
	for _, c := range r.Charts {
		if c.Evaluation {
			names = append(names, fmt.Sprintf("%.13s %s %d", c.Name, c.Kind, len(c.Series)))
		}
	}
	want := []string{
		"code-map-3d00 lines 10", "code-map-3200 lines 10", "code-map-3d00 lines 10", "code-map-3200 lines 10", "code-map-3d00 lines 10", "code-map-3200 lines 10",
		"error-by-labe bars 6", "roc-anomaly lines 6",
		"scores-anomal bars 2", "scores-anomal bars 2", "scores-anomal bars 2", "scores-anomal bars 2", "scores-anomal bars 2", "scores-anomal bars 2",
		"series-anomal lines 2", // once, as it is the same for all
		"step-scores-a lines 2", "step-scores-a lines 2", "step-scores-a lines 2", "step-scores-a lines 2", "step-scores-a lines 2", "step-scores-a lines 2",
	}
	if slices.Sort(names); !slices.Equal(names, sorted(want)) {
		t.Errorf("the charts of evaluations are\n%q\nwant\n%q", names, want)
	}
	folder := t.TempDir()
	written, err := Write(folder, r)
	must(t, err)
	pictures := slices.DeleteFunc(slices.Clone(written), func(name string) bool { return !strings.HasPrefix(name, "pictures/") })
	if len(pictures) != 6 {
		t.Errorf("the pictures beside the page are %v, want one for each of 6 settings", pictures)
	}
	page, err := os.ReadFile(filepath.Join(folder, "index.html"))
	must(t, err)
	if n := bytes.Count(page, []byte("data:image/png;base64,")); n != 6 {
		t.Errorf("the page carries %d pictures, want 6", n)
	}
	for _, wrong := range []string{"alert(1)", "svg+xml", "onload"} {
		if bytes.Contains(page, []byte("\""+wrong)) || bytes.Contains(page, []byte("<script>"+wrong)) {
			t.Errorf("the page contains %s", wrong)
		}
	}
}

func sorted(words []string) []string {
	slices.Sort(words)
	return words
}

// TestHistogramsAreShares: those of each class add up to one.
func TestHistogramsAreShares(t *testing.T) {
	checked := 0
	for _, c := range evaluated(t).Charts {
		if !strings.HasPrefix(c.Name, "scores") {
			continue
		}
		for _, s := range c.Series {
			sum := 0.0
			for _, p := range s.Points {
				sum += p.Y
			}
			if checked++; math.Abs(sum-1) > 1e-12 {
				t.Errorf("%s of %s adds up to %v", s.Name, c.Name, sum)
			}
		}
	}
	if checked == 0 {
		t.Error("there are no histograms")
	}
}

// TestPicturesHaveABudget: what is too much for the page is beside it, and the
// page says so.
func TestPicturesHaveABudget(t *testing.T) {
	large := make([]byte, mostEmbedded/2-10)
	all := []reports.Picture{{Media: "image/png", Data: large}, {Media: "image/png", Data: large}, {Media: "image/png", Data: large}, {Media: "text/html"}}
	shown, leftOut := embedded(all)
	if len(shown) != 2 || leftOut != "1 more are in the folder pictures beside this page." {
		t.Errorf("%d pictures are shown, and the page says %q", len(shown), leftOut)
	}
}

// TestSpansAreShaded in every form of a chart.
func TestSpansAreShaded(t *testing.T) {
	shaded := 0
	for _, c := range evaluated(t).Charts {
		if !strings.HasPrefix(c.Name, "step-scores") {
			continue
		}
		shaded++
		with, err := SVG(c)
		must(t, err)
		bare := c
		bare.Spans = nil
		without, err := SVG(bare)
		must(t, err)
		if !bytes.Contains(with, []byte("labelled anomalous")) || bytes.Count(with, []byte("<path")) < bytes.Count(without, []byte("<path"))+2 { // the span and its thumbnail
			t.Errorf("%s: the span is not drawn", c.Name)
		}
		data, err := json.Marshal(c)
		must(t, err)
		if !bytes.Contains(data, []byte(`"Spans":[[6,7]]`)) || !strings.HasSuffix(c.About, "; shaded: labelled anomalous.") {
			t.Errorf("%s, about %q", data, c.About)
		}
		if threshold := c.Series[1]; threshold.Name != "threshold" || threshold.Points[0] != (reports.Point{X: 5, Y: 0.15}) || threshold.Points[1] != (reports.Point{X: 7, Y: 0.15}) {
			t.Errorf("the threshold is %+v", threshold)
		}
	}
	if shaded != 6 {
		t.Errorf("%d charts are shaded, wanted 6", shaded)
	}
}

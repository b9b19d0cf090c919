package reports

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

func noted(note string, r experiments.Reported) experiments.Reported {
	r.Note = note
	return r
}

// reportedBy returns a value that somebody published of the trials given.
func reportedBy(source, metric string, value, tolerance float64, trials ...Trial) experiments.Reported {
	r := experiments.Reported{About: "these", Metric: metric, Value: value, Source: source}
	if tolerance > 0 {
		r.Tolerance = &tolerance
	}
	for _, t := range trials {
		r.IDs = append(r.IDs, t.ID)
	}
	return r
}

// published is the code-size experiment with what two papers say of it. The
// means are 0.0427 and 0.0457 for a code of 2, 0.0214 and 0.0229 for one of 8.
func published() ([]Trial, Layout) {
	trials := codeSize([]float64{2, 8}, losses[:2], 3)
	of := func(code float64, loss string) []Trial {
		return []Trial{*find(trials, code, loss, 1), *find(trials, code, loss, 2), *find(trials, code, loss, 3)}
	}
	for seed := 1; seed <= 3; seed++ {
		find(trials, 8, "l1", seed).unset(store.Waiting)
	}
	l := layout([]string{"model.code"}, []string{"loss"})
	l.Reported = []experiments.Reported{
		reportedBy("A & B, table 1", "test.mse", 0.0425, 0.0003, of(2, "mse")...),
		reportedBy("A & B, table 1", "test.mse", 0.045, 0.0005, of(2, "l1")...),
		reportedBy("C, p. 5", "test.mse", 0.02, 0, of(8, "mse")...),
		reportedBy("D", "test.mse", 0.0213, 0.001, of(8, "mse")...),
		reportedBy("C, p. 5", "test.mse", 0.03, 0.001, of(8, "l1")...),
		noted("of another split", reportedBy("E", "test.mse", 0.045, 0.001, pcaOf(8))),
		reportedBy("F", "test.mse", 0.03, 0.001, of(8, "mse")[0]),
		reportedBy("G", "test.l1", 0.03, 0.001, of(8, "mse")...), // of a metric that is not shown
	}
	return trials, l
}

func TestReportedValuesReadInEveryFormat(t *testing.T) {
	trials, l := published()
	table := mustCompare(t, trials, l)
	for ending, view := range map[string]func(io.Writer) error{
		"txt": table.Text, "md": table.Markdown, "csv": table.CSV, "json": table.JSON, "tex": table.LaTeX,
	} {
		golden(t, "reported."+ending, written(t, view))
	}
	l.Rows, l.Columns = []string{"model.code", "loss"}, nil
	golden(t, "reported-rows.txt", written(t, mustCompare(t, trials, l).Text))
}

func TestReportedValuesSayWhetherTheResultAgrees(t *testing.T) {
	trials, l := published()
	var object struct {
		Cells []struct {
			Model   string
			Metrics map[string]*struct {
				Mean     *float64
				Reported []struct {
					Value, Difference float64
					Within            *bool
				}
			}
		}
	}
	if err := json.Unmarshal(written(t, mustCompare(t, trials, l).JSON), &object); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, cell := range object.Cells {
		for _, r := range cell.Metrics["test.mse"].Reported {
			switch {
			case r.Within == nil:
				got = append(got, "unknown")
			case *r.Within:
				got = append(got, "within")
			default:
				got = append(got, "outside")
			}
			if mean := cell.Metrics["test.mse"].Mean; mean != nil && *mean-r.Value != r.Difference {
				t.Errorf("%s: %v − %v is not %v", cell.Model, *mean, r.Value, r.Difference)
			}
		}
	}
	// In the order of the cells: 2 mse, 2 l1, 8 mse twice, 8 l1 without a result, PCA in both columns.
	want := []string{"within", "outside", "unknown", "within", "unknown", "within", "within"}
	if !slices.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}

func TestLayoutShowsTheMetricsOfReportedValues(t *testing.T) {
	l := LayoutOf(&experiments.Experiment{
		Compare:  experiments.Compare{Metrics: []string{"test.mse"}},
		Reported: []experiments.Reported{{Metric: "test.mse"}, {Metric: "validation.mse"}, {Metric: "validation.mse"}},
	})
	if got := strings.Join(l.Metrics, " "); got != "test.mse validation.mse" {
		t.Errorf("got %s", got)
	}
}

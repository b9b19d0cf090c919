package reports

import (
	"strings"
	"testing"

	"hourglass.dev/hourglass/store"
)

// single is an experiment without a sweep: one trial, and a baseline.
func single() []Trial {
	seed := 1
	record := func(family string, seed *int, mse float64) Trial {
		return Trial{Record: store.Record{ID: family, Family: family, Seed: seed, State: store.Done, Metrics: map[string]float64{"test.mse": mse}}}
	}
	return []Trial{record("undercomplete", &seed, 0.2), record("mean", nil, 0.5)}
}

func TestOnlyChangedLeavesATableOfOneTrialItsMetric(t *testing.T) {
	table, err := Compare(single(), Layout{Metrics: []string{"test.mse"}, Rows: []string{"family"}, OnlyChanged: true})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := table.Text(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "0.2") {
		t.Errorf("the trial's mse is missing:\n%s", &out)
	}
}

func TestCSVNamesTheFamilyOfABaseline(t *testing.T) {
	table, err := Compare(single(), Layout{Metrics: []string{"test.mse"}, Rows: []string{"family"}})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := table.CSV(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\nundercomplete,undercomplete,") || !strings.Contains(out.String(), "\nmean,mean,") {
		t.Errorf("a row for each family:\n%s", &out)
	}
}

package reports

import (
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

func TestViolations(t *testing.T) {
	seed := 1
	trial := Trial{Record: store.Record{Seed: &seed, State: store.Done, Metrics: map[string]float64{"test.mse": 0.5}}}
	for op, want := range map[string]int{"<": 1, "<=": 0, ">": 1, ">=": 0} {
		expected := []experiments.Expectation{{Metric: "test.mse", Op: op, Value: 0.5}}
		if got := Violations(trial, expected); len(got) != want {
			t.Errorf("0.5 %s 0.5: %q", op, got)
		}
	}
	missing := []experiments.Expectation{{Metric: "test.fvu", Op: ">", Value: 0}}
	if len(Violations(trial, missing)) != 1 {
		t.Error("a metric that is missing meets no expectation")
	}
	trial.Seed = nil
	if Violations(trial, missing) != nil {
		t.Error("nothing is expected of a baseline")
	}
}

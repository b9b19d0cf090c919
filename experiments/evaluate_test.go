package experiments_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hourglass.dev/hourglass/experiments"
)

// An evaluation that names no split is measured on both, where there are
// examples to measure it on; the one of the test split is what it was before
// there were twins, so that it is not measured again.
func TestEvaluationsHaveTwinsOnTheValidationSplit(t *testing.T) {
	test := experiments.Setting{"kind": "anomaly", "level": 0.95}
	twin := experiments.Setting{"kind": "anomaly", "level": 0.95, "split": "validation"}
	other := experiments.Setting{"kind": "reconstruction"}
	names := []string{"test.anomaly.auroc", "validation.anomaly.auroc"}
	for _, c := range []struct {
		data, evaluate string
		want           []experiments.Setting
		metrics        []string
	}{
		{"{kind: mnist, validation: 10}", "anomaly", []experiments.Setting{test, twin, other}, names},
		{"{kind: mnist, validation: 10}", "{anomaly: {split: test}}", []experiments.Setting{test, other}, names[:1]},
		{"{kind: mnist, validation: 10}", "{anomaly: {split: validation}}", []experiments.Setting{twin, other}, names[1:]},
		{"mnist", "anomaly", []experiments.Setting{test, other}, names[:1]},
	} {
		e := read(t, header+"data: "+c.data+"\nmodel: {encoder: [64], code: 8}\nevaluate: "+c.evaluate+"\n")
		if diff := cmp.Diff(c.want, e.Evaluate); diff != "" {
			t.Errorf("evaluate: %s on %s:\n%s", c.evaluate, c.data, diff)
		}
		if !cmp.Equal(e.Evaluated, c.metrics) {
			t.Errorf("evaluate: %s on %s has the metrics %v, want %v", c.evaluate, c.data, e.Evaluated, c.metrics)
		}
	}
}

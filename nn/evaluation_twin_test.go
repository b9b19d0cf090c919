package nn

import (
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// A twin measures the validation split as the evaluation measures the test split:
// where both hold the same examples, all figures that both have are the same.
func TestTwinOnTheSameExamplesFindsTheSame(t *testing.T) {
	s := subject(t, 16, registry.Tree{
		"model": registry.Tree{"encoder": []any{12.0}, "code": 2.0, "bottleneck": "gaussian", "output": "sigmoid"},
		"loss":  registry.Tree{"kind": "bce", "reduce": "sum"},
	})
	s.Shape = Shape{4, 4, 1}
	s.Classes = []string{"a", "b", "c"}
	s.TrainLabels, s.TestLabels = madeLabels(s.Train), madeLabels(s.Test)
	s.Factors, s.TestFactors = []string{"f"}, made(s.Test.Rows, 1, 3)
	s.Validation, s.ValidationLabels, s.ValidationFactors = s.Test, s.TestLabels, s.TestFactors
	known := Evaluated{Traits: s.Traits, Training: 300, Held: 200, Tested: 200, Classes: s.Classes, Factors: s.Factors}
	for _, kind := range evaluations.Names() {
		given := registry.Tree{"kind": kind}
		if kind == "anomaly" {
			given["normal"] = []any{"b"}
		}
		here, there := s.evaluated(t, given, known), s.evaluated(t, given.With("split", "validation"), known)
		for name, value := range there {
			if test := here["test."+strings.TrimPrefix(name, "validation.")]; test != value {
				t.Errorf("%s is %v, and that of the test split %v", name, value, test)
			}
		}
		missing := len(here) - len(there)
		if kind == "anomaly" && missing != 2 || kind != "anomaly" && missing != 0 {
			t.Errorf("%s has %d metrics, its twin %d", kind, len(here), len(there))
		}
	}
}

// evaluated returns the metrics of an evaluation, all of which it names.
func (s *Subject) evaluated(t *testing.T, given registry.Tree, known Evaluated) map[string]float64 {
	t.Helper()
	part, mistakes := evaluations.Resolve(given)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	names, mistakes := CheckEvaluation(part.(registry.Tree), known)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	found, err := s.Evaluate(part.(registry.Tree))
	if err != nil {
		t.Fatal(err)
	}
	for name := range found.Metrics {
		if !slices.Contains(names, name) {
			t.Errorf("%s measures %s, which it does not name", given.Kind(), name)
		}
	}
	if twin := given["split"] != nil; twin && len(found.Pictures)+len(found.Charts) > 0 {
		t.Errorf("%s draws the validation split", given.Kind())
	}
	return found.Metrics
}

func TestTwinsNeedWhatTheyMeasure(t *testing.T) {
	part, mistakes := evaluations.Resolve(registry.Tree{"kind": "anomaly", "split": "validation"})
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	data := Evaluated{Training: 100, Held: 50, Tested: 50, Classes: []string{"a", "b"}, Normal: true}
	names, mistakes := CheckEvaluation(part.(registry.Tree), data)
	if len(names) > 0 || len(mistakes) != 1 || mistakes[0].Path != "split" {
		t.Errorf("normal examples alone tell nothing apart: %v, %v", names, mistakes)
	}
	part = part.(registry.Tree).With("normal", []any{"a"})
	if names, mistakes := CheckEvaluation(part.(registry.Tree), data); len(names) != 4 || len(mistakes) > 0 {
		t.Errorf("of the classes that are there, some may be anomalous: %v, %v", names, mistakes)
	}
	data.Held = 0
	if _, mistakes := CheckEvaluation(part.(registry.Tree), data); len(mistakes) != 1 || mistakes[0].Path != "split" {
		t.Errorf("there is no validation split: %v", mistakes)
	}
}

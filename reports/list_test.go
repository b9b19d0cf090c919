package reports

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"hourglass.dev/hourglass/store"
)

// someTrials returns trials in all states, baselines among them.
func someTrials() []Trial {
	trials := codeSize([]float64{8, 32}, []string{"mse", "l1"}, 1)
	find(trials, 8, "l1", 1).unset(store.Diverged).DivergedStep = 812
	failed := find(trials, 32, "mse", 1).unset(store.Failed)
	failed.Failure, failed.Machine = "read batch: input/output error", store.Machine{}
	waiting := find(trials, 32, "l1", 1).unset(store.Waiting)
	waiting.Epochs, waiting.Seconds, waiting.ExamplesPerSecond, waiting.Machine = 0, 0, nil, store.Machine{}
	waiting.Places[0].Case, waiting.Places[0].Values["loss"] = "robust | long", "{kind: huber, delta: 0.5, reduce: mean}"
	done := find(trials, 8, "mse", 1)
	done.Created = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	done.Finished = done.Created.Add(18 * time.Second)
	return derive(trials)
}

func TestListReads(t *testing.T) {
	l := List(someTrials(), nil, nil, false)
	var text, markdown, csv, object bytes.Buffer
	for _, err := range []error{l.Text(&text), l.Markdown(&markdown), l.CSV(&csv), l.JSON(&object)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "list.txt", text.Bytes())
	golden(t, "list.md", markdown.Bytes())
	golden(t, "list.csv", csv.Bytes())
	golden(t, "list.json", object.Bytes())

	var changed bytes.Buffer
	if err := List(codeSize([]float64{8, 32}, losses[:1], 2)[3:], nil, []string{"test.mse", "epochs"}, true).Text(&changed); err != nil {
		t.Fatal(err)
	}
	golden(t, "list-only-changed.txt", changed.Bytes())
}

func TestListOfNothing(t *testing.T) {
	var text, object bytes.Buffer
	l := List(nil, nil, nil, false)
	if err := l.Text(&text); err != nil || text.String() != "no trials\n" {
		t.Errorf("got %q, %v", text.String(), err)
	}
	if err := l.JSON(&object); err != nil || object.Len() > 0 {
		t.Errorf("got %q, %v", object.String(), err)
	}
}

// The names are a promise to scripts.
func TestListJSONHasThePromisedNames(t *testing.T) {
	var out bytes.Buffer
	if err := List(someTrials(), nil, nil, false).JSON(&out); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(&out)
	for decoder.More() {
		var object map[string]any
		if err := decoder.Decode(&object); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"id", "experiment", "case", "family", "seed", "state", "setting", "epochs", "seconds",
			"examples_per_second", "parameters", "weights_sha256", "metrics"} {
			value, ok := object[name]
			if !ok {
				t.Errorf("%v has no %s", object["id"], name)
			}
			baseline := object["family"] == "pca" || object["family"] == "mean"
			if null := name == "seed" || name == "weights_sha256" || name == "examples_per_second"; baseline && null && value != nil {
				t.Errorf("a baseline has the %s %v", name, value)
			}
		}
		if _, ok := object["setting"].(map[string]any); !ok {
			t.Errorf("the setting is %T", object["setting"])
		}
	}
}

package store

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hourglass.dev/hourglass/experiments"
)

// anomaly is an evaluation with everything that one may have.
var anomaly = Evaluation{
	Setting: tree{"kind": "anomaly", "quantile": 0.95}, Numerics: 1, Seconds: 0.5,
	Metrics: map[string]float64{"test.anomaly.auroc": 0.75}, Notes: []string{"few examples"},
	Artefacts: []Artefact{{Name: "roc.anomaly", Media: "application/json", Data: []byte("[[0,0],[1,1]]")}},
}

func TestEvaluations(t *testing.T) {
	s, id := begun(t)
	if err := s.AddEvaluation(id, anomaly); !errors.Is(err, ErrNotDone) {
		t.Errorf("want ErrNotDone for a running trial, got %v", err)
	}
	must(t, s.Finish(id, resultOf(Done)))
	must(t, s.AddEvaluation(id, anomaly))
	want := map[string]float64{"test.anomaly.auroc": 0.75, "test.mse": 0.5}
	if diff := cmp.Diff(want, get(t, s, id).Metrics); diff != "" {
		t.Error(diff)
	}
	found, err := s.Evaluations([]string{id})
	must(t, err)
	expected := anomaly
	expected.ID, expected.Artefacts = experiments.EvaluationID(id, anomaly.Setting, 1), nil
	if diff := cmp.Diff(map[string][]Evaluation{id: {expected}}, found, cmpopts.IgnoreFields(Evaluation{}, "Finished")); diff != "" {
		t.Error(diff)
	}
	before := dump(t, s)
	must(t, s.AddEvaluation(id, anomaly)) // the same again
	for reason, change := range map[error]float64{ErrFinal: 0.25, ErrNotFinite: math.NaN()} {
		other := anomaly
		other.Setting = tree{"kind": "anomaly", "quantile": 0.5}
		other.Metrics = map[string]float64{"test.anomaly.auroc": 0.75, "test.mse": change}
		if errors.Is(reason, ErrNotFinite) {
			other.Metrics = map[string]float64{"test.anomaly.f1": change}
		}
		if err := s.AddEvaluation(id, other); !errors.Is(err, reason) {
			t.Errorf("%v: want %v, got %v", change, reason, err)
		}
	}
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("something was recorded:\n%s", diff)
	}
	sound(t, s)
}

func TestEvaluationsMayShareAMetric(t *testing.T) {
	s, id := begun(t)
	must(t, s.Finish(id, resultOf(Done)))
	must(t, s.AddEvaluation(id, anomaly))
	other := anomaly
	other.Setting = tree{"kind": "anomaly", "quantile": 0.5}
	other.Metrics = map[string]float64{"test.anomaly.auroc": 0.75, "test.anomaly.f1": 0.5}
	must(t, s.AddEvaluation(id, other))
	found, err := s.Evaluations([]string{id})
	must(t, err)
	if len(found[id]) != 2 || len(get(t, s, id).Metrics) != 3 {
		t.Errorf("want two evaluations with two metrics together, got %+v", found)
	}
	sound(t, s)
}

func TestArtefactsAreReplacedByName(t *testing.T) {
	s, id := begun(t)
	picture := Artefact{Name: "samples", Media: "image/png", Data: []byte{1, 2}}
	if err := s.PutArtefacts(id, []Artefact{picture}); !errors.Is(err, ErrNotDone) {
		t.Errorf("want ErrNotDone for a running trial, got %v", err)
	}
	must(t, s.Finish(id, resultOf(Done)))
	map2d := Artefact{Name: "code-map", Media: "application/json", Data: []byte("{}")}
	must(t, s.PutArtefacts(id, []Artefact{picture, map2d}))
	picture.Data = []byte{3}
	must(t, s.PutArtefacts(id, []Artefact{picture}))
	found, err := s.Artefacts(id)
	must(t, err)
	if diff := cmp.Diff([]Artefact{map2d, picture}, found); diff != "" {
		t.Error(diff)
	}
	if err := s.PutArtefacts(id, []Artefact{{Name: "nothing"}}); err == nil {
		t.Error("an artefact without a media type must be refused")
	}
}

// withoutRunning makes trials that run the same as those that wait, which they
// are in a copy.
func withoutRunning(text string) string {
	return strings.ReplaceAll(text, `"state":"running"`, `"state":"waiting"`)
}

// Evaluations travel between stores, to trials that are new there and to
// trials that are done in both, and go with their trials.
func TestEvaluationsAreMergedAndCollected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "evaluated.db")
	evaluated, err := Open(path)
	must(t, err)
	everything(t, evaluated)
	want := string(export(t, evaluated, true))
	must(t, evaluated.Close())
	fresh, done := newStore(t), newStore(t)
	e := experiment("code-size", 2, 8, 32)
	must(t, done.Register(e, 1))
	must(t, done.Start(e.Trials[0].ID, machine))
	must(t, done.Checkpoint(e.Trials[0].ID, []Epoch{epochRow(1), epochRow(2)}, nil, Progress{Epochs: 2}))
	result := resultOf(Done)
	result.Machine, result.WeightsSHA256 = machine, e.Trials[0].ID
	must(t, done.Finish(e.Trials[0].ID, result))
	for name, s := range map[string]*Store{"absent": fresh, "done": done} {
		merged, err := s.Merge(path)
		must(t, err)
		if len(merged.Conflicts) > 0 {
			t.Errorf("%s: no conflict here, got %v", name, merged.Conflicts)
		}
		sound(t, s)
		found, err := s.Evaluations([]string{e.Trials[0].ID})
		must(t, err)
		artefacts, err := s.Artefacts(e.Trials[0].ID)
		must(t, err)
		if len(found[e.Trials[0].ID]) != 1 || len(artefacts) != 2 {
			t.Errorf("%s: want an evaluation and two artefacts, got %v and %v", name, found, artefacts)
		}
	}
	if _, err := fresh.Merge(path); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(withoutRunning(want), withoutRunning(string(export(t, fresh, true)))); diff != "" {
		t.Errorf("the merged store differs:\n%s", diff)
	}
	must(t, fresh.Register(&experiments.Experiment{Name: "code-size", Text: []byte("name: code-size")}, 1))
	_, err = fresh.Collect()
	must(t, err)
	for table, rows := range dump(t, fresh) {
		if len(rows) > 0 && (table == "evaluations" || table == "artefacts" || table == "metrics") {
			t.Errorf("%s outlive their trials: %v", table, rows)
		}
	}
}

package reports

import (
	"path/filepath"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// TestReadFindsPCAThatTheFilterLeavesOut stores a trial and the PCA beside it,
// and reads the trial alone.
func TestReadFindsPCAThatTheFilterLeavesOut(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "hourglass.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	trial, pca := trialOf(8, "mse", 1), pcaOf(8)
	for _, name := range []string{"code-size", "other"} {
		e := &experiments.Experiment{Name: name, Seeds: []int{1}, Axes: []string{"model.code", "loss"}, Trials: []experiments.Trial{
			{ID: pca.ID, Setting: pca.Setting, Data: pca.Data, Baseline: true, Family: "pca"},
			{ID: trial.ID, Setting: trial.Setting, Data: trial.Data, Seed: 1, Family: trial.Family,
				Places: []experiments.Place{{Values: map[string]string{"model.code": "8", "loss": name}}}},
		}}
		if err := s.Register(e, 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, done := range []Trial{trial, pca} {
		if _, err := s.Claim(done.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(done.ID, done.Machine); err != nil {
			t.Fatal(err)
		}
		result := store.Result{State: store.Done, Epochs: done.Epochs, WeightsSHA256: done.WeightsSHA256, Metrics: done.Metrics, Series: done.Series}
		if err := s.Finish(done.ID, result); err != nil {
			t.Fatal(err)
		}
	}

	trials, err := Read(s, store.Filter{Family: "undercomplete", Experiment: "other"})
	if err != nil {
		t.Fatal(err)
	}
	if len(trials) != 1 || len(trials[0].Places) != 1 || trials[0].Places[0].Values["loss"] != "other" {
		t.Fatalf("got %+v", trials)
	}
	want := derive([]Trial{trial, pca})[0].Metrics
	for _, name := range []string{"test.gain_over_pca", "test.pca_dims"} {
		if got, ok := trials[0].Metrics[name]; !ok || got != want[name] {
			t.Errorf("%s: got %v, want %v", name, got, want[name])
		}
	}
}

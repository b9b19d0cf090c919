package store

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckDigestsFindsForgeries forges one thing of a sound store at a time.
func TestCheckDigestsFindsForgeries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hourglass.db")
	s := reopen(t, path)
	e := experiment("code-size", 8)
	must(t, s.Register(e, 1))
	trial := e.Trials[0].ID
	weights := id("2")
	must(t, s.Start(trial, machine))
	must(t, s.Checkpoint(trial, []Epoch{epochRow(1), epochRow(2)}, nil, Progress{Epochs: 2}))
	must(t, s.Finish(trial, Result{State: Done, Epochs: 2, Metrics: map[string]float64{"test.mse": 1}, WeightsSHA256: weights}))
	names := map[string]string{} // the id that a record should have, by data and code
	key := func(r Record) string { return r.Data + r.Family + strings.Repeat("'", seedIn(r)) }
	for _, trial := range e.Trials {
		record, err := s.Trial(trial.ID)
		must(t, err)
		names[key(record)] = trial.ID
	}
	name := func(r Record) string { return names[key(r)] }
	check := func(want string) {
		t.Helper()
		problems, err := s.CheckDigests(name)
		must(t, err)
		if got := strings.Join(problems, "\n"); got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	check("")
	db := execute(t, path, "DROP TRIGGER final_trials_never_change",
		"UPDATE trials SET weights_sha256 = '"+id("3")+"' WHERE id = '"+trial+"'")
	check(short(trial) + " ended with weights that it had after no epoch")
	if _, err := db.Exec("UPDATE trials SET weights_sha256 = '" + weights + "', data = 'other' WHERE id = '" + trial + "'"); err != nil {
		t.Fatal(err)
	}
	check(short(trial) + " has the id of another setting, data, seed or numerics")
}

func seedIn(r Record) int {
	if r.Seed == nil {
		return 0
	}
	return *r.Seed
}

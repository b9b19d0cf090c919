package store

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Two stores that reached the same results in another order, at another time,
// on another machine and after other revisions export the same bytes.
func TestCanonicalExportsOfEqualResultsAreEqual(t *testing.T) {
	e := experiment("code-size", 2, 8)
	fill := func(s *Store, ids []string, m Machine, seconds float64) {
		for _, id := range ids {
			must(t, s.Start(id, m))
			row := epochRow(1)
			row.Seconds = seconds
			must(t, s.Checkpoint(id, []Epoch{row}, nil, Progress{Epochs: 1, Seconds: seconds}))
			result := resultOf(Done)
			result.Seconds, result.ExamplesPerSecond, result.Machine = seconds, &seconds, m
			must(t, s.Finish(id, result))
		}
	}
	ids := []string{e.Trials[0].ID, e.Trials[2].ID, e.Trials[4].ID}
	a, b := newStore(t), newStore(t)
	must(t, a.Register(e, 1))
	fill(a, ids, machine, 1)

	must(t, b.Register(experiment("code-size", 8), 1))
	must(t, b.Register(experiment("another", 2), 1))
	must(t, a.Register(experiment("another", 2), 1))
	time.Sleep(2 * time.Millisecond) // so that the times differ
	moved := experiment("code-size", 2, 8)
	moved.File, moved.Dir = "/elsewhere/code-size.yaml", "/elsewhere"
	must(t, b.Register(moved, 1))
	slices.Reverse(ids)
	fill(b, ids, Machine{Kernel: "neon", Arch: "arm64"}, 2)

	if diff := cmp.Diff(string(export(t, a, true)), string(export(t, b, true))); diff != "" {
		t.Errorf("canonical exports differ:\n%s", diff)
	}
	if bytes.Equal(export(t, a, false), export(t, b, false)) {
		t.Error("exports with times and machines are the same")
	}
	must(t, a.AddEvaluation(ids[0], anomaly))
	if bytes.Equal(export(t, a, true), export(t, b, true)) {
		t.Error("canonical exports of other results are the same")
	}
}

func TestExportHasALineForEachTrial(t *testing.T) {
	s := newStore(t)
	everything(t, s)
	for _, canonical := range []bool{false, true} {
		var ids []string
		kinds := map[string]int{}
		for text := range strings.Lines(string(export(t, s, canonical))) {
			var l line
			must(t, json.Unmarshal([]byte(text), &l))
			kinds[l.Kind]++
			if l.Kind == "trial" {
				ids = append(ids, l.ID)
			}
			if timed := strings.Contains(text, "seconds") || strings.Contains(text, "machine") || strings.Contains(text, "created"); canonical && timed {
				t.Errorf("a canonical line tells of times or machines: %s", text)
			}
		}
		if kinds["trial"] != 9 || canonical != (kinds["experiment"] == 1) || canonical != slices.IsSorted(ids) {
			t.Errorf("canonical %v: %v, %v", canonical, kinds, ids)
		}
	}
}

func TestCheckFindsWhatContradictsTheContract(t *testing.T) {
	for sentence, damage := range map[string][]string{
		"trial 45c3573fbc is done and still has a checkpoint":               {"INSERT INTO checkpoints SELECT number, 1, x'00' FROM trials WHERE state = 'done'"},
		"trial 45c3573fbc is done without a metric":                         {"DELETE FROM metrics"},
		"trial f0b4f45fc7 is running and has metrics":                       {"INSERT INTO metrics SELECT number, 'test.mse', 1, NULL FROM trials WHERE state = 'running'"},
		"trial 45c3573fbc lacks a row in its curve: it has 1 up to epoch 2": {"DELETE FROM epochs WHERE epoch = 1"},
		"trial 45c3573fbc is diverged and has an evaluation":                {"DROP TRIGGER final_trials_never_change", "UPDATE trials SET state = 'diverged' WHERE state = 'done'"},
		"trial f0b4f45fc7 has metric test.anomaly.auroc from the evaluation of another trial": {
			"UPDATE metrics SET trial = (SELECT number FROM trials WHERE state = 'running') WHERE evaluation IS NOT NULL"},
		"trial f0b4f45fc7 has artefact roc.anomaly from the evaluation of another trial": {
			"UPDATE artefacts SET trial = (SELECT number FROM trials WHERE state = 'running') WHERE evaluation IS NOT NULL"},
		"experiment code-size has no current revision":                        {"UPDATE experiments SET revision = NULL"},
		"row ? of epochs points to a row of trials that is not there":         {"PRAGMA foreign_keys = off", "UPDATE epochs SET trial = trial + 99"},
		"setting 1 cannot be read: its content is damaged: a setting must be": {"UPDATE settings SET text = '[]' WHERE number = 1"},
	} {
		s := newStore(t)
		everything(t, s)
		sound(t, s)
		for _, statement := range damage {
			_, err := s.writer.Exec(statement)
			must(t, err)
		}
		problems, err := s.Check()
		must(t, err)
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.HasPrefix(p, sentence) }) {
			t.Errorf("want %q among %q", sentence, problems)
		}
	}
}

func TestIDsAndTheirPrefixes(t *testing.T) {
	s := newStore(t)
	e := experiment("ids", 2)
	for i, id := range []string{"abc1", "abc2", "abc"} {
		e.Trials[i].ID = id
	}
	must(t, s.Register(e, 1))
	for prefix, want := range map[string]string{
		"abc1": "", "abc": "", // whole ids
		"ab": `an id must begin in a way that no other does, "ab" begins abc1, abc2, abc`,
		"x":  `no trial has an id that begins with "x": not in the store`,
		"":   "read trial: an empty id is not in the store",
	} {
		r, err := s.Trial(prefix)
		if want == "" && (err != nil || r.ID != prefix) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%q: want %s, got %s, %v", prefix, want, r.ID, err)
		}
	}
}

func FuzzSettingsReadAsTheyWereWritten(f *testing.F) {
	for _, seed := range []string{`{"data":{"kind":"mnist"},"loss":"mse"}`, `{}`, `{"a":"}{,:\"\\","b":[1,{"c":null}]}`, `{"a":1,}`, `{"a" :1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := parseValue([]byte(text))
		if err != nil {
			return
		}
		want, ok := value.(tree)
		if !ok {
			return
		}
		canonical, err := want.MarshalJSON()
		must(t, err)
		got, err := parser{}.setting(canonical)
		must(t, err)
		again, err := got.MarshalJSON()
		must(t, err)
		if string(canonical) != string(again) {
			t.Errorf("%s reads as %s", canonical, again)
		}
	})
}

func TestForeignKeysAndStrictTables(t *testing.T) {
	s := newStore(t)
	must(t, s.read("tables", func(tx *sql.Tx) error {
		return each(tx, "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", nil,
			func(rows *sql.Rows) error {
				var name string
				var strict bool
				err := rows.Scan(&name, &strict)
				if !strict {
					t.Errorf("table %s is not strict", name)
				}
				return err
			})
	}))
	for _, statement := range []string{
		"INSERT INTO metrics VALUES (99, 'test.mse', 1, NULL)",
		"INSERT INTO epochs VALUES (99, 1, '{}', NULL, NULL, 0, NULL)",
	} {
		if _, err := s.writer.Exec(statement); err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") {
			t.Errorf("%s: want a violated foreign key, got %v", statement, err)
		}
	}
}

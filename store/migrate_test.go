package store

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var keep = flag.Bool("keep", false, "write testdata/schema-N.db for the newest schema version, where it is not there yet")

// kept returns the files of a schema version in testdata: a store as a program
// of that time left it, and its export.
func kept(version int) (database, export string) {
	name := fmt.Sprintf("testdata/schema-%d", version)
	return name + ".db", name + ".jsonl"
}

// keepStore writes the files of the newest version: an experiment with every
// state and everything that is recorded of a trial.
func keepStore(t *testing.T) {
	database, exported := kept(len(scripts()))
	if _, err := os.Stat(database); err == nil {
		t.Fatalf("%s is there, and never changes", database)
	}
	s, err := Open(database)
	must(t, err)
	everything(t, s)
	must(t, os.WriteFile(exported, export(t, s, false), 0o644))
	must(t, s.Close())
	must(t, os.Remove(database+lockSuffix))
}

// everything fills a store with two revisions of an experiment, and trials in
// every state.
func everything(t testing.TB, s *Store) {
	t.Helper()
	must(t, s.Register(experiment("code-size", 2), 1))
	e := experiment("code-size", 2, 8, 32)
	e.Edits = []string{"--grid model.code=2,8,32"}
	must(t, s.Register(e, 1))
	for i, state := range []State{Done, Diverged, Failed, Running, Waiting} {
		id := e.Trials[i].ID
		must(t, s.Start(id, machine))
		rows := []Epoch{epochRow(1), epochRow(2)}
		if state == Diverged {
			rows[1].Metrics["train.loss"], rows[1].Digest = math.NaN(), ""
		}
		must(t, s.Checkpoint(id, rows, []byte("state"), Progress{Epochs: 2, Seconds: 0.5}))
		switch {
		case state == Waiting:
			must(t, s.Interrupt(id))
		case state.Final():
			result := resultOf(state)
			result.Machine, result.WeightsSHA256, result.ExamplesPerSecond = machine, id, new(1234.5)
			must(t, s.Finish(id, result))
		}
		if state == Done {
			must(t, s.AddEvaluation(id, anomaly))
			must(t, s.PutArtefacts(id, []Artefact{{Name: "samples", Media: "image/png", Data: []byte("\x89PNG")}}))
		}
	}
}

func export(t testing.TB, s *Store, canonical bool) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, s.Export(&out, canonical))
	return out.Bytes()
}

// Each schema version has a kept store. What it held must still be read, and
// it must still be possible to go on with it.
func TestKeptStoresAreOpenedAndRead(t *testing.T) {
	if *keep {
		keepStore(t)
	}
	for version := 1; version <= len(scripts()); version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) { openKept(t, version) })
	}
}

func openKept(t *testing.T, version int) {
	database, exported := kept(version)
	content, err := os.ReadFile(database)
	must(t, err)
	want, err := os.ReadFile(exported)
	must(t, err)
	want = bytes.ReplaceAll(want, []byte(`"state":"running"`), []byte(`"state":"waiting"`)) // that process is gone
	if recorded := binary.BigEndian.Uint32(content[60:]); int(recorded) != version {        // PRAGMA user_version
		t.Errorf("%s has schema version %d", database, recorded)
	}
	path := filepath.Join(t.TempDir(), "hourglass.db")
	must(t, os.WriteFile(path, content, 0o644))
	reader, err := OpenReadOnly(path)
	must(t, err)
	defer reader.Close()
	if diff := cmp.Diff(string(want), string(export(t, reader, false))); diff != "" {
		t.Errorf("the store reads differently than when it was written:\n%s", diff)
	}
	s := reopen(t, path)
	sound(t, s)
	waiting, err := s.Trials(Filter{States: []State{Waiting}})
	must(t, err)
	for _, r := range waiting {
		must(t, runTrial(s, r.ID))
	}
	sound(t, s)
}

func TestManyMayOpenANewStoreAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hourglass.db")
	opened := make(chan error)
	for range 8 {
		go func() {
			s, err := Open(path)
			if err == nil {
				err = s.Close()
			}
			opened <- err
		}()
	}
	for range 8 {
		must(t, <-opened)
	}
	sound(t, reopen(t, path))
}

func TestMigrationHappensWholeOrNotAtAll(t *testing.T) {
	s := newStore(t)
	must(t, s.Register(experiment("code-size", 2), 1))
	before := dump(t, s)
	newest := len(scripts())
	bad := append(scripts(), "CREATE TABLE extra (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);")
	if err := migrate(s.writer, bad); err == nil || !strings.Contains(err.Error(), "no such table: nowhere") {
		t.Errorf("want the mistake in the script, got %v", err)
	}
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("half a migration stayed:\n%s", diff)
	}
	good := append(scripts(), "CREATE TABLE extra (a TEXT) STRICT; INSERT INTO extra VALUES ('x');",
		"UPDATE extra SET a = 'y'")
	must(t, migrate(s.writer, good))
	must(t, inside(s.writer, func(tx *sql.Tx) error {
		version, err := schemaOf(tx, len(good))
		if version != newest+2 {
			t.Errorf("want schema version %d, got %d", newest+2, version)
		}
		return err
	}))
	if rows := dump(t, s)["extra"]; len(rows) != 1 || rows[0] != "y" {
		t.Errorf("want both scripts to have run, got %v", rows)
	}
}

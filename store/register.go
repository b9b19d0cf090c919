package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"hourglass.dev/hourglass/experiments"
)

// header is what a revision keeps of an experiment beside its text, so that it
// can be reported on without reading the spec again.
type header struct {
	Question string   `json:"question,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Seeds    []int    `json:"seeds,omitempty"`
	Axes     []string `json:"axes,omitempty"`
	Cases    []string `json:"cases,omitempty"`
	Steps    []step   `json:"steps,omitempty"`
	Metrics  []string `json:"metrics,omitempty"` // of compare, as are rows and columns
	Rows     []string `json:"rows,omitempty"`
	Columns  []string `json:"columns,omitempty"`
}

type step struct {
	Word         string `json:"word"`
	Combinations int    `json:"combinations"`
}

func headerOf(e *experiments.Experiment) header {
	h := header{
		Question: e.Question, Tags: e.Tags, Seeds: e.Seeds, Axes: e.Axes, Cases: e.Cases,
		Metrics: e.Compare.Metrics, Rows: e.Compare.Rows, Columns: e.Compare.Columns,
	}
	for _, s := range e.Steps {
		h.Steps = append(h.Steps, step(s))
	}
	return h
}

// into writes what the header holds to e.
func (h header) into(e *experiments.Experiment) {
	e.Question, e.Tags, e.Seeds, e.Axes, e.Cases = h.Question, h.Tags, h.Seeds, h.Axes, h.Cases
	e.Compare = experiments.Compare{Metrics: h.Metrics, Rows: h.Rows, Columns: h.Columns}
	for _, s := range h.Steps {
		e.Steps = append(e.Steps, experiments.Step(s))
	}
}

// Register brings in an experiment: its spec as the current revision of its
// name, its trials, those that are new as waiting, and their places. Trials
// that are known, from this or any other experiment, stay as they are; one that is
// not final looks for relative paths where the spec is now. Registering what is
// registered already changes nothing. Earlier revisions are kept.
func (s *Store) Register(e *experiments.Experiment, numerics int) error {
	return s.write("register "+e.Name, func(tx *sql.Tx) error {
		numbers, err := registerTrials(tx, e, numerics)
		if err != nil {
			return err
		}
		return registerRevision(tx, e, numerics, numbers)
	})
}

// registerTrials makes the trials known and returns their numbers.
func registerTrials(tx *sql.Tx, e *experiments.Experiment, numerics int) ([]int64, error) {
	now := formatTime(time.Now())
	numbers := make([]int64, len(e.Trials))
	for i, trial := range e.Trials {
		number, state, err := find(tx, trial.ID)
		switch {
		case err == ErrUnknown:
			number, err = insertTrial(tx, e.Dir, trial, numerics, now)
		case err == nil && !state.Final():
			_, err = tx.Exec("UPDATE trials SET dir = ?1 WHERE number = ?2 AND dir <> ?1", e.Dir, number)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", short(trial.ID), err)
		}
		numbers[i] = number
	}
	return numbers, nil
}

func insertTrial(tx *sql.Tx, dir string, trial experiments.Trial, numerics int, now string) (int64, error) {
	setting, err := registerSetting(tx, trial.Setting)
	if err != nil {
		return 0, err
	}
	seed := sql.NullInt64{Int64: int64(trial.Seed), Valid: !trial.Baseline}
	result, err := tx.Exec(`INSERT INTO trials (id, state, setting, data, dir, numerics, seed, family, created)
		VALUES (?, 'waiting', ?, ?, ?, ?, ?, ?, ?)`, trial.ID, setting, trial.Data, dir, numerics, seed, trial.Family, now)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// registerSetting returns the number of a setting, which it stores where it is new.
func registerSetting(tx *sql.Tx, setting experiments.Setting) (number int64, err error) {
	text, err := setting.MarshalJSON()
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256(text)
	err = tx.QueryRow("SELECT number FROM settings WHERE digest = ?", digest[:]).Scan(&number)
	if err != sql.ErrNoRows {
		return number, err
	}
	err = tx.QueryRow("INSERT INTO settings (digest, text) VALUES (?, ?) RETURNING number", digest[:], string(text)).Scan(&number)
	return number, err
}

// registerRevision makes the spec the current revision of its experiment.
func registerRevision(tx *sql.Tx, e *experiments.Experiment, numerics int, numbers []int64) error {
	text := marshal(headerOf(e))
	var experiment, revision int64
	err := tx.QueryRow(`INSERT INTO experiments (name) VALUES (?)
		ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING number`, e.Name).Scan(&experiment)
	if err != nil {
		return err
	}
	edits, digest := marshal(e.Edits), digestOf(e, numerics, text)
	err = tx.QueryRow("SELECT number FROM revisions WHERE experiment = ? AND digest = ?", experiment, digest).Scan(&revision)
	switch {
	case err == sql.ErrNoRows:
		err = tx.QueryRow(`INSERT INTO revisions (experiment, digest, file, dir, text, edits, numerics, header, registered)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number`, experiment, digest, e.File, e.Dir, string(e.Text),
			edits, numerics, text, formatTime(time.Now())).Scan(&revision)
		if err == nil {
			err = insertPlaces(tx, e, revision, numbers)
		}
	case err == nil:
		_, err = tx.Exec("UPDATE revisions SET file = ?1, dir = ?2 WHERE number = ?3 AND (file, dir) <> (?1, ?2)",
			e.File, e.Dir, revision)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE experiments SET revision = ?1 WHERE number = ?2 AND revision IS NOT ?1", revision, experiment)
	return err
}

// digestOf identifies a revision: the spec, its edits and the trials that it
// led to, in their places.
func digestOf(e *experiments.Experiment, numerics int, header string) []byte {
	hash := sha256.New()
	fmt.Fprintf(hash, "%d\n%q\n%s\n%s\n", numerics, e.Text, marshal(e.Edits), header)
	for _, trial := range e.Trials {
		fmt.Fprintf(hash, "%s %s\n", trial.ID, marshal(trial.Places))
	}
	return hash.Sum(nil)
}

func insertPlaces(tx *sql.Tx, e *experiments.Experiment, revision int64, numbers []int64) error {
	insert, err := tx.Prepare(`INSERT INTO places (revision, position, place, trial, case_name, assigned)
		VALUES (?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for position, trial := range e.Trials {
		if len(trial.Places) == 0 {
			if _, err := insert.Exec(revision, position, 0, numbers[position], "", nil); err != nil {
				return err
			}
		}
		for i, place := range trial.Places {
			if _, err := insert.Exec(revision, position, i, numbers[position], place.Case, marshal(place.Values)); err != nil {
				return err
			}
		}
	}
	return nil
}

// marshal returns the JSON of lists and mappings of strings and finite numbers, keys in order.
func marshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("store: " + err.Error())
	}
	return string(text)
}

package store

import (
	"database/sql"
	"fmt"
	"math"
	"time"

	"hourglass.dev/hourglass/experiments"
)

// Evaluation is what was measured on the model of a trial beyond what every
// trial is measured by. It is named by the trial, its setting and the numerics
// version: see [experiments.EvaluationID].
type Evaluation struct {
	ID        string              // set where it is read
	Setting   experiments.Setting // a part of role evaluation, resolved
	Numerics  int
	Metrics   map[string]float64 // by full name, which carries the setting's parameters
	Notes     []string           // why something could not be measured, and the like
	Artefacts []Artefact         // absent where it is read: see [Store.Artefacts]
	Seconds   float64
	Finished  time.Time // set where it is read
}

// AddEvaluation adds an evaluation to a trial that is done; any other is
// ErrNotDone. One that is there already stays as it is. A metric that is there
// already with a value that is not within 1e-6 of it is ErrFinal, and a number that is not finite
// ErrNotFinite: nothing is added then. A metric or artefact that an earlier
// evaluation has added under the same name stays that one's.
func (s *Store) AddEvaluation(id string, e Evaluation) error {
	return s.write("add an evaluation to "+short(id), func(tx *sql.Tx) error {
		trial, err := findDone(tx, id)
		if err != nil {
			return err
		}
		if !finite(e.Seconds) {
			return fmt.Errorf("the duration is %w", ErrNotFinite)
		}
		fresh, err := newMetrics(tx, trial, e.Metrics)
		if err != nil {
			return err
		}
		result, err := tx.Exec(`INSERT INTO evaluations (id, trial, setting, numerics, notes, seconds, finished)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			experiments.EvaluationID(id, e.Setting, e.Numerics), trial, marshal(e.Setting), e.Numerics,
			marshal(e.Notes), e.Seconds, formatTime(time.Now()))
		if err != nil {
			return err
		}
		if added, err := result.RowsAffected(); err != nil || added == 0 {
			return err
		}
		number, err := result.LastInsertId()
		if err != nil {
			return err
		}
		if err := insertMetrics(tx, trial, number, fresh); err != nil {
			return err
		}
		return insertArtefacts(tx, trial, number, e.Artefacts)
	})
}

// newMetrics returns those of the metrics that a trial does not have yet.
func newMetrics(tx *sql.Tx, trial int64, metrics map[string]float64) (map[string]float64, error) {
	fresh := map[string]float64{}
	for name, value := range metrics {
		var known float64
		err := tx.QueryRow("SELECT value FROM metrics WHERE trial = ? AND name = ?", trial, name).Scan(&known)
		switch {
		case err == sql.ErrNoRows:
			fresh[name] = value
		case err != nil:
			return nil, err
		case math.Abs(known-value) > closedForm*math.Abs(known):
			return nil, fmt.Errorf("%s is %v, not %v: %w", name, known, value, ErrFinal)
		}
	}
	return fresh, nil
}

// Evaluations returns the evaluations of trials, by their ids, each trial's in
// the order in which they were added.
func (s *Store) Evaluations(ids []string) (map[string][]Evaluation, error) {
	found := map[string][]Evaluation{}
	err := s.read("read evaluations", func(tx *sql.Tx) error {
		const query = `SELECT t.id, e.number, e.id, e.setting, e.numerics, e.notes, e.seconds, e.finished
			FROM trials t JOIN evaluations e ON e.trial = t.number
			WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY e.number`
		at := map[int64]map[string]float64{}
		err := each(tx, query, []any{marshal(ids)}, func(rows *sql.Rows) error {
			trial, number, e, err := scanEvaluation(rows)
			at[number] = e.Metrics
			found[trial] = append(found[trial], e)
			return err
		})
		if err != nil {
			return err
		}
		const metrics = `SELECT m.evaluation, m.name, m.value FROM trials t JOIN metrics m ON m.trial = t.number
			WHERE m.evaluation IS NOT NULL AND t.id IN (SELECT value FROM json_each(?))`
		return each(tx, metrics, []any{marshal(ids)}, func(rows *sql.Rows) error {
			var number int64
			var name string
			var value float64
			err := rows.Scan(&number, &name, &value)
			at[number][name] = value
			return err
		})
	})
	return found, err
}

func scanEvaluation(rows *sql.Rows) (trial string, number int64, e Evaluation, err error) {
	var setting, notes []byte
	var finished string
	err = rows.Scan(&trial, &number, &e.ID, &setting, &e.Numerics, &notes, &e.Seconds, &finished)
	if err != nil {
		return trial, number, e, err
	}
	value, err := parseValue(setting)
	if err != nil {
		return trial, number, e, err
	}
	var ok bool
	if e.Setting, ok = value.(experiments.Setting); !ok {
		return trial, number, e, fmt.Errorf("%w: the setting of an evaluation must be a mapping", ErrDamaged)
	}
	if err := unmarshal(notes, &e.Notes); err != nil {
		return trial, number, e, err
	}
	e.Finished, err = parseTime(finished)
	e.Metrics = map[string]float64{}
	return trial, number, e, err
}

// EvaluatedMetrics returns the names of all metrics that evaluations have
// added, sorted.
func (s *Store) EvaluatedMetrics() ([]string, error) {
	var names []string
	err := s.read("read metrics", func(tx *sql.Tx) error {
		return each(tx, "SELECT DISTINCT name FROM metrics WHERE evaluation IS NOT NULL ORDER BY name", nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names = append(names, name)
			return err
		})
	})
	return names, err
}

package store

import (
	"database/sql"
	"time"
)

// Progress is how far a trial has come.
type Progress struct {
	Epochs  int     // completed
	Seconds float64 // of training, over all attempts
}

// Start makes a trial running, here and on machine m. The Store must hold its
// claim, or is given it. A trial that another run has claimed or that runs
// here already is ErrClaimed, a final one ErrFinal. A Start that fails gives the
// claim up.
func (s *Store) Start(id string, m Machine) error {
	doing := "start " + short(id)
	if s.readOnly {
		return &Error{File: s.path, Doing: doing, Reason: ErrReadOnly}
	}
	number, _, err := s.numberOf(id)
	if err != nil {
		return explain(s.path, doing, err)
	}
	ok, err := s.claims.start(number)
	if err == nil && !ok {
		err = ErrClaimed
	}
	if err != nil {
		return explain(s.path, doing, err)
	}
	err = s.write(doing, func(tx *sql.Tx) error {
		state, err := stateOf(tx, number)
		if err == nil && state.Final() {
			err = ErrFinal
		}
		if err == nil {
			err = updateMachine(tx, number, m)
		}
		if err == nil {
			_, err = tx.Exec("UPDATE trials SET state = 'running', started = ? WHERE number = ?", formatTime(time.Now()), number)
		}
		return err
	})
	if err != nil {
		s.claims.drop(number) // what went wrong is told already
	}
	return err
}

// Interrupt puts a trial that is running here back to waiting and gives its
// claim up. Curve and checkpoint stay.
func (s *Store) Interrupt(id string) error {
	return s.end("interrupt "+short(id), id, func(tx *sql.Tx, number int64) error {
		_, err := tx.Exec("UPDATE trials SET state = 'waiting' WHERE number = ?", number)
		return err
	})
}

// Checkpoint records rows of the curve of a trial that is running here, and
// how far it has come; rows of the same epochs are replaced. A state that is not nil
// replaces the checkpoint, which is what the trial is continued from after
// progress.Epochs epochs. Values that are not finite are left out of the rows
// and named in Epoch.NotFinite.
func (s *Store) Checkpoint(id string, rows []Epoch, state []byte, progress Progress) error {
	return s.write("record "+short(id), func(tx *sql.Tx) error {
		number, err := s.running(tx, id)
		if err != nil {
			return err
		}
		if err := insertEpochs(tx, number, rows); err != nil {
			return err
		}
		_, err = tx.Exec("UPDATE trials SET epochs = ?, seconds = ? WHERE number = ?",
			progress.Epochs, progress.Seconds, number)
		if err != nil || state == nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO checkpoints (trial, epoch, state) VALUES (?, ?, ?)
			ON CONFLICT (trial) DO UPDATE SET epoch = excluded.epoch, state = excluded.state`,
			number, progress.Epochs, state)
		return err
	})
}

// LoadCheckpoint returns what the trial is continued from, and whether there
// is any.
func (s *Store) LoadCheckpoint(id string) (state []byte, found bool, err error) {
	err = s.read("continue "+short(id), func(tx *sql.Tx) error {
		number, _, err := find(tx, id)
		if err != nil {
			return err
		}
		err = tx.QueryRow("SELECT state FROM checkpoints WHERE trial = ?", number).Scan(&state)
		found = err == nil
		if err == sql.ErrNoRows {
			return nil
		}
		return err
	})
	return state, found, err
}

// Finish ends a trial that is running here: its state becomes result.State,
// which must be final, its metrics, series and notes are recorded, its
// checkpoint is removed and its claim given up. Numbers that are not finite are
// ErrNotFinite, and nothing is recorded.
func (s *Store) Finish(id string, result Result) error {
	if !result.State.Final() {
		panic("store: a trial cannot finish as " + string(result.State))
	}
	doing := "finish " + short(id)
	if err := checkResult(result); err != nil {
		return explain(s.path, doing, err)
	}
	return s.end(doing, id, func(tx *sql.Tx, number int64) error {
		if err := insertMetrics(tx, number, nil, result.Metrics); err != nil {
			return err
		}
		if err := insertSeries(tx, number, result.Series); err != nil {
			return err
		}
		if err := insertNotes(tx, number, result.Notes); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM checkpoints WHERE trial = ?", number); err != nil {
			return err
		}
		if err := updateMachine(tx, number, result.Machine); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE trials SET state = ?, epochs = ?, seconds = ?, examples_per_second = ?, parameters = ?,
			weights_sha256 = ?, diverged_step = ?, failure = ?, finished = ? WHERE number = ?`,
			string(result.State), result.Epochs, result.Seconds, result.ExamplesPerSecond, result.Parameters,
			result.WeightsSHA256, result.DivergedStep, result.Failure, formatTime(time.Now()), number)
		return err
	})
}

// Reset takes a failed trial back to waiting and forgets what was recorded of
// it. One that is done or diverged is ErrFinal; one that is waiting stays so.
func (s *Store) Reset(id string) error {
	return s.write("reset "+short(id), func(tx *sql.Tx) error {
		number, state, err := find(tx, id)
		if err != nil || !state.Final() {
			return err
		}
		if state != Failed {
			return ErrFinal
		}
		for _, table := range []string{"epochs", "metrics", "series", "notes", "checkpoints"} {
			if _, err := tx.Exec("DELETE FROM "+table+" WHERE trial = ?", number); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE trials SET state = 'waiting', epochs = 0, seconds = 0, examples_per_second = NULL,
			parameters = 0, weights_sha256 = '', diverged_step = 0, failure = '', started = NULL, finished = NULL
			WHERE number = ?`, number)
		return err
	})
}

// end runs f, which ends the running of a trial, and gives the claim up when
// that is committed.
func (s *Store) end(doing, id string, f func(tx *sql.Tx, number int64) error) error {
	var number int64
	err := s.write(doing, func(tx *sql.Tx) (err error) {
		if number, err = s.running(tx, id); err != nil {
			return err
		}
		return f(tx, number)
	})
	if err != nil {
		return err
	}
	return explain(s.path, doing, s.claims.drop(number))
}

// running returns the number of a trial that was started in this Store.
func (s *Store) running(tx *sql.Tx, id string) (int64, error) {
	number, state, err := find(tx, id)
	switch {
	case err != nil:
		return 0, err
	case state.Final():
		return 0, ErrFinal
	case state != Running || !s.claims.started(number):
		return 0, ErrNotRunning
	}
	return number, nil
}

// find returns the number and the recorded state of a trial.
func find(q querier, id string) (number int64, state State, err error) {
	err = q.QueryRow("SELECT number, state FROM trials WHERE id = ?", id).Scan(&number, &state)
	if err == sql.ErrNoRows {
		err = ErrUnknown
	}
	return number, state, err
}

func stateOf(tx *sql.Tx, number int64) (state State, err error) {
	err = tx.QueryRow("SELECT state FROM trials WHERE number = ?", number).Scan(&state)
	return state, err
}

func updateMachine(tx *sql.Tx, number int64, m Machine) error {
	_, err := tx.Exec(`UPDATE trials SET version = ?, commit_hash = ?, kernel = ?, processor = ?, os = ?, arch = ?,
		peak_memory = ? WHERE number = ?`, m.Version, m.Commit, m.Kernel, m.Processor, m.OS, m.Arch, m.PeakMemory, number)
	return err
}

// Package store remembers experiments, trials and what came of them in one
// SQLite file. Nothing but this package speaks SQL.
package store

import (
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Store is an open store. It is safe for concurrent use, and any number of
// processes may have the same file open.
//
// # States
//
// A trial is waiting, running, done, diverged or failed. Register brings it
// in as waiting; Start makes it running; Interrupt puts it back to waiting;
// Finish makes it done, diverged or failed. These three are final: from then
// on neither its state, its curve, its metrics, its series nor its notes
// change, and every method that would change them returns ErrFinal.
// AddEvaluation may add metrics under new names, and artefacts, to a trial that
// is done, for evaluations that were asked for later. Reset, which takes a
// failed trial back to waiting and forgets what was recorded of it, is the one
// way out.
//
// # Transactions
//
// Each method that writes is one transaction: Register brings in an
// experiment with all its trials, Checkpoint the rows of a curve with the state
// that continues it, Finish the end of a trial with its metrics, series and
// notes and without its checkpoint. It happens whole or not at all. There is one
// writer at a time: others, goroutines or processes, wait for it, up to ten
// seconds before they return ErrBusy.
//
// Readers neither block the writer nor are blocked by it. Each method that
// reads sees the store as one transaction left it: never half a trial.
//
// # Claims
//
// A trial is worked on by one process at a time. Claim gives it to this Store,
// until Finish, Interrupt, Release or Close; Start claims what is not claimed.
// A claim is a lock that the operating system holds for the process, so it ends
// with the process, however that dies. A trial that was running in a process
// that died is waiting again at once, with its checkpoint, and reads as such;
// one that runs in a living process is never taken from it, however long it is
// silent. Two runs of one spec therefore share its trials.
//
// # What survives
//
// What a method has written when it returns survives the death of the
// process. A crash of the whole machine may take back the last transactions,
// but leaves no part of one. The file must lie on a local disk: on a network
// share neither SQLite's shared memory nor the claims can be relied on.
//
// # Errors
//
// An error of the file or the disk is an [Error], and ErrStore: it is an error
// of the run. ErrUnknown, AmbiguousError, ErrFinal, ErrClaimed, ErrNotRunning,
// ErrNotDone and ErrNotFinite are errors of the call.
type Store struct {
	path     string
	writer   *sql.DB // one connection; nil where the store is open for reading
	readers  *sql.DB
	claims   *claims
	readOnly bool
}

// Path returns the path of the file, as it was given.
func (s *Store) Path() string { return s.path }

// Close gives up all claims and closes the file. Trials that were running
// read as waiting from then on.
func (s *Store) Close() error {
	err := s.readers.Close()
	if s.writer != nil {
		// The last connection to close moves the write-ahead log into the file.
		if closing := s.writer.Close(); closing != nil {
			err = closing
		}
	}
	if closing := s.claims.close(); closing != nil {
		err = closing
	}
	return explain(s.path, "close store", err)
}

// write runs f in an immediate transaction and commits it where f returns nil.
func (s *Store) write(doing string, f func(tx *sql.Tx) error) error {
	if s.readOnly {
		return &Error{File: s.path, Doing: doing, Reason: ErrReadOnly}
	}
	return explain(s.path, doing, inside(s.writer, f))
}

// read runs f in a transaction that sees the store at one moment.
func (s *Store) read(doing string, f func(tx *sql.Tx) error) error {
	return explain(s.path, doing, inside(s.readers, f))
}

func inside(db *sql.DB, f func(tx *sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// each runs a query and calls scan on every row of its answer.
func each(tx *sql.Tx, query string, args []any, scan func(rows *sql.Rows) error) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// short is how a trial is named in messages.
func short(id string) string { return "trial " + id[:min(len(id), 10)] }

// timeFormat is RFC 3339 with a fixed number of digits, which sorts by time.
const timeFormat = "2006-01-02T15:04:05.000000Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeFormat) }

// parseTime reads what formatTime wrote; "" is the zero time.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(timeFormat, text)
	if err != nil {
		return t, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return t, nil
}

// placeholders returns "?, ?, ?" for n arguments.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

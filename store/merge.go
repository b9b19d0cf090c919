package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Merged says what a merge did.
type Merged struct {
	Added      int        // trials that were not here
	Ended      int        // trials that were waiting here and final there
	Reproduced int        // trials that are final in both, and the same to the bit
	Models     int        // models that were beside the other store and not here
	Conflicts  []Conflict // trials that are final in both, and not the same
}

// Conflict is a trial that came out differently in two stores.
type Conflict struct {
	ID   string `json:"id"`
	What string `json:"what"` // "weights", "epoch 3", "metric test.mse", "state"
}

// closedForm is how far figures of baselines and evaluations may lie apart,
// relative to their size: closed forms do not promise their bits between machines.
const closedForm = 1e-6

// Merge brings in what another store has: experiments with all their
// revisions, and trials. A trial that is final there and not here becomes
// final here; one that is final in both is compared, and stays as it is here.
// Merging twice changes nothing, and merging several stores in any order comes
// to the same, unless trials are in conflict. Models that are missing here are
// copied, where the weights are the same. The other file stays as it is.
func (s *Store) Merge(path string) (Merged, error) {
	var merged Merged
	doing := "merge " + path
	if s.readOnly {
		return merged, &Error{File: s.path, Doing: doing, Reason: ErrReadOnly}
	}
	dir, err := os.MkdirTemp("", "hourglass-merge-")
	if err != nil {
		return merged, err
	}
	defer os.RemoveAll(dir)
	other := filepath.Join(dir, "other.db")
	if err := copyStore(path, other); err != nil {
		return merged, err
	}
	same, err := s.mergeAttached(other, &merged)
	if err == nil {
		merged.Models, err = s.mergeModels(path, same)
	}
	return merged, explain(s.path, doing, err)
}

// copyStore copies a store at one moment, and brings the copy's schema up to
// date.
func copyStore(from, to string) error {
	real, err := checkStore(from)
	if err != nil {
		return explain(from, "open store", err)
	}
	database, err := sql.Open("sqlite3", source(real, "ro", ""))
	if err != nil {
		return err
	}
	defer database.Close()
	if _, err := database.Exec("VACUUM INTO ?", to); err != nil {
		return explain(from, "copy store", err)
	}
	copied, err := Open(to)
	if err != nil {
		return err
	}
	return copied.Close()
}

// checkStore refuses what is no store, with the reason, and returns the path of
// the file. It leaves an older schema as it is.
func checkStore(path string) (real string, err error) {
	if real, err = realPath(path); err != nil {
		return "", err
	}
	if _, err := os.Stat(real); err != nil {
		return "", err
	}
	readers, _, err := readersFor(real)
	if err != nil {
		return "", err
	}
	return real, readers.Close()
}

// mergeAttached merges a file that nobody else has open, and returns the trials
// that have the same weights there and here.
func (s *Store) mergeAttached(other string, merged *Merged) (same []string, err error) {
	ctx := context.Background()
	connection, err := s.writer.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if _, err := connection.ExecContext(ctx, "ATTACH ? AS other", other); err != nil {
		return nil, err
	}
	defer connection.ExecContext(ctx, "DETACH other")
	tx, err := connection.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := s.mergeInto(tx, merged); err != nil {
		return nil, err
	}
	if same, err = sameWeights(tx); err != nil {
		return nil, err
	}
	return same, tx.Commit()
}

func (s *Store) mergeInto(tx *sql.Tx, merged *Merged) error {
	if err := compareFinal(tx, merged); err != nil {
		return err
	}
	for _, statement := range bringTrials {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	if err := s.leaveRunning(tx); err != nil {
		return err
	}
	const count = "SELECT (SELECT count(*) FROM incoming WHERE fresh), (SELECT count(*) FROM incoming WHERE NOT fresh)"
	if err := tx.QueryRow(count).Scan(&merged.Added, &merged.Ended); err != nil {
		return err
	}
	for _, statement := range slices.Concat(bringRecords, bringEvaluations) {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// leaveRunning takes trials that run here, in a living process, out of what
// comes in: that process will end them itself.
func (s *Store) leaveRunning(tx *sql.Tx) error {
	var numbers []int64
	err := each(tx, "SELECT number FROM incoming WHERE NOT fresh", nil, func(rows *sql.Rows) error {
		var number int64
		err := rows.Scan(&number)
		numbers = append(numbers, number)
		return err
	})
	if err != nil {
		return err
	}
	for _, number := range numbers {
		free, err := s.claims.take(number)
		if err != nil {
			return err
		}
		if free {
			err = s.claims.drop(number)
		} else {
			_, err = tx.Exec("DELETE FROM incoming WHERE number = ?", number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bringTrials brings in settings, and trials that are new or final, without
// their records. incoming has the numbers here and there.
var bringTrials = []string{
	"DROP TABLE IF EXISTS temp.incoming",
	"CREATE TEMP TABLE incoming (number INTEGER, there INTEGER, fresh INTEGER NOT NULL)",
	`INSERT INTO settings (digest, text) SELECT digest, text FROM other.settings
		WHERE digest NOT IN (SELECT digest FROM main.settings) ORDER BY number`,
	`INSERT INTO incoming SELECT m.number, o.number, 0 FROM other.trials o JOIN main.trials m ON m.id = o.id
		WHERE m.state IN ('waiting', 'running') AND o.state IN ('done', 'diverged', 'failed')`,
	`INSERT INTO incoming SELECT NULL, o.number, 1 FROM other.trials o
		WHERE o.id NOT IN (SELECT id FROM main.trials)`,
	`INSERT INTO main.trials (id, state, setting, data, dir, numerics, seed, family, created)
		SELECT o.id, 'waiting', m.number, o.data, o.dir, o.numerics, o.seed, o.family, o.created
		FROM incoming i JOIN other.trials o ON o.number = i.there
		JOIN other.settings os ON os.number = o.setting JOIN main.settings m ON m.digest = os.digest
		WHERE i.fresh ORDER BY o.number`,
	`UPDATE incoming SET number = (SELECT m.number FROM other.trials o JOIN main.trials m ON m.id = o.id WHERE o.number = there)
		WHERE fresh`,
}

// bringRecords brings in what is recorded of the incoming trials, and the
// experiments. The current revision of an experiment is the one registered last.
var bringRecords = []string{
	"DELETE FROM main.epochs WHERE trial IN (SELECT number FROM incoming)",
	"DELETE FROM main.checkpoints WHERE trial IN (SELECT number FROM incoming)",
	`INSERT INTO main.epochs (trial, epoch, metrics, not_finite, digest, tensors, seconds)
		SELECT i.number, e.epoch, e.metrics, e.not_finite, e.digest, e.tensors, e.seconds
		FROM incoming i JOIN other.epochs e ON e.trial = i.there`,
	"INSERT INTO main.metrics (trial, name, value) SELECT i.number, x.name, x.value FROM incoming i JOIN other.metrics x ON x.trial = i.there WHERE x.evaluation IS NULL",
	"INSERT INTO main.series (trial, name, elements) SELECT i.number, x.name, x.elements FROM incoming i JOIN other.series x ON x.trial = i.there",
	"INSERT INTO main.notes (trial, position, text) SELECT i.number, x.position, x.text FROM incoming i JOIN other.notes x ON x.trial = i.there",
	"INSERT INTO main.checkpoints (trial, epoch, state) SELECT i.number, x.epoch, x.state FROM incoming i JOIN other.checkpoints x ON x.trial = i.there",
	`UPDATE main.trials AS m SET
		(state, epochs, seconds, examples_per_second, parameters, weights_sha256, diverged_step, failure, version,
			commit_hash, kernel, processor, os, arch, peak_memory, started, finished) =
		(SELECT CASE o.state WHEN 'running' THEN 'waiting' ELSE o.state END, o.epochs, o.seconds, o.examples_per_second,
			o.parameters, o.weights_sha256, o.diverged_step, o.failure, o.version, o.commit_hash, o.kernel, o.processor,
			o.os, o.arch, o.peak_memory, o.started, o.finished FROM other.trials o WHERE o.id = m.id)
		WHERE m.number IN (SELECT number FROM incoming)`,
	"INSERT INTO main.experiments (name) SELECT name FROM other.experiments WHERE name NOT IN (SELECT name FROM main.experiments) ORDER BY number",
	`INSERT INTO main.revisions (experiment, digest, file, dir, text, edits, numerics, header, registered)
		SELECT m.number, r.digest, r.file, r.dir, r.text, r.edits, r.numerics, r.header, r.registered
		FROM other.revisions r JOIN other.experiments e ON e.number = r.experiment JOIN main.experiments m ON m.name = e.name
		WHERE NOT EXISTS (SELECT 1 FROM main.revisions x WHERE x.experiment = m.number AND x.digest = r.digest) ORDER BY r.number`,
	`INSERT INTO main.places (revision, position, place, trial, case_name, assigned)
		SELECT mr.number, p.position, p.place, mt.number, p.case_name, p.assigned
		FROM other.places p JOIN other.revisions r ON r.number = p.revision JOIN other.experiments e ON e.number = r.experiment
		JOIN main.experiments me ON me.name = e.name JOIN main.revisions mr ON mr.experiment = me.number AND mr.digest = r.digest
		JOIN other.trials t ON t.number = p.trial JOIN main.trials mt ON mt.id = t.id
		WHERE NOT EXISTS (SELECT 1 FROM main.places x WHERE x.revision = mr.number AND x.position = p.position AND x.place = p.place)`,
	`UPDATE main.experiments AS m SET revision = coalesce(
		(SELECT mr.number FROM other.experiments e JOIN other.revisions r ON r.number = e.revision
			JOIN main.revisions mr ON mr.experiment = m.number AND mr.digest = r.digest
			WHERE e.name = m.name AND (m.revision IS NULL OR (r.registered, r.digest) >
				(SELECT c.registered, c.digest FROM main.revisions c WHERE c.number = m.revision))), m.revision)`,
	"DROP TABLE temp.incoming",
}

// compareFinal compares the trials that are final here and there.
func compareFinal(tx *sql.Tx, merged *Merged) error {
	const query = `SELECT m.id, m.number, o.number, m.state <> o.state, m.weights_sha256 <> o.weights_sha256, m.seed IS NULL
		FROM main.trials m JOIN other.trials o ON o.id = m.id
		WHERE m.state IN ('done', 'diverged') AND o.state IN ('done', 'diverged') ORDER BY m.id`
	type pair struct {
		id                       string
		here, there              int64
		state, weights, baseline bool
	}
	var pairs []pair
	err := each(tx, query, nil, func(rows *sql.Rows) error {
		var p pair
		err := rows.Scan(&p.id, &p.here, &p.there, &p.state, &p.weights, &p.baseline)
		pairs = append(pairs, p)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range pairs {
		what, err := differenceOf(tx, p.here, p.there, p.baseline)
		switch {
		case err != nil:
			return err
		case p.state:
			what = "state"
		case what == "" && p.weights:
			what = "weights"
		}
		if what == "" {
			merged.Reproduced++
		} else {
			merged.Conflicts = append(merged.Conflicts, Conflict{p.id, what})
		}
	}
	return nil
}

// differenceOf names the first epoch after which the weights of a trial
// differ here and there, or else the first metric that does, or "".
func differenceOf(tx *sql.Tx, here, there int64, baseline bool) (string, error) {
	var epoch sql.NullInt64
	err := tx.QueryRow(`SELECT min(m.epoch) FROM main.epochs m JOIN other.epochs o ON o.epoch = m.epoch
		WHERE m.trial = ? AND o.trial = ? AND m.digest IS NOT o.digest`, here, there).Scan(&epoch)
	if err != nil || epoch.Valid {
		return fmt.Sprintf("epoch %d", epoch.Int64), err
	}
	tolerance := 0.0
	if baseline {
		tolerance = closedForm
	}
	var name sql.NullString
	err = tx.QueryRow(`SELECT min(m.name) FROM main.metrics m JOIN other.metrics o ON o.name = m.name
		WHERE m.trial = ? AND o.trial = ?
			AND abs(m.value - o.value) > iif(m.evaluation IS NULL, ?, ?) * abs(m.value)`, here, there, tolerance, closedForm).Scan(&name)
	if err != nil || !name.Valid {
		return "", err
	}
	return "metric " + name.String, nil
}

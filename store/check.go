package store

import (
	"database/sql"
	"fmt"
)

// checks are queries that return a row, one text, for everything that
// contradicts the contract of [Store].
var checks = []string{
	"SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
	`SELECT 'row ' || coalesce(rowid, '?') || ' of ' || "table" || ' points to a row of ' || parent || ' that is not there'
		FROM pragma_foreign_key_check`,
	`SELECT 'trial ' || substr(t.id, 1, 10) || ' is ' || t.state || ' and still has a checkpoint'
		FROM trials t JOIN checkpoints c ON c.trial = t.number WHERE t.state IN ('done', 'diverged', 'failed')`,
	`SELECT 'trial ' || substr(id, 1, 10) || ' is ' || state || ' and has metrics' FROM trials
		WHERE state IN ('waiting', 'running') AND number IN (SELECT trial FROM metrics)`,
	`SELECT 'trial ' || substr(id, 1, 10) || ' is ' || state || ' without a time at which it ended' FROM trials
		WHERE (state IN ('done', 'diverged', 'failed')) <> (finished IS NOT NULL)`,
	`SELECT 'trial ' || substr(id, 1, 10) || ' is done without a metric' FROM trials
		WHERE state = 'done' AND number NOT IN (SELECT trial FROM metrics)`,
	`SELECT 'trial ' || substr(t.id, 1, 10) || ' lacks a row in its curve: it has ' || count(*) || ' up to epoch ' || max(e.epoch)
		FROM trials t JOIN epochs e ON e.trial = t.number GROUP BY t.number HAVING count(*) <> max(e.epoch)`,
	`SELECT 'trial ' || substr(t.id, 1, 10) || ' is ' || t.state || ' and has an evaluation'
		FROM trials t JOIN evaluations e ON e.trial = t.number WHERE t.state <> 'done'`,
	`SELECT 'trial ' || substr(t.id, 1, 10) || ' has metric ' || m.name || ' from the evaluation of another trial'
		FROM trials t JOIN metrics m ON m.trial = t.number JOIN evaluations e ON e.number = m.evaluation WHERE e.trial <> m.trial`,
	`SELECT 'trial ' || substr(t.id, 1, 10) || ' has artefact ' || a.name || ' from the evaluation of another trial'
		FROM trials t JOIN artefacts a ON a.trial = t.number JOIN evaluations e ON e.number = a.evaluation WHERE e.trial <> a.trial`,
	"SELECT 'experiment ' || name || ' has no current revision' FROM experiments WHERE revision IS NULL",
}

// Check looks through the whole file and returns what is wrong with it, one
// sentence each; none is a sound store. A file that cannot be read that far is
// an error.
func (s *Store) Check() ([]string, error) {
	var problems []string
	err := s.read("check store", func(tx *sql.Tx) error {
		for _, query := range checks {
			err := each(tx, query, nil, func(rows *sql.Rows) error {
				var problem string
				err := rows.Scan(&problem)
				problems = append(problems, problem)
				return err
			})
			if err != nil {
				return err
			}
		}
		return eachSetting(tx, func(number int64, err error) {
			if err != nil {
				problems = append(problems, fmt.Sprintf("setting %d cannot be read: %v", number, err))
			}
		})
	})
	return problems, err
}

// eachSetting reads every setting and tells f how that went.
func eachSetting(tx *sql.Tx, f func(number int64, err error)) error {
	parse := parser{}
	return each(tx, "SELECT number, text FROM settings", nil, func(rows *sql.Rows) error {
		var number int64
		var text sql.RawBytes
		err := rows.Scan(&number, &text)
		if err == nil {
			_, wrong := parse.setting(text)
			f(number, wrong)
		}
		return err
	})
}

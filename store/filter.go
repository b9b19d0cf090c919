package store

import (
	"database/sql"
	"slices"
	"strings"
)

// Filter chooses trials. Its zero value chooses all of them; every field that is
// set narrows the choice.
type Filter struct {
	IDs        []string // whole ids
	Prefix     string   // how the id begins
	Experiment string   // a place in what this experiment asks for
	States     []State
	Family     string
	Where      []Condition // all of them must hold
	// Newest turns the order around. Trials come in the order in which they
	// were registered, those of one experiment in its order of work.
	Newest bool
	Limit  int // at most so many; 0 is no limit
	// Metrics are the names of those to read, which saves time where there are
	// many trials; nil reads all. What Where is about is found either way.
	Metrics []string
}

// candidate is a trial that a query found.
type candidate struct {
	number  int64
	setting int64
	state   State
}

// choose returns the trials that the filter chooses, in order.
func (s *Store) choose(tx *sql.Tx, f Filter) ([]candidate, error) {
	tests, err := prepareTests(tx, f.Where)
	if err != nil {
		return nil, err
	}
	if len(f.IDs) > manyIDs {
		tests = append(tests, idTest(f.IDs))
		f.IDs = nil
	}
	found, err := f.candidates(tx, tests)
	if err != nil {
		return nil, err
	}
	if err := s.correctStates(found); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(c candidate) bool { return !f.admits(c.state) })
	if f.Limit > 0 && len(found) > f.Limit {
		found = found[:f.Limit]
	}
	return found, nil
}

// candidates reads the trials that the filter asks for and the tests hold for, in
// the states that are recorded.
func (f Filter) candidates(tx *sql.Tx, tests []test) ([]candidate, error) {
	query, args := f.query(tests)
	var found []candidate
	values := make([]any, len(tests))
	err := each(tx, query, args, func(rows *sql.Rows) error {
		var c candidate
		targets := []any{&c.number, &c.setting, &c.state}
		for i := range values {
			targets = append(targets, &values[i])
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, test := range tests {
			if !test.holds(c, values[i]) {
				return nil
			}
		}
		found = append(found, c)
		return nil
	})
	return found, err
}

// manyIDs is how many ids the database looks up one by one. Of more, it is
// faster to go through all trials.
const manyIDs = 1000

// idTest holds of the trials with some ids.
func idTest(ids []string) test {
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	return test{column: "t.id", holds: func(_ candidate, value any) bool { return wanted[textOf(value)] }}
}

// query returns the SQL of what the database decides, and its arguments.
func (f Filter) query(tests []test) (string, []any) {
	columns, tables, order := "t.number, t.setting, t.state", "trials t", "t.number"
	var where []string
	var args []any
	for _, test := range tests {
		columns += ", " + test.column
		args = append(args, test.args...)
	}
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if f.Experiment != "" {
		tables += ` JOIN (SELECT p.trial, min(p.position) AS position FROM places p JOIN ` + asking + ` a
			ON a.revision = p.revision WHERE a.name = ? GROUP BY p.trial) AS placed ON placed.trial = t.number`
		args = append(args, f.Experiment)
		order = "placed.position"
	}
	if f.IDs != nil {
		add("t.id IN (SELECT value FROM json_each(?))", marshal(f.IDs))
	}
	if f.Prefix != "" {
		add("t.id >= ? AND t.id < ?", f.Prefix, f.Prefix+"\U0010FFFF")
	}
	if f.Family != "" {
		add("t.family = ?", f.Family)
	}
	if recorded := recordedStates(f.States); len(recorded) > 0 {
		add("t.state IN ("+placeholders(len(recorded))+")", recorded...)
	}
	query := "SELECT " + columns + " FROM " + tables
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY " + order
	if f.Newest {
		query += " DESC"
	}
	return query, args
}

// recordedStates returns the states that trials in one of these may be
// recorded with: one that is waiting may still be recorded as running.
func recordedStates(states []State) []any {
	var recorded []any
	for _, state := range states {
		recorded = append(recorded, string(state))
	}
	if slices.Contains(states, Waiting) && !slices.Contains(states, Running) {
		recorded = append(recorded, string(Running))
	}
	return recorded
}

// admits tells whether the filter lets a trial in this state pass.
func (f Filter) admits(state State) bool {
	if len(f.States) > 0 && !slices.Contains(f.States, state) {
		return false
	}
	for _, condition := range f.Where {
		if condition.Name == "state" && !condition.holds(string(state)) {
			return false
		}
	}
	return true
}

// correctStates turns running into waiting where the process that ran the
// trial has died.
func (s *Store) correctStates(found []candidate) error {
	var running []int64
	for _, c := range found {
		if c.state == Running {
			running = append(running, c.number)
		}
	}
	if len(running) == 0 {
		return nil
	}
	abandoned, err := s.claims.abandoned(running)
	if err != nil || len(abandoned) == 0 {
		return err
	}
	// A trial that ended since it was read is not abandoned: it ran when it
	// was read.
	still, err := s.stillRunning(running)
	if err != nil {
		return err
	}
	for i, c := range found {
		if abandoned[c.number] && still[c.number] {
			found[i].state = Waiting
		}
	}
	return nil
}

// stillRunning returns those of the trials that are recorded as running now.
func (s *Store) stillRunning(numbers []int64) (map[int64]bool, error) {
	still := map[int64]bool{}
	err := inside(s.readers, func(tx *sql.Tx) error {
		const query = "SELECT number FROM trials WHERE state = 'running' AND number IN (SELECT value FROM json_each(?))"
		return each(tx, query, []any{marshal(numbers)}, func(rows *sql.Rows) error {
			var number int64
			err := rows.Scan(&number)
			still[number] = true
			return err
		})
	})
	return still, err
}

package store

import (
	"database/sql"
	"slices"

	"hourglass.dev/hourglass/experiments"
)

// Former returns the trials that the current revision of an experiment wants,
// that e, its text in hand, wants no more, and that no other experiment wants.
// Their metrics are not read.
func (s *Store) Former(e *experiments.Experiment) ([]Record, error) {
	var records []Record
	err := s.read("read former trials of "+e.Name, func(tx *sql.Tx) error {
		dropped, err := droppedTrials(tx, e)
		if err != nil || len(dropped) == 0 {
			return err
		}
		chosen, err := s.choose(tx, Filter{Experiment: e.Name, IDs: dropped})
		if err == nil {
			records, err = load(tx, chosen, []string{})
		}
		return err
	})
	return records, err
}

// droppedTrials returns the ids of the trials that the current revision has,
// that e has no more, and that no other experiment has.
func droppedTrials(tx *sql.Tx, e *experiments.Experiment) ([]string, error) {
	const former = `SELECT DISTINCT t.id FROM experiments x JOIN places p ON p.revision = x.revision
		JOIN trials t ON t.number = p.trial WHERE x.name = ?`
	const elsewhere = `SELECT DISTINCT t.id FROM experiments x JOIN places p ON p.revision = x.revision
		JOIN trials t ON t.number = p.trial WHERE x.name <> ? AND t.id IN (SELECT value FROM json_each(?))`
	wanted := map[string]bool{}
	for _, id := range e.IDs() {
		wanted[id] = true
	}
	var dropped []string
	collect := func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		if !wanted[id] {
			dropped = append(dropped, id)
		}
		return err
	}
	if err := each(tx, former, []any{e.Name}, collect); err != nil || len(dropped) == 0 {
		return nil, err
	}
	err := each(tx, elsewhere, []any{e.Name, marshal(dropped)}, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		wanted[id] = true
		return err
	})
	return slices.DeleteFunc(dropped, func(id string) bool { return wanted[id] }), err
}

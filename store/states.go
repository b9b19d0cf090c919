package store

import "database/sql"

// States returns the states of those of the trials with these ids that the
// store knows.
func (s *Store) States(ids []string) (map[string]State, error) {
	states := make(map[string]State, len(ids))
	err := s.read("read states", func(tx *sql.Tx) error {
		const query = "SELECT id, state FROM trials WHERE id IN (SELECT value FROM json_each(?))"
		return each(tx, query, []any{marshal(ids)}, func(rows *sql.Rows) error {
			var id string
			var state State
			err := rows.Scan(&id, &state)
			states[id] = state
			return err
		})
	})
	return states, err
}

package store

import "database/sql"

// States returns the states of those of the trials with these ids that the
// store knows.
func (s *Store) States(ids []string) (map[string]State, error) {
	states := make(map[string]State, len(ids))
	err := s.read("read states", func(tx *sql.Tx) error {
		const query = "SELECT id, number, state FROM trials WHERE id IN (SELECT value FROM json_each(?))"
		var known []string
		var found []candidate
		err := each(tx, query, []any{marshal(ids)}, func(rows *sql.Rows) error {
			var id string
			var c candidate
			err := rows.Scan(&id, &c.number, &c.state)
			known, found = append(known, id), append(found, c)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.correctStates(found); err != nil {
			return err
		}
		for i, c := range found {
			states[known[i]] = c.state
		}
		return nil
	})
	return states, err
}

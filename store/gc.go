package store

import "database/sql"

// asking are the revisions by which experiments ask for trials: the current
// one and, where the command line edited that, the same text without edits. So a
// quick look with other values takes nothing from what the spec itself asks for.
const asking = `(SELECT r.number AS revision, e.name AS name FROM experiments e JOIN revisions c ON c.number = e.revision
	JOIN revisions r ON r.experiment = e.number
	AND (r.number = c.number OR c.edits NOT IN ('null', '[]') AND r.number = (SELECT max(b.number) FROM revisions b
		WHERE b.experiment = e.number AND b.text = c.text AND b.numerics = c.numerics AND b.edits IN ('null', '[]'))))`

// orphans are trials that no experiment asks for.
const orphans = `SELECT t.number FROM trials t WHERE t.number NOT IN (
	SELECT p.trial FROM places p WHERE p.revision IN (SELECT revision FROM ` + asking + `))`

// Orphans returns the trials that some experiment's earlier text asked for, and
// that no experiment asks for now.
func (s *Store) Orphans() ([]Record, error) {
	var ids []string
	err := s.read("look for orphans", func(tx *sql.Tx) error {
		return each(tx, "SELECT id FROM trials WHERE number IN ("+orphans+") ORDER BY number", nil, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.Trials(Filter{IDs: ids})
}

// Collect removes the orphans that nobody works on, with their models, earlier
// revisions of experiments, settings that nothing needs any more, and models of
// trials that are not in the store, and gives the space back to the disk. It
// returns how many trials were removed.
func (s *Store) Collect() (removed int, err error) {
	records, err := s.Orphans()
	if err != nil {
		return 0, err
	}
	for _, record := range records {
		gone, err := s.remove(record.ID)
		if err != nil {
			return removed, err
		}
		if gone {
			removed++
		}
	}
	err = s.write("collect garbage", func(tx *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM revisions WHERE number NOT IN (SELECT revision FROM " + asking + ")",
			"DELETE FROM settings WHERE number NOT IN (SELECT setting FROM trials)",
		} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return removed, err
	}
	if err := s.collectModels(); err != nil {
		return removed, err
	}
	_, err = s.writer.Exec("VACUUM")
	return removed, explain(s.path, "free space", err)
}

// remove deletes a trial with all that is recorded of it, unless somebody
// works on it.
func (s *Store) remove(id string) (bool, error) {
	number, _, err := s.numberOf(id)
	if err != nil {
		return false, explain(s.path, "remove "+short(id), err)
	}
	free, err := s.claims.take(number)
	if err != nil || !free {
		return false, explain(s.path, "remove "+short(id), err)
	}
	defer s.claims.drop(number)
	err = s.write("remove "+short(id), func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM places WHERE trial = ?", number); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM trials WHERE number = ?", number)
		return err
	})
	return err == nil, err
}

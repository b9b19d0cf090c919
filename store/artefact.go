package store

import (
	"database/sql"
	"fmt"
)

// Artefact is a result of a trial that is more than a number: a picture, or a
// longer result as JSON.
type Artefact struct {
	Name  string // such as contact-sheet, samples, code-map or roc.LABEL
	Media string // image/png or application/json
	Data  []byte
}

// PutArtefacts keeps artefacts of a trial that is done; any other is ErrNotDone.
// One whose name is taken replaces what was there.
func (s *Store) PutArtefacts(id string, artefacts []Artefact) error {
	return s.write("keep artefacts of "+short(id), func(tx *sql.Tx) error {
		trial, err := findDone(tx, id)
		if err != nil {
			return err
		}
		for _, a := range artefacts {
			if _, err := tx.Exec("DELETE FROM artefacts WHERE trial = ? AND name = ?", trial, a.Name); err != nil {
				return err
			}
		}
		return insertArtefacts(tx, trial, nil, artefacts)
	})
}

// findDone returns the number of a trial that is done.
func findDone(tx *sql.Tx, id string) (int64, error) {
	number, state, err := find(tx, id)
	if err == nil && state != Done {
		err = ErrNotDone
	}
	return number, err
}

// insertArtefacts adds those whose names are free. evaluation is the number of
// the one that they came of, or nil.
func insertArtefacts(tx *sql.Tx, trial int64, evaluation any, artefacts []Artefact) error {
	for _, a := range artefacts {
		if a.Name == "" || a.Media == "" {
			return fmt.Errorf("an artefact needs a name and a media type, got %q and %q", a.Name, a.Media)
		}
		data := a.Data
		if data == nil {
			data = []byte{} // nil would be NULL
		}
		_, err := tx.Exec("INSERT INTO artefacts (trial, name, media, data, evaluation) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			trial, a.Name, a.Media, data, evaluation)
		if err != nil {
			return err
		}
	}
	return nil
}

// Artefacts returns the artefacts of a trial, in the order of their names.
func (s *Store) Artefacts(id string) ([]Artefact, error) {
	var artefacts []Artefact
	err := s.read("read artefacts of "+short(id), func(tx *sql.Tx) error {
		number, _, err := find(tx, id)
		if err == nil {
			artefacts, err = loadArtefacts(tx, number)
		}
		return err
	})
	return artefacts, err
}

func loadArtefacts(tx *sql.Tx, trial int64) ([]Artefact, error) {
	var artefacts []Artefact
	const query = "SELECT name, media, data FROM artefacts WHERE trial = ? ORDER BY name"
	err := each(tx, query, []any{trial}, func(rows *sql.Rows) error {
		var a Artefact
		err := rows.Scan(&a.Name, &a.Media, &a.Data)
		artefacts = append(artefacts, a)
		return err
	})
	return artefacts, err
}

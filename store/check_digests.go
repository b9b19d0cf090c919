package store

import (
	"database/sql"
	"fmt"
)

// strayWeights are trials whose final weights are those after none of their
// epochs, neither the last nor, with early stopping, the best.
const strayWeights = `SELECT 'trial ' || substr(t.id, 1, 10) || ' ended with weights that it had after no epoch' FROM trials t
	WHERE t.weights_sha256 <> '' AND EXISTS (SELECT 1 FROM epochs e WHERE e.trial = t.number AND e.digest IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM epochs e WHERE e.trial = t.number AND e.digest = unhex(t.weights_sha256))`

// CheckDigests returns what contradicts the digests of trials, one sentence
// each: an id that is not that of the record, which id works out, and final
// weights that no epoch ended with.
func (s *Store) CheckDigests(id func(Record) string) ([]string, error) {
	var problems []string
	records, err := s.Trials(Filter{Metrics: []string{}})
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		if id(record) != record.ID {
			problems = append(problems, fmt.Sprintf("%s has the id of another setting, data, seed or numerics", short(record.ID)))
		}
	}
	err = s.read("check digests", func(tx *sql.Tx) error {
		return each(tx, strayWeights, nil, func(rows *sql.Rows) error {
			var problem string
			err := rows.Scan(&problem)
			problems = append(problems, problem)
			return err
		})
	})
	return problems, err
}

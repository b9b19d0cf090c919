package store

import (
	"database/sql"

	"hourglass.dev/hourglass/experiments"
)

// evaluated is an evaluation in a trial's line, whose metrics are among the
// trial's.
type evaluated struct {
	ID       string              `json:"id"`
	Setting  experiments.Setting `json:"setting"`
	Numerics int                 `json:"numerics"`
	Notes    []string            `json:"notes,omitempty"`
	Seconds  float64             `json:"seconds,omitempty"`
	Finished string              `json:"finished,omitempty"`
}

// keptArtefact is an artefact in a trial's line.
type keptArtefact struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Data  []byte `json:"data,omitempty"` // base64
}

func exportEvaluations(tx *sql.Tx, trial int64, canonical bool) ([]evaluated, error) {
	var list []evaluated
	const query = `SELECT '', number, id, setting, numerics, notes, seconds, finished FROM evaluations
		WHERE trial = ? ORDER BY iif(?, id, printf('%020d', number))`
	err := each(tx, query, []any{trial, canonical}, func(rows *sql.Rows) error {
		_, _, e, err := scanEvaluation(rows)
		if err != nil {
			return err
		}
		l := evaluated{ID: e.ID, Setting: e.Setting, Numerics: e.Numerics, Notes: e.Notes}
		if !canonical {
			l.Seconds, l.Finished = e.Seconds, exportTime(e.Finished)
		}
		list = append(list, l)
		return nil
	})
	return list, err
}

func exportArtefacts(tx *sql.Tx, trial int64, canonical bool) ([]keptArtefact, error) {
	artefacts, err := loadArtefacts(tx, trial)
	var list []keptArtefact
	for _, a := range artefacts {
		k := keptArtefact(a)
		if canonical {
			k.Data = nil
		}
		list = append(list, k)
	}
	return list, err
}

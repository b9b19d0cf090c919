package store

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"hourglass.dev/hourglass/experiments"
)

// Places returns where the trials stand in what all experiments ask for, by id,
// in the order of the experiments' names. Where the command line edited the
// current revision, its text without edits counts too.
func (s *Store) Places(ids []string) (map[string][]Place, error) {
	places := map[string][]Place{}
	err := s.read("read places", func(tx *sql.Tx) error {
		const query = `SELECT t.id, a.name, p.case_name, coalesce(p.assigned, 'null') FROM places p JOIN trials t ON t.number = p.trial
			JOIN ` + asking + ` a ON a.revision = p.revision WHERE t.id IN (SELECT value FROM json_each(?))
			ORDER BY a.name, p.revision DESC, p.position, p.place`
		return each(tx, query, []any{marshal(ids)}, func(rows *sql.Rows) error {
			var id string
			var place Place
			var values []byte
			if err := rows.Scan(&id, &place.Experiment, &place.Case, &values); err != nil {
				return err
			}
			err := unmarshal(values, &place.Values)
			if !slices.ContainsFunc(places[id], place.equal) {
				places[id] = append(places[id], place)
			}
			return err
		})
	})
	return places, err
}

func (p Place) equal(other Place) bool {
	return p.Experiment == other.Experiment && p.Case == other.Case && maps.Equal(p.Values, other.Values)
}

// Revision is a spec as it was registered.
type Revision struct {
	Name       string
	File, Dir  string
	Text       []byte
	Edits      []string
	Numerics   int
	Trials     int // how many it asks for
	Current    bool
	Registered time.Time
}

// Experiments returns the current revision of each experiment, in the order of
// their names.
func (s *Store) Experiments() ([]Revision, error) {
	return s.revisions("read experiments", "e.revision = r.number ORDER BY e.name")
}

// History returns all revisions of an experiment, the oldest first. An
// experiment that is not there is ErrUnknown.
func (s *Store) History(name string) ([]Revision, error) {
	revisions, err := s.revisions("read experiment "+name, "e.name = ? ORDER BY r.number", name)
	if err == nil && len(revisions) == 0 {
		err = fmt.Errorf("no experiment is called %q: %w", name, ErrUnknown)
	}
	return revisions, err
}

func (s *Store) revisions(doing, where string, args ...any) ([]Revision, error) {
	var revisions []Revision
	err := s.read(doing, func(tx *sql.Tx) error {
		query := `SELECT e.name, r.file, r.dir, r.text, r.edits, r.numerics, r.registered, r.number = e.revision,
			(SELECT count(DISTINCT trial) FROM places p WHERE p.revision = r.number)
			FROM revisions r JOIN experiments e ON e.number = r.experiment WHERE ` + where
		return each(tx, query, args, func(rows *sql.Rows) error {
			var r Revision
			var edits []byte
			var registered string
			err := rows.Scan(&r.Name, &r.File, &r.Dir, &r.Text, &edits, &r.Numerics, &registered, &r.Current, &r.Trials)
			if err == nil {
				err = unmarshal(edits, &r.Edits)
			}
			if err == nil {
				r.Registered, err = parseTime(registered)
			}
			revisions = append(revisions, r)
			return err
		})
	})
	return revisions, err
}

// Experiment returns the current revision of an experiment as it was
// registered, trials and places included, so that it can be reported on when its
// spec is gone. An experiment that is not there is
// ErrUnknown.
func (s *Store) Experiment(name string) (*experiments.Experiment, error) {
	e := &experiments.Experiment{Name: name}
	err := s.read("read experiment "+name, func(tx *sql.Tx) error {
		var revision int64
		var head, edits []byte
		err := tx.QueryRow(`SELECT r.number, r.file, r.dir, r.text, r.edits, r.header FROM experiments e
			JOIN revisions r ON r.number = e.revision WHERE e.name = ?`, name).
			Scan(&revision, &e.File, &e.Dir, &e.Text, &edits, &head)
		if err == sql.ErrNoRows {
			return fmt.Errorf("no experiment is called %q: %w", name, ErrUnknown)
		}
		if err != nil {
			return err
		}
		var h header
		if err := unmarshal(head, &h); err != nil {
			return err
		}
		h.into(e)
		if err := unmarshal(edits, &e.Edits); err != nil {
			return err
		}
		e.Trials, err = loadPlaced(tx, revision)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// loadPlaced returns the trials of a revision in the order of work.
func loadPlaced(tx *sql.Tx, revision int64) ([]experiments.Trial, error) {
	const query = `SELECT t.id, t.setting, t.data, t.seed, t.family, p.place, p.case_name, p.assigned
		FROM places p JOIN trials t ON t.number = p.trial WHERE p.revision = ? ORDER BY p.position, p.place`
	var trials []experiments.Trial
	var chosen []candidate
	known := map[string]map[string]string{} // values by their JSON: the seeds of a setting have the same
	err := each(tx, query, []any{revision}, func(rows *sql.Rows) error {
		var trial experiments.Trial
		var c candidate
		var seed sql.NullInt64
		var index int
		var place experiments.Place
		var values sql.RawBytes
		err := rows.Scan(&trial.ID, &c.setting, &trial.Data, &seed, &trial.Family, &index, &place.Case, &values)
		if err == nil && values != nil {
			place.Values, err = valuesOf(values, known)
		}
		if index == 0 {
			trial.Seed, trial.Baseline = int(seed.Int64), !seed.Valid
			trials, chosen = append(trials, trial), append(chosen, c)
		}
		if last := len(trials) - 1; values != nil {
			trials[last].Places = append(trials[last].Places, place)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	settings, err := loadSettings(tx, chosen)
	for i := range trials {
		trials[i].Setting = settings[chosen[i].setting]
	}
	return trials, err
}

// valuesOf reads the JSON of a place's values, each text once. Trials share what
// it returns.
func valuesOf(text []byte, known map[string]map[string]string) (map[string]string, error) {
	if values, ok := known[string(text)]; ok {
		return values, nil
	}
	var values map[string]string
	err := unmarshal(text, &values)
	known[string(text)] = values
	return values, err
}

package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"hourglass.dev/hourglass/experiments"
)

// Trials returns the trials that the filter chooses, in its order. Settings are
// shared between records and must not be changed.
func (s *Store) Trials(filter Filter) ([]Record, error) {
	var records []Record
	err := s.read("read trials", func(tx *sql.Tx) error {
		chosen, err := s.choose(tx, filter)
		if err == nil {
			records, err = load(tx, chosen, filter.Metrics)
		}
		return err
	})
	return records, err
}

// Trial returns the one trial whose id begins with prefix. There may be none,
// which is ErrUnknown, or several, which is an AmbiguousError.
func (s *Store) Trial(prefix string) (Record, error) {
	if prefix == "" {
		return Record{}, fmt.Errorf("read trial: an empty id is %w", ErrUnknown)
	}
	records, err := s.Trials(Filter{Prefix: prefix, Limit: 5})
	switch {
	case err != nil:
		return Record{}, err
	case len(records) == 0:
		return Record{}, fmt.Errorf("no trial has an id that begins with %q: %w", prefix, ErrUnknown)
	case len(records) == 1:
		return records[0], nil
	}
	ambiguous := &AmbiguousError{Prefix: prefix}
	for _, record := range records {
		if record.ID == prefix {
			return record, nil
		}
		ambiguous.IDs = append(ambiguous.IDs, record.ID)
	}
	return Record{}, ambiguous
}

// load reads the records of the chosen trials, in their order, with those of
// their metrics that are named, or all where metrics is nil.
func load(tx *sql.Tx, chosen []candidate, metrics []string) ([]Record, error) {
	numbers := make([]int64, len(chosen))
	for i, c := range chosen {
		numbers[i] = c.number
	}
	list := []any{marshal(numbers)}
	settings, err := loadSettings(tx, chosen)
	if err != nil {
		return nil, err
	}
	records := make([]Record, len(chosen))
	at := make(map[int64]*Record, len(chosen))
	for i, c := range chosen {
		records[i].State, records[i].Setting = c.state, settings[c.setting]
		at[c.number] = &records[i]
	}
	if err := loadTrials(tx, list, at); err != nil {
		return nil, err
	}
	if err := loadMetrics(tx, list, at, metrics); err != nil {
		return nil, err
	}
	return records, loadNotes(tx, list, at)
}

func loadSettings(tx *sql.Tx, chosen []candidate) (map[int64]experiments.Setting, error) {
	settings := map[int64]experiments.Setting{}
	var numbers []int64
	for _, c := range chosen {
		if _, seen := settings[c.setting]; !seen {
			settings[c.setting] = nil
			numbers = append(numbers, c.setting)
		}
	}
	parse := parser{}
	const query = "SELECT number, text FROM settings WHERE number IN (SELECT value FROM json_each(?))"
	err := each(tx, query, []any{marshal(numbers)}, func(rows *sql.Rows) error {
		var number int64
		var text sql.RawBytes
		if err := rows.Scan(&number, &text); err != nil {
			return err
		}
		var err error
		settings[number], err = parse.setting(text)
		return err
	})
	return settings, err
}

func loadTrials(tx *sql.Tx, list []any, at map[int64]*Record) error {
	const query = `SELECT number, id, data, dir, numerics, seed, family, epochs, seconds, examples_per_second, parameters,
		weights_sha256, diverged_step, failure, version, commit_hash, kernel, processor, os, arch, peak_memory,
		created, coalesce(finished, '') FROM trials WHERE number IN (SELECT value FROM json_each(?))`
	return each(tx, query, list, func(rows *sql.Rows) error {
		var r Record
		var number int64
		var created, finished string
		m := &r.Machine
		err := rows.Scan(&number, &r.ID, &r.Data, &r.Dir, &r.Numerics, &r.Seed, &r.Family, &r.Epochs, &r.Seconds,
			&r.ExamplesPerSecond, &r.Parameters, &r.WeightsSHA256, &r.DivergedStep, &r.Failure, &m.Version, &m.Commit, &m.Kernel,
			&m.Processor, &m.OS, &m.Arch, &m.PeakMemory, &created, &finished)
		if err != nil {
			return err
		}
		if r.Created, err = parseTime(created); err != nil {
			return err
		}
		if r.Finished, err = parseTime(finished); err != nil {
			return err
		}
		into := at[number]
		r.State, r.Setting, r.Metrics = into.State, into.Setting, map[string]float64{}
		*into = r
		return nil
	})
}

func loadMetrics(tx *sql.Tx, list []any, at map[int64]*Record, wanted []string) error {
	query := "SELECT trial, name, value FROM metrics WHERE trial IN (SELECT value FROM json_each(?))"
	if wanted != nil {
		query += " AND name IN (SELECT value FROM json_each(?))"
		list = append(slices.Clip(list), marshal(wanted))
	}
	names := map[string]string{} // one string for each name, not for each row
	return each(tx, query, list, func(rows *sql.Rows) error {
		var number int64
		var raw sql.RawBytes
		var value float64
		if err := rows.Scan(&number, &raw, &value); err != nil {
			return err
		}
		name, known := names[string(raw)]
		if !known {
			name = string(raw)
			names[name] = name
		}
		at[number].Metrics[name] = value
		return nil
	})
}

func loadNotes(tx *sql.Tx, list []any, at map[int64]*Record) error {
	const query = "SELECT trial, text FROM notes WHERE trial IN (SELECT value FROM json_each(?)) ORDER BY trial, position"
	return each(tx, query, list, func(rows *sql.Rows) error {
		var number int64
		var text string
		err := rows.Scan(&number, &text)
		at[number].Notes = append(at[number].Notes, text)
		return err
	})
}

// Epochs returns the curve of a trial, in order.
func (s *Store) Epochs(id string) ([]Epoch, error) {
	var epochs []Epoch
	err := s.read("read curve of "+short(id), func(tx *sql.Tx) error {
		number, _, err := find(tx, id)
		if err == nil {
			epochs, err = loadEpochs(tx, number)
		}
		return err
	})
	return epochs, err
}

func loadEpochs(tx *sql.Tx, number int64) ([]Epoch, error) {
	const query = `SELECT epoch, metrics, coalesce(not_finite, '[]'), coalesce(lower(hex(digest)), ''), tensors, seconds
		FROM epochs WHERE trial = ? ORDER BY epoch`
	var epochs []Epoch
	err := each(tx, query, []any{number}, func(rows *sql.Rows) error {
		var epoch Epoch
		var metrics, left []byte
		err := rows.Scan(&epoch.Epoch, &metrics, &left, &epoch.Digest, &epoch.Tensors, &epoch.Seconds)
		if err == nil {
			err = unmarshal(metrics, &epoch.Metrics)
		}
		if err == nil && string(left) != "[]" {
			err = unmarshal(left, &epoch.NotFinite)
		}
		epochs = append(epochs, epoch)
		return err
	})
	return epochs, err
}

// Series returns a series of a trial, or nil where it has none of that name.
func (s *Store) Series(id, name string) ([]float64, error) {
	var elements []float64
	err := s.read("read "+name+" of "+short(id), func(tx *sql.Tx) error {
		number, _, err := find(tx, id)
		if err != nil {
			return err
		}
		var text []byte
		err = tx.QueryRow("SELECT elements FROM series WHERE trial = ? AND name = ?", number, name).Scan(&text)
		if err == sql.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		return unmarshal(text, &elements)
	})
	return elements, err
}

// unmarshal reads JSON that this package wrote.
func unmarshal(text []byte, into any) error {
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

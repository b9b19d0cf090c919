package store

import (
	"bufio"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"hourglass.dev/hourglass/experiments"
)

// line is a line of an export: an experiment or a trial. A field that is
// absent is empty, or left out of a canonical export.
type line struct {
	Kind string `json:"kind"` // experiment or trial

	Name       string          `json:"name,omitempty"`
	Current    bool            `json:"current,omitempty"`
	File       string          `json:"file,omitempty"`
	Dir        string          `json:"dir,omitempty"`
	Text       string          `json:"text,omitempty"`
	Edits      []string        `json:"edits,omitempty"`
	Header     json.RawMessage `json:"header,omitempty"`
	Registered string          `json:"registered,omitempty"`
	Places     []placed        `json:"places,omitempty"`

	ID                string               `json:"id,omitempty"`
	State             State                `json:"state,omitempty"`
	Setting           experiments.Setting  `json:"setting,omitempty"`
	Data              string               `json:"data,omitempty"`
	Numerics          int                  `json:"numerics,omitempty"`
	Seed              *int                 `json:"seed,omitempty"`
	Family            string               `json:"family,omitempty"`
	Epochs            int                  `json:"epochs,omitempty"`
	Seconds           float64              `json:"seconds,omitempty"`
	ExamplesPerSecond *float64             `json:"examples_per_second,omitempty"`
	Parameters        int                  `json:"parameters,omitempty"`
	WeightsSHA256     string               `json:"weights_sha256,omitempty"`
	DivergedStep      int                  `json:"diverged_step,omitempty"`
	Failure           string               `json:"failure,omitempty"`
	Notes             []string             `json:"notes,omitempty"`
	Metrics           map[string]float64   `json:"metrics,omitempty"`
	Series            map[string][]float64 `json:"series,omitempty"`
	Curve             []point              `json:"curve,omitempty"`
	Evaluations       []evaluated          `json:"evaluations,omitempty"`
	Artefacts         []keptArtefact       `json:"artefacts,omitempty"`
	Machine           *Machine             `json:"machine,omitempty"`
	Created           string               `json:"created,omitempty"`
	Finished          string               `json:"finished,omitempty"`
}

// placed is a place of a trial in an experiment's line.
type placed struct {
	Trial  string            `json:"trial"`
	Case   string            `json:"case,omitempty"`
	Values map[string]string `json:"values,omitempty"`
}

// point is a row of a curve in a trial's line.
type point struct {
	Epoch     int                `json:"epoch"`
	Metrics   map[string]float64 `json:"metrics"`
	NotFinite []string           `json:"not_finite,omitempty"`
	Digest    string             `json:"digest,omitempty"`
	Tensors   string             `json:"tensors,omitempty"` // hex
	Seconds   float64            `json:"seconds,omitempty"`
}

// Export writes the store as JSON, one object a line: every revision of every
// experiment, then every trial with its curve, metrics, series, notes,
// evaluations and artefacts.
// Checkpoints are not among it.
//
// A canonical export is sorted by name and id, has the current revisions alone
// and leaves out what differs between machines: times, durations, machines,
// files, folders and what is in artefacts. Two stores hold the same results where their canonical exports are
// the same bytes.
func (s *Store) Export(w io.Writer, canonical bool) error {
	buffered := bufio.NewWriter(w)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	err := s.read("export store", func(tx *sql.Tx) error {
		if err := exportExperiments(tx, encoder, canonical); err != nil {
			return err
		}
		return s.exportTrials(tx, encoder, canonical)
	})
	if err != nil {
		return err
	}
	return buffered.Flush()
}

func exportExperiments(tx *sql.Tx, encoder *json.Encoder, canonical bool) error {
	where := "true ORDER BY r.number"
	if canonical {
		where = "r.number = e.revision ORDER BY e.name"
	}
	query := `SELECT r.number, e.name, r.number = e.revision, r.file, r.dir, r.text, r.edits, r.numerics, r.header, r.registered
		FROM revisions r JOIN experiments e ON e.number = r.experiment WHERE ` + where
	var lines []line
	var numbers []int64
	err := each(tx, query, nil, func(rows *sql.Rows) error {
		l := line{Kind: "experiment"}
		var number int64
		var edits, header []byte
		err := rows.Scan(&number, &l.Name, &l.Current, &l.File, &l.Dir, &l.Text, &edits, &l.Numerics, &header, &l.Registered)
		if err == nil {
			err = unmarshal(edits, &l.Edits)
		}
		l.Header = header
		lines, numbers = append(lines, l), append(numbers, number)
		return err
	})
	if err != nil {
		return err
	}
	for i, l := range lines {
		if l.Places, err = loadPlacedIDs(tx, numbers[i]); err != nil {
			return err
		}
		if canonical {
			l.File, l.Dir, l.Registered = "", "", ""
		}
		if err := encoder.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

func loadPlacedIDs(tx *sql.Tx, revision int64) (places []placed, err error) {
	const query = `SELECT t.id, p.case_name, coalesce(p.assigned, 'null') FROM places p
		JOIN trials t ON t.number = p.trial WHERE p.revision = ? ORDER BY p.position, p.place`
	err = each(tx, query, []any{revision}, func(rows *sql.Rows) error {
		var p placed
		var values []byte
		err := rows.Scan(&p.Trial, &p.Case, &values)
		if err == nil {
			err = unmarshal(values, &p.Values)
		}
		places = append(places, p)
		return err
	})
	return places, err
}

// exportTrials goes through the trials in portions, so that memory does not
// grow with the store.
func (s *Store) exportTrials(tx *sql.Tx, encoder *json.Encoder, canonical bool) error {
	chosen, err := s.choose(tx, Filter{})
	if err != nil {
		return err
	}
	if canonical {
		if chosen, err = sortByID(tx, chosen); err != nil {
			return err
		}
	}
	for portion := range slices.Chunk(chosen, 500) {
		records, err := load(tx, portion, nil)
		if err != nil {
			return err
		}
		for i, r := range records {
			l, err := lineOf(tx, portion[i].number, r, canonical)
			if err != nil {
				return err
			}
			if err := encoder.Encode(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func sortByID(tx *sql.Tx, chosen []candidate) ([]candidate, error) {
	byNumber := make(map[int64]candidate, len(chosen))
	for _, c := range chosen {
		byNumber[c.number] = c
	}
	sorted := chosen[:0]
	err := each(tx, "SELECT number FROM trials ORDER BY id", nil, func(rows *sql.Rows) error {
		var number int64
		err := rows.Scan(&number)
		sorted = append(sorted, byNumber[number])
		return err
	})
	return sorted, err
}

// lineOf returns the line of a trial.
func lineOf(tx *sql.Tx, number int64, r Record, canonical bool) (line, error) {
	l := line{
		Kind: "trial", ID: r.ID, State: r.State, Setting: r.Setting, Data: r.Data, Numerics: r.Numerics, Seed: r.Seed,
		Family: r.Family, Epochs: r.Epochs, Parameters: r.Parameters, WeightsSHA256: r.WeightsSHA256,
		DivergedStep: r.DivergedStep, Failure: r.Failure, Notes: r.Notes, Metrics: r.Metrics,
	}
	epochs, err := loadEpochs(tx, number)
	if err != nil {
		return l, err
	}
	if l.Series, err = loadSeries(tx, number); err != nil {
		return l, err
	}
	if l.Evaluations, err = exportEvaluations(tx, number, canonical); err != nil {
		return l, err
	}
	if l.Artefacts, err = exportArtefacts(tx, number, canonical); err != nil {
		return l, err
	}
	for _, e := range epochs {
		p := point{Epoch: e.Epoch, Metrics: e.Metrics, NotFinite: e.NotFinite, Digest: e.Digest, Tensors: hex.EncodeToString(e.Tensors)}
		if !canonical {
			p.Seconds = e.Seconds
		}
		l.Curve = append(l.Curve, p)
	}
	if !canonical {
		l.Dir, l.Seconds, l.ExamplesPerSecond, l.Machine = r.Dir, r.Seconds, r.ExamplesPerSecond, &r.Machine
		l.Created, l.Finished = exportTime(r.Created), exportTime(r.Finished)
	}
	return l, nil
}

func exportTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return formatTime(t)
}

func loadSeries(tx *sql.Tx, number int64) (map[string][]float64, error) {
	series := map[string][]float64{}
	err := each(tx, "SELECT name, elements FROM series WHERE trial = ?", []any{number}, func(rows *sql.Rows) error {
		var name string
		var text []byte
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		var elements []float64
		err := unmarshal(text, &elements)
		series[strings.Clone(name)] = elements
		return err
	})
	return series, err
}

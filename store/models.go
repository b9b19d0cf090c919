package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2/maybe"
)

// Models are kept beside the store, in the folder FILE.models, one file a
// trial: ID.safetensors. A file appears whole or not at all, and never changes.
// What is in it is not looked at here.
const (
	modelsSuffix = ".models"
	modelSuffix  = ".safetensors"
)

// ErrNoModel is the error of a model that is not on disk.
var ErrNoModel = errors.New("its weights are not on disk")

// modelsFolder is the folder of the models of the store at path.
func modelsFolder(path string) (string, error) {
	real, err := realPath(path)
	return real + modelsSuffix, err
}

// ModelFile returns the path of the file that holds the model of a trial, if it
// is on disk.
func (s *Store) ModelFile(id string) string {
	return filepath.Join(s.path+modelsSuffix, id+modelSuffix)
}

// PutModel writes the model of a trial.
func (s *Store) PutModel(id string, content []byte) error {
	doing := "keep the model of " + short(id)
	if s.readOnly {
		return &Error{File: s.path, Doing: doing, Reason: ErrReadOnly}
	}
	folder, err := modelsFolder(s.path)
	if err == nil {
		err = putModel(folder, id, content)
	}
	return explain(s.path, doing, err)
}

func putModel(folder, id string, content []byte) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	return maybe.WriteFile(filepath.Join(folder, id+modelSuffix), content, 0o666)
}

// Model returns what PutModel was given, or ErrNoModel.
func (s *Store) Model(id string) ([]byte, error) {
	doing := "read the model of " + short(id)
	folder, err := modelsFolder(s.path)
	if err != nil {
		return nil, explain(s.path, doing, err)
	}
	content, err := os.ReadFile(filepath.Join(folder, id+modelSuffix))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", doing, ErrNoModel)
	}
	return content, explain(s.path, doing, err)
}

// HasModel tells whether the model of a trial is on disk.
func (s *Store) HasModel(id string) bool {
	folder, err := modelsFolder(s.path)
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(folder, id+modelSuffix))
	return err == nil
}

// DropModel removes the model of a trial. One that is not there is no error.
func (s *Store) DropModel(id string) error {
	doing := "remove the model of " + short(id)
	if s.readOnly {
		return &Error{File: s.path, Doing: doing, Reason: ErrReadOnly}
	}
	folder, err := modelsFolder(s.path)
	if err == nil {
		err = os.Remove(filepath.Join(folder, id+modelSuffix))
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return explain(s.path, doing, err)
}

// Models returns the ids of the trials whose models are on disk, sorted.
func (s *Store) Models() ([]string, error) {
	folder, err := modelsFolder(s.path)
	if err != nil {
		return nil, explain(s.path, "list models", err)
	}
	ids, err := modelsIn(folder)
	return ids, explain(s.path, "list models", err)
}

func modelsIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var ids []string
	for _, entry := range entries {
		if id, ok := strings.CutSuffix(entry.Name(), modelSuffix); ok {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// collectModels removes the models of trials that are not in the store, and the
// folder where nothing is left in it.
func (s *Store) collectModels() error {
	ids, err := s.Models()
	if err != nil || len(ids) == 0 {
		return err
	}
	known, err := s.States(ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := known[id]; ok {
			continue
		}
		if err := s.DropModel(id); err != nil {
			return err
		}
	}
	if folder, err := modelsFolder(s.path); err == nil {
		os.Remove(folder) // which fails, as it should, where there is something in it
	}
	return nil
}

// mergeModels copies the models that are beside the store at path and not here,
// of trials that came to the same weights in both.
func (s *Store) mergeModels(path string, same []string) (copied int, err error) {
	from, err := modelsFolder(path)
	if err != nil {
		return 0, err
	}
	to, err := modelsFolder(s.path)
	if err != nil {
		return 0, err
	}
	there, err := modelsIn(from)
	if err != nil {
		return 0, err
	}
	here, err := modelsIn(to)
	if err != nil {
		return 0, err
	}
	for _, id := range there {
		if slices.Contains(here, id) || !slices.Contains(same, id) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(from, id+modelSuffix))
		if err == nil {
			err = putModel(to, id, content)
		}
		if err != nil {
			return copied, err
		}
		copied++
	}
	return copied, nil
}

// sameWeights returns the trials that have the same weights here and in the
// other store of a merge, and the baselines that are done in both.
func sameWeights(tx *sql.Tx) (ids []string, err error) {
	const query = `SELECT m.id FROM main.trials m JOIN other.trials o ON o.id = m.id
		WHERE m.weights_sha256 = o.weights_sha256 AND (m.weights_sha256 <> ''
			OR m.seed IS NULL AND o.seed IS NULL AND m.state = 'done' AND o.state = 'done') ORDER BY m.id`
	err = each(tx, query, nil, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// Repeats returns the trials that differ from one in nothing but their seed, and
// that trial.
func (s *Store) Repeats(id string) ([]Record, error) {
	var ids []string
	err := s.read("read the repeats of "+short(id), func(tx *sql.Tx) error {
		const query = `SELECT r.id FROM trials t JOIN trials r ON (r.setting, r.data, r.numerics) = (t.setting, t.data, t.numerics)
			WHERE t.id = ? AND r.seed IS NOT NULL ORDER BY r.seed`
		return each(tx, query, []any{id}, func(rows *sql.Rows) error {
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

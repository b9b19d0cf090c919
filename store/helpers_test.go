package store

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"hourglass.dev/hourglass/experiments"
)

// tree is a mapping of a setting.
type tree = experiments.Setting

// setting returns a resolved setting with a code of that size.
func setting(code int) experiments.Setting {
	layer := tree{"kind": "dense", "nodes": 64.0, "activation": "relu"}
	return tree{
		"data":  tree{"kind": "mnist", "validation": 5000.0},
		"model": tree{"kind": "autoencoder", "encoder": []any{layer, layer}, "code": float64(code), "output": "sigmoid"},
		"loss":  tree{"kind": "mse", "reduce": "mean"},
		"train": tree{"epochs": 20.0, "optimiser": tree{"kind": "adam", "rate": 0.001}},
	}
}

func id(name string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(name))) }

// experiment returns a sweep over code sizes and two seeds, with a PCA row each.
func experiment(name string, codes ...int) *experiments.Experiment {
	e := &experiments.Experiment{
		File: "specs/" + name + ".yaml", Dir: "specs", Text: []byte("name: " + name), Name: name, Question: "How small?",
		Seeds: []int{1, 2}, Axes: []string{"model.code"}, Compare: experiments.Compare{Metrics: []string{"test.mse"}},
	}
	for seed := 1; seed <= 2; seed++ {
		for _, code := range codes {
			e.Trials = append(e.Trials, experiments.Trial{
				ID: id(fmt.Sprint("code ", code, " seed ", seed)), Setting: setting(code), Data: "data", Seed: seed, Family: "undercomplete",
				Places: []experiments.Place{{Values: map[string]string{"model.code": fmt.Sprint(code)}}},
			})
		}
	}
	for _, code := range codes {
		e.Trials = append(e.Trials, experiments.Trial{
			ID: id(fmt.Sprint("pca ", code)), Data: "data", Baseline: true, Family: "pca",
			Setting: tree{"data": tree{"kind": "mnist"}, "model": tree{"kind": "pca", "code": float64(code)}},
		})
	}
	return e
}

// newStore returns an empty store that is closed when the test ends.
func newStore(t testing.TB) *Store {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "hourglass.db"))
}

func reopen(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get returns a record that must be there.
func get(t testing.TB, s *Store, id string) Record {
	t.Helper()
	r, err := s.Trial(id)
	must(t, err)
	return r
}

// dump returns the content of every table.
func dump(t testing.TB, s *Store) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	must(t, s.read("dump", func(tx *sql.Tx) error {
		var tables []string
		err := each(tx, "SELECT name FROM sqlite_schema WHERE type = 'table'", nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			tables = append(tables, name)
			return err
		})
		for _, table := range tables {
			must(t, each(tx, "SELECT * FROM "+table, nil, func(rows *sql.Rows) error {
				columns, err := rows.Columns()
				must(t, err)
				values, targets := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					targets[i] = &values[i]
				}
				err = rows.Scan(targets...)
				out[table] = append(out[table], fmt.Sprint(values...))
				return err
			}))
		}
		return err
	}))
	return out
}

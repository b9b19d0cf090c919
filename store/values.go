package store

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
)

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// checkResult refuses numbers that SQLite would turn into NULL or JSON cannot
// hold.
func checkResult(result Result) error {
	if eps := result.ExamplesPerSecond; !finite(result.Seconds) || eps != nil && !finite(*eps) {
		return fmt.Errorf("the duration is %w", ErrNotFinite)
	}
	for _, name := range slices.Sorted(maps.Keys(result.Metrics)) {
		if !finite(result.Metrics[name]) {
			return fmt.Errorf("%s is %v, %w", name, result.Metrics[name], ErrNotFinite)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(result.Series)) {
		if i := slices.IndexFunc(result.Series[name], func(v float64) bool { return !finite(v) }); i >= 0 {
			return fmt.Errorf("element %d of %s is %v, %w", i, name, result.Series[name][i], ErrNotFinite)
		}
	}
	return nil
}

// insertMetrics adds metrics. evaluation is the number of the one that they came
// of, or nil.
func insertMetrics(tx *sql.Tx, number int64, evaluation any, metrics map[string]float64) error {
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		if !finite(metrics[name]) {
			return fmt.Errorf("%s is %v, %w", name, metrics[name], ErrNotFinite)
		}
		_, err := tx.Exec("INSERT INTO metrics (trial, name, value, evaluation) VALUES (?, ?, ?, ?)", number, name, metrics[name], evaluation)
		if err != nil {
			return err
		}
	}
	return nil
}

func insertSeries(tx *sql.Tx, number int64, series map[string][]float64) error {
	for _, name := range slices.Sorted(maps.Keys(series)) {
		_, err := tx.Exec("INSERT INTO series (trial, name, elements) VALUES (?, ?, ?)", number, name, marshal(series[name]))
		if err != nil {
			return err
		}
	}
	return nil
}

func insertNotes(tx *sql.Tx, number int64, notes []string) error {
	for i, note := range notes {
		_, err := tx.Exec("INSERT INTO notes (trial, position, text) VALUES (?, ?, ?)", number, i, note)
		if err != nil {
			return err
		}
	}
	return nil
}

func insertEpochs(tx *sql.Tx, number int64, rows []Epoch) error {
	const query = `INSERT OR REPLACE INTO epochs (trial, epoch, metrics, not_finite, digest, tensors, seconds)
		VALUES (?, ?, ?, ?, ?, ?, ?)`
	for _, row := range rows {
		if !finite(row.Seconds) {
			return fmt.Errorf("the duration of epoch %d is %w", row.Epoch, ErrNotFinite)
		}
		digest, err := hex.DecodeString(row.Digest)
		if err != nil {
			return fmt.Errorf("digest of epoch %d: %w", row.Epoch, err)
		}
		metrics, left := splitFinite(row)
		var notFinite any
		if len(left) > 0 {
			notFinite = marshal(left)
		}
		if _, err := tx.Exec(query, number, row.Epoch, marshal(metrics), notFinite, orNull(digest), orNull(row.Tensors), row.Seconds); err != nil {
			return err
		}
	}
	return nil
}

// orNull keeps what is empty out of the store.
func orNull(bytes []byte) any {
	if len(bytes) == 0 {
		return nil
	}
	return bytes
}

// splitFinite returns the metrics of a row that are finite, and the names of
// those that are not.
func splitFinite(row Epoch) (metrics map[string]float64, notFinite []string) {
	notFinite = slices.Clone(row.NotFinite)
	metrics = row.Metrics
	for name, value := range row.Metrics {
		if finite(value) {
			continue
		}
		if len(metrics) == len(row.Metrics) {
			metrics = maps.Clone(metrics)
		}
		delete(metrics, name)
		notFinite = append(notFinite, name)
	}
	slices.Sort(notFinite)
	if metrics == nil {
		metrics = map[string]float64{}
	}
	return metrics, slices.Compact(notFinite)
}

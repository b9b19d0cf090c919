package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

// field is a column of a Parquet file: value returns int64, float64, bytes, or
// nil where a trial has none.
type field struct {
	name  string
	node  parquet.Node
	value func(Trial) any
}

// trialFields are the columns that all trials have, whatever their metrics are.
var trialFields = []field{
	{"id", parquet.String(), func(t Trial) any { return []byte(t.ID) }},
	{"experiment", parquet.String(), func(t Trial) any { return text(t.places()[0].Experiment) }},
	{"case", parquet.String(), func(t Trial) any { return text(t.places()[0].Case) }},
	{"family", parquet.String(), func(t Trial) any { return text(t.Family) }},
	{"state", parquet.String(), func(t Trial) any { return []byte(t.State) }},
	{"setting", parquet.JSON(), func(t Trial) any { return []byte(canonical(t.Setting)) }},
	{"data_fingerprint", parquet.String(), func(t Trial) any { return text(t.Data) }},
	{"numerics", parquet.Int(64), func(t Trial) any { return int64(t.Numerics) }},
	{"seed", parquet.Int(64), func(t Trial) any {
		if t.Baseline() {
			return nil
		}
		return int64(*t.Seed)
	}},
	{"epochs", parquet.Int(64), func(t Trial) any { return int64(t.Epochs) }},
	{"parameters", parquet.Int(64), func(t Trial) any { return int64(t.Parameters) }},
	{"seconds", parquet.Leaf(parquet.DoubleType), func(t Trial) any { return t.Seconds }},
	{"weights_sha256", parquet.String(), func(t Trial) any { return text(t.WeightsSHA256) }},
	{"failure", parquet.String(), func(t Trial) any { return text(t.Failure) }},
	{"finished", parquet.Timestamp(parquet.Microsecond), func(t Trial) any { return moment(t.Finished) }},
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// WriteParquet writes trials as a Parquet file: a row for each, a column for each
// metric that any has, by its full name, beside what trials are. Experiment and
// case are those of the first place. What is missing is null.
func WriteParquet(w io.Writer, trials []Trial) error {
	fields := slices.Concat(trialFields, metricFields(trials))
	group := parquet.Group{}
	for _, f := range fields {
		group[f.name] = parquet.Compressed(parquet.Optional(f.node), &parquet.Zstd)
	}
	// A group has its columns in alphabetical order.
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	out := parquet.NewWriter(w, parquet.NewSchema("trial", group))
	for some := range slices.Chunk(trials, 1000) {
		rows := make([]parquet.Row, len(some))
		for i, t := range some {
			rows[i] = rowOf(t, fields)
		}
		if _, err := out.WriteRows(rows); err != nil {
			return fmt.Errorf("write Parquet: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write Parquet: %w", err)
	}
	return nil
}

func metricFields(trials []Trial) []field {
	names := map[string]bool{}
	for _, t := range trials {
		for name := range t.Metrics {
			names[name] = true
		}
	}
	var fields []field
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fields = append(fields, field{name, parquet.Leaf(parquet.DoubleType), func(t Trial) any {
			if v, ok := t.Metrics[name]; ok {
				return v
			}
			return nil
		}})
	}
	return fields
}

// rowOf returns a trial's values. Every column is optional, so that a value that
// is there is of definition level 1.
func rowOf(t Trial, fields []field) parquet.Row {
	row := make(parquet.Row, len(fields))
	for i, f := range fields {
		value := parquet.NullValue()
		present := 1
		switch v := f.value(t).(type) {
		case int64:
			value = parquet.Int64Value(v)
		case float64:
			value = parquet.DoubleValue(v)
		case []byte:
			value = parquet.ByteArrayValue(v)
		case nil:
			present = 0
		}
		row[i] = value.Level(0, present, i)
	}
	return row
}

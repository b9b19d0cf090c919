package reports

import (
	"bytes"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// TestParquetHoldsAllTrials reads a file back through the package's own reader,
// column by column.
func TestParquetHoldsAllTrials(t *testing.T) {
	trials := codeSize([]float64{2, 8}, losses[:1], 3)
	var out bytes.Buffer
	if err := WriteParquet(&out, trials); err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if file.NumRows() != int64(len(trials)) {
		t.Fatalf("%d rows, want %d", file.NumRows(), len(trials))
	}
	columns := map[string]int{}
	for i, path := range file.Schema().Columns() {
		columns[path[0]] = i
	}
	reader := parquet.NewReader(bytes.NewReader(out.Bytes()))
	defer reader.Close()
	rows := make([]parquet.Row, len(trials))
	if n, err := reader.ReadRows(rows); n != len(trials) {
		t.Fatal(n, err)
	}
	for i, trial := range trials {
		row := rows[i]
		if got := string(row[columns["id"]].ByteArray()); got != trial.ID {
			t.Errorf("row %d: id %q, want %q", i, got, trial.ID)
		}
		if got := row[columns["seed"]]; got.IsNull() != trial.Baseline() || !trial.Baseline() && got.Int64() != int64(*trial.Seed) {
			t.Errorf("row %d: seed %v", i, got)
		}
		mse, has := trial.Metrics["test.mse"]
		if got := row[columns["test.mse"]]; got.IsNull() == has || has && math.Float64bits(got.Double()) != math.Float64bits(mse) {
			t.Errorf("row %d: test.mse %v, want %v", i, got, mse)
		}
		if got := string(row[columns["setting"]].ByteArray()); got != canonical(trial.Setting) {
			t.Errorf("row %d: setting %s", i, got)
		}
	}
}

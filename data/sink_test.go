package data

import (
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"

	"hourglass.dev/hourglass/nn"
)

// TestSinksAreReadAsWritten writes rows in each format and reads them back by other means.
func TestSinksAreReadAsWritten(t *testing.T) {
	names := []string{"x.png", `with "quotes", and a comma`, "z"}
	rows := [][]float64{{1, 0.1}, {-2.5, math.Pi}, {1e-30, 12345678}}
	for _, double := range []bool{false, true} {
		table := Table{Columns: []string{"h2", "h10"}, Shape: []int{2}, Named: "file", Double: double}
		round := func(v float64) float64 {
			if double {
				return v
			}
			return float64(float32(v))
		}
		var want [][]float64
		for _, row := range rows {
			want = append(want, []float64{round(row[0]), round(row[1])})
		}
		for format, read := range map[string]func(t *testing.T, path string) ([][]float64, []string){
			"csv": readCSVRows, "npy": readNPYRows, "parquet": readParquetRows,
		} {
			path := filepath.Join(t.TempDir(), "rows."+format)
			s, err := NewSink(path, table)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				if err := s.Write(names[i], row); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			got, gotNames := read(t, path)
			for i := range got {
				got[i] = []float64{round(got[i][0]), round(got[i][1])}
			}
			if !slices.EqualFunc(got, want, slices.Equal) || gotNames != nil && !slices.Equal(gotNames, names) {
				t.Errorf("%s, double %v: read %v of %q, wrote %v", format, double, got, gotNames, want)
			}
		}
	}
}

func readCSVRows(t *testing.T, path string) (rows [][]float64, names []string) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil || !slices.Equal(records[0], []string{"file", "h2", "h10"}) {
		t.Fatalf("%v: %v", records, err)
	}
	for _, record := range records[1:] {
		a, problem := parseCell(record[1])
		b, another := parseCell(record[2])
		if problem+another != "" {
			t.Error(problem, another)
		}
		rows, names = append(rows, []float64{a, b}), append(names, record[0])
	}
	return rows, names
}

func readNPYRows(t *testing.T, path string) (rows [][]float64, names []string) {
	file, err := openPacked(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	array, err := openNpy(file, file.bound)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(array.dims, nn.Shape{3, 2}) {
		t.Errorf("dimensions %v", array.dims)
	}
	err = array.read(func(first int, chunk []float64) error {
		for row := range slices.Chunk(slices.Clone(chunk), 2) {
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, nil
}

func readParquetRows(t *testing.T, path string) (rows [][]float64, names []string) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	read, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	reader := parquet.NewGenericReader[any](file, read.Schema())
	var columns []string
	for _, column := range reader.Schema().Columns() {
		columns = append(columns, column[0])
	}
	if !slices.Equal(columns, []string{"file", "h2", "h10"}) {
		t.Fatalf("the columns are %q", columns)
	}
	buffer := make([]parquet.Row, 10)
	n, err := reader.ReadRows(buffer)
	if err != nil && err != io.EOF {
		t.Fatal(err)
	}
	number := func(v parquet.Value) float64 {
		if v.Kind() == parquet.Float {
			return float64(v.Float())
		}
		return v.Double()
	}
	for _, row := range buffer[:n] {
		rows = append(rows, []float64{number(row[1]), number(row[2])})
		names = append(names, string(row[0].ByteArray()))
	}
	return rows, names
}

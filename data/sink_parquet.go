package data

import (
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// parquetSink writes columns of numbers, and one of names where rows have such.
// A schema orders its columns by their names.
type parquetSink struct {
	w     *parquet.GenericWriter[any]
	t     Table
	name  int   // column of the names
	place []int // column of each number
	row   parquet.Row
}

func newParquetSink(w io.Writer, t Table) *parquetSink {
	kind := parquet.Leaf(parquet.FloatType)
	if t.Double {
		kind = parquet.Leaf(parquet.DoubleType)
	}
	group := parquet.Group{}
	for _, name := range t.Columns {
		group[name] = kind
	}
	names := slices.Clone(t.Columns)
	if t.Named != "" {
		group[t.Named] = parquet.String()
		names = append(names, t.Named)
	}
	slices.Sort(names)
	s := &parquetSink{w: parquet.NewGenericWriter[any](w, parquet.NewSchema("rows", group), parquet.Compression(&zstd.Codec{})), t: t}
	for _, name := range t.Columns {
		s.place = append(s.place, slices.Index(names, name))
	}
	s.name = slices.Index(names, t.Named)
	s.row = make(parquet.Row, len(names))
	return s
}

func (s *parquetSink) write(name string, row []float64) error {
	if s.t.Named != "" {
		s.row[s.name] = parquet.ByteArrayValue([]byte(name)).Level(0, 0, s.name)
	}
	for i, v := range row {
		value := parquet.FloatValue(float32(v))
		if s.t.Double {
			value = parquet.DoubleValue(v)
		}
		s.row[s.place[i]] = value.Level(0, 0, s.place[i])
	}
	_, err := s.w.WriteRows([]parquet.Row{s.row})
	return err
}

func (s *parquetSink) end(int) error { return s.w.Close() }

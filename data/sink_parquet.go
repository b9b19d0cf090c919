package data

import (
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// parquetSink writes columns of numbers, after one of names where rows have such.
type parquetSink struct {
	w   *parquet.GenericWriter[any]
	t   Table
	row parquet.Row
}

// orderedGroup is a group whose columns keep the order of their names in names:
// the library's own has them in alphabetical order, in which x10 comes before x2,
// so that who takes a table for a matrix would find its columns elsewhere.
type orderedGroup struct {
	parquet.Group
	names []string
}

// Fields returns the columns.
func (g orderedGroup) Fields() []parquet.Field {
	fields := make([]parquet.Field, len(g.names))
	at := make(map[string]int, len(g.names))
	for i, name := range g.names {
		at[name] = i
	}
	for _, field := range g.Group.Fields() {
		fields[at[field.Name()]] = field
	}
	return fields
}

func newParquetSink(w io.Writer, t Table) *parquetSink {
	kind := parquet.Leaf(parquet.FloatType)
	if t.Double {
		kind = parquet.Leaf(parquet.DoubleType)
	}
	group := orderedGroup{Group: parquet.Group{}}
	if t.Named != "" {
		group.Group[t.Named], group.names = parquet.String(), []string{t.Named}
	}
	for _, name := range t.Columns {
		group.Group[name] = kind
	}
	group.names = append(group.names, t.Columns...)
	schema := parquet.NewSchema("rows", group)
	return &parquetSink{
		w: parquet.NewGenericWriter[any](w, schema, parquet.Compression(&zstd.Codec{})), t: t,
		row: make(parquet.Row, len(group.names)),
	}
}

func (s *parquetSink) write(name string, row []float64) error {
	first := 0 // column of the numbers
	if s.t.Named != "" {
		s.row[0], first = parquet.ByteArrayValue([]byte(name)).Level(0, 0, 0), 1
	}
	for i, v := range row {
		value := parquet.FloatValue(float32(v))
		if s.t.Double {
			value = parquet.DoubleValue(v)
		}
		s.row[first+i] = value.Level(0, 0, first+i)
	}
	_, err := s.w.WriteRows([]parquet.Row{s.row})
	return err
}

func (s *parquetSink) end(int) error { return s.w.Close() }

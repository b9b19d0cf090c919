package data

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// Sink takes rows of numbers into a file, in the format that its name ends in:
// csv, npy or parquet. The file appears whole when the sink is closed, or not at
// all.
type Sink struct {
	format sinkFormat
	file   *os.File // nil for a stream
	path   string
	rows   int
}

// sinkFormat writes rows.
type sinkFormat interface {
	// write takes the numbers of a row, and its name or "".
	write(name string, row []float64) error
	// end writes what comes after so many rows.
	end(rows int) error
}

// Table is what the rows of a sink are.
type Table struct {
	Columns []string
	Shape   []int  // of a row, in an array: [4] or [28, 28, 1]; none where a row is one number
	Named   string // the column of the rows' names, or "" where they have none
	// Double keeps numbers as float64, which are otherwise float32.
	Double bool
}

// SinkFormats are the endings of files that NewSink writes.
var SinkFormats = []string{"csv", "npy", "parquet"}

// FormatOf is the ending of a path, without its dot.
func FormatOf(path string) string {
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
}

// NewSink begins a file.
func NewSink(path string, t Table) (*Sink, error) {
	format := FormatOf(path)
	if !slices.Contains(SinkFormats, format) {
		err := fmt.Errorf("%s: wanted a name that ends in %s", path, strings.Join(SinkFormats, ", "))
		if nearest := registry.Nearest(format, SinkFormats); nearest != "" {
			err = fmt.Errorf("%w; did you mean .%s?", err, nearest)
		}
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	var reason *fs.PathError // which names the temporary file
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no folder %s", path, filepath.Dir(path))
	case errors.As(err, &reason):
		return nil, fmt.Errorf("%s: %w", path, reason.Err)
	case err != nil:
		return nil, err
	}
	s := &Sink{file: file, path: path}
	switch format {
	case "csv":
		s.format, err = newCSVSink(file, t)
	case "npy":
		s.format, err = newNPYSink(file, t)
	case "parquet":
		s.format = newParquetSink(file, t)
	}
	if err != nil {
		s.Abandon()
		return nil, err
	}
	return s, nil
}

// NewStream is a sink of CSV that goes to w.
func NewStream(w io.Writer, t Table) (*Sink, error) {
	format, err := newCSVSink(w, t)
	return &Sink{format: format}, err
}

// Write takes a row.
func (s *Sink) Write(name string, row []float64) error {
	s.rows++
	return s.format.write(name, row)
}

// Abandon leaves nothing of a file that was not closed.
func (s *Sink) Abandon() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

// Close puts the file into its place.
func (s *Sink) Close() error {
	err := s.format.end(s.rows)
	if s.file == nil {
		return err
	}
	if err == nil {
		err = s.file.Chmod(0o644)
	}
	if closing := s.file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(s.file.Name(), s.path)
	}
	if err != nil {
		os.Remove(s.file.Name())
	}
	s.file = nil
	return err
}

// csvSink writes a header and a line for each row.
type csvSink struct {
	w    *bufio.Writer
	t    Table
	line []byte
}

func newCSVSink(w io.Writer, t Table) (*csvSink, error) {
	s := &csvSink{w: bufio.NewWriterSize(w, 1<<16), t: t}
	columns := t.Columns
	if t.Named != "" {
		columns = append([]string{t.Named}, columns...)
	}
	for i, name := range columns {
		if i > 0 {
			s.line = append(s.line, ',')
		}
		s.line = appendCell(s.line, name)
	}
	_, err := s.w.Write(append(s.line, '\n'))
	return s, err
}

// appendCell quotes what would be read as more than one cell.
func appendCell(line []byte, cell string) []byte {
	if !strings.ContainsAny(cell, ",\"\r\n") {
		return append(line, cell...)
	}
	return append(append(append(line, '"'), strings.ReplaceAll(cell, `"`, `""`)...), '"')
}

func (s *csvSink) write(name string, row []float64) error {
	line := s.line[:0]
	if s.t.Named != "" {
		line = append(appendCell(line, name), ',')
	}
	bits := 32
	if s.t.Double {
		bits = 64
	}
	for i, v := range row {
		if i > 0 {
			line = append(line, ',')
		}
		line = strconv.AppendFloat(line, v, 'g', -1, bits)
	}
	s.line = append(line, '\n')
	_, err := s.w.Write(s.line)
	return err
}

func (s *csvSink) end(int) error { return s.w.Flush() }

// npySink writes an array. How many rows there are stands in the header, and is
// filled in at the end.
type npySink struct {
	file *os.File
	w    *bufio.Writer
	t    Table
	room []byte
}

func newNPYSink(file *os.File, t Table) (*npySink, error) {
	s := &npySink{file: file, w: bufio.NewWriterSize(file, 1<<16), t: t}
	_, err := s.w.Write(s.header(0))
	return s, err
}

func (s *npySink) header(rows int) []byte {
	descr := "<f4"
	if s.t.Double {
		descr = "<f8"
	}
	return NPYHeader(descr, append([]int{rows}, s.t.Shape...))
}

func (s *npySink) write(_ string, row []float64) error {
	s.room = s.room[:0]
	for _, v := range row {
		if s.t.Double {
			s.room = binary.LittleEndian.AppendUint64(s.room, math.Float64bits(v))
		} else {
			s.room = binary.LittleEndian.AppendUint32(s.room, math.Float32bits(float32(v)))
		}
	}
	_, err := s.w.Write(s.room)
	return err
}

func (s *npySink) end(rows int) error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	_, err := s.file.WriteAt(s.header(rows), 0)
	return err
}

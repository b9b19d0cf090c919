package data

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"hourglass.dev/hourglass/registry"
)

// csvLayout says how a CSV file is read.
type csvLayout struct {
	separator rune
	header    bool
	columns   []string // the features, in order; empty for all but label and ignore
	ignore    []string
	label     string // column of the classes, or ""
}

// csvTable is what a CSV file holds.
type csvTable struct {
	raw
	names   []string // of all columns, sorted
	columns []string // of the features
	labels  []string // nil where there is no label column
}

// csvReader reads one file.
type csvReader struct {
	path     string
	csv      *csv.Reader
	width    int   // columns in the file
	picked   []int // columns of the features
	label    int   // column of the label, or −1
	mistakes fileMistakes
}

// read reads a file; path is for errors.
func (l csvLayout) read(path string, src io.Reader) (*csvTable, error) {
	r := &csvReader{path: path, csv: csv.NewReader(withoutMark(src)), label: -1}
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.ReuseRecord = l.separator, -1, true
	first, err := r.next()
	if err == io.EOF {
		return nil, fmt.Errorf("%s: the file is empty", path)
	}
	if err != nil {
		return nil, err
	}
	table, err := l.choose(r, first)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !l.header {
		r.take(table, first)
	}
	if err := r.takeAll(table); err != nil {
		return nil, err
	}
	if err := r.mistakes.err(); err != nil {
		return nil, err
	}
	if len(table.values) == 0 {
		return nil, fmt.Errorf("%s: wanted examples, found a header alone", path)
	}
	return table, nil
}

// withoutMark skips the byte order mark that some programs write.
func withoutMark(src io.Reader) io.Reader {
	buffered := bufio.NewReader(src)
	if begin, _ := buffered.Peek(3); string(begin) == "\ufeff" {
		buffered.Discard(3)
	}
	return buffered
}

// choose finds the columns of features and label by the names in the header.
// Columns without a name, and all of them without a header, are c1, c2, ….
func (l csvLayout) choose(r *csvReader, first []string) (*csvTable, error) {
	names := make([]string, len(first))
	for i, name := range first {
		names[i] = "c" + strconv.Itoa(i+1)
		if name = strings.TrimSpace(name); l.header && name != "" {
			names[i] = name
		}
		if slices.Contains(names[:i], names[i]) {
			return nil, fmt.Errorf("two columns are called %q", names[i])
		}
	}
	table := &csvTable{names: slices.Sorted(slices.Values(names))}
	r.width = len(names)
	if l.label != "" {
		var err error
		if r.label, err = columnNamed("label", l.label, names); err != nil {
			return nil, err
		}
		table.labels = []string{}
	}
	var err error
	r.picked, err = l.pick(names)
	for _, i := range r.picked {
		table.columns = append(table.columns, names[i])
	}
	table.width = len(table.columns)
	return table, err
}

// pick returns the columns of the features.
func (l csvLayout) pick(names []string) ([]int, error) {
	var picked []int
	for _, name := range l.columns {
		i, err := columnNamed("columns", name, names)
		if err != nil {
			return nil, err
		}
		picked = append(picked, i)
	}
	if len(picked) > 0 {
		return picked, nil
	}
	for _, name := range l.ignore {
		if _, err := columnNamed("ignore", name, names); err != nil {
			return nil, err
		}
	}
	for i, name := range names {
		if name != l.label && !slices.Contains(l.ignore, name) {
			picked = append(picked, i)
		}
	}
	if len(picked) == 0 {
		return nil, errors.New("label and ignore leave no column")
	}
	return picked, nil
}

func columnNamed(parameter, name string, names []string) (int, error) {
	if i := slices.Index(names, name); i >= 0 {
		return i, nil
	}
	hint := "the columns are " + abridged(names)
	if nearest := registry.Nearest(name, names); nearest != "" {
		hint = "did you mean " + nearest + "?"
	}
	return -1, fmt.Errorf("%s: no column is called %q; %s", parameter, name, hint)
}

// next reads a record. The errors of damaged files name the line.
func (r *csvReader) next() ([]string, error) {
	record, err := r.csv.Read()
	var malformed *csv.ParseError
	if errors.As(err, &malformed) {
		return nil, fmt.Errorf("%s:%d:%d: %w", r.path, malformed.Line, malformed.Column, malformed.Err)
	}
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", r.path, explain(err))
	}
	return record, err
}

func (r *csvReader) takeAll(table *csvTable) error {
	for {
		record, err := r.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		r.take(table, record)
	}
}

// take appends a record to the table, and remembers what is wrong with it.
func (r *csvReader) take(table *csvTable, record []string) {
	line, _ := r.csv.FieldPos(0)
	if len(record) != r.width {
		r.mistakes.add("%s:%d: wanted %d columns, found %d", r.path, line, r.width, len(record))
		return
	}
	for j, i := range r.picked {
		value, problem := parseCell(record[i])
		if problem != "" {
			line, _ := r.csv.FieldPos(i)
			r.mistakes.add("%s:%d: column %s: %s", r.path, line, table.columns[j], problem)
		}
		table.values = append(table.values, value)
	}
	if r.label < 0 {
		return
	}
	label := strings.TrimSpace(record[r.label])
	if label == "" {
		r.mistakes.add("%s:%d: the label is missing", r.path, line)
	}
	table.labels = append(table.labels, strings.Clone(label))
}

// parseCell returns the number in a cell, or what is wrong with it.
func parseCell(cell string) (value float64, problem string) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, "wanted a number, found nothing; missing values have to be filled in or left out beforehand"
	}
	value, err := strconv.ParseFloat(cell, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Sprintf("wanted a number, found %q", cell)
	}
	if math.IsNaN(value) || math.Abs(value) > math.MaxFloat32 {
		return 0, fmt.Sprintf("wanted a finite number of float32, found %q", cell)
	}
	return value, ""
}

// fileMistakes are the first of the mistakes in files, and the number of all.
type fileMistakes struct {
	lines []string
	count int
}

// shownMistakes is how many mistakes are printed.
const shownMistakes = 10

func (m *fileMistakes) add(format string, values ...any) {
	if m.count++; m.count <= shownMistakes {
		m.lines = append(m.lines, fmt.Sprintf(format, values...))
	}
}

func (m *fileMistakes) err() error {
	if m.count == 0 {
		return nil
	}
	text := strings.Join(m.lines, "\n")
	if m.count > len(m.lines) {
		text += fmt.Sprintf("\nand %d more", m.count-len(m.lines))
	}
	return errors.New(text)
}

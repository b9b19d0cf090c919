package data

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// readIDX reads a file in the format of MNIST.
func (b *batch) readIDX(path string) error {
	file, err := openPacked(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<16)
	header, err := readIDXHeader(r, file.bound)
	if err != nil {
		return err
	}
	if err := header.mustHoldExamples(); err != nil {
		return err
	}
	if err := b.mustFit(header.shape()); err != nil {
		return err
	}
	divisor := b.divisor(header.kind == idxUint8)
	bytes, elements := make([]byte, b.x.Cols*int(idxWidths[header.kind])), make([]float32, b.x.Cols)
	values := make([]float64, b.x.Cols)
	for range header.dims[0] {
		if _, err := io.ReadFull(r, bytes); err != nil {
			return err
		}
		decodeElements(elements, bytes, header.kind, 1)
		for i, v := range elements {
			values[i] = float64(v) / divisor
		}
		if err := b.add(values, ""); err != nil {
			return err
		}
	}
	return mustEnd(r)
}

// readPicture reads one picture.
func (b *batch) readPicture(path string) error {
	p := picture{name: filepath.Base(path), path: path}
	if err := p.measure(); err != nil {
		return err
	}
	return b.takePicture(p)
}

// readFolder reads the pictures of a folder, one at a time, in the order of
// their names.
func (b *batch) readFolder(root string) error {
	names, err := pictureNames(root)
	if err != nil {
		return err
	}
	for _, name := range names {
		p := picture{name: name, path: filepath.Join(root, filepath.FromSlash(name))}
		err := p.measure()
		if err == nil {
			err = b.takePicture(p)
		}
		if err != nil {
			if b.failed {
				return err
			}
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (b *batch) takePicture(p picture) error {
	if len(b.Shape) != 3 || b.Shape[2] != 1 && b.Shape[2] != 3 {
		return fmt.Errorf("wanted examples of %v, as the model was trained on, found a picture", b.Shape)
	}
	_, resized := b.Source["resize"]
	if !resized && (p.height != b.Shape[0] || p.width != b.Shape[1]) {
		return fmt.Errorf("wanted a picture of %d×%d pixels, height first, as the model was trained on, found %d×%d", b.Shape[0], b.Shape[1], p.height, p.width)
	}
	pixels, err := p.decode(b.Shape[2])
	if err != nil {
		return err
	}
	if colour, _ := b.Source["colour"].(string); pixels.coloured && colour != "grey" {
		return errors.New("wanted a grey picture, as the model was trained on, found one with colours; convert it beforehand")
	}
	row := b.x.Row(b.n)
	pixels.resize(row, b.Shape[0], b.Shape[1])
	if b.Scaling != nil {
		values := make([]float64, len(row))
		for i, v := range row {
			values[i] = float64(v)
		}
		b.Scaling.Apply(row, values)
	}
	return b.took(p.name)
}

// readCSV reads a table: rows are examples, or the steps of one long series.
func (b *batch) readCSV(path string) error {
	file, err := openPacked(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := &csvReader{path: path, csv: csv.NewReader(withoutMark(file)), label: -1}
	layout := b.layout()
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.ReuseRecord = layout.separator, -1, true
	first, err := r.next()
	if err == io.EOF {
		return fmt.Errorf("the file is empty")
	}
	if err != nil {
		return err
	}
	if b.Columns == nil {
		_, problem := parseCell(first[0])
		layout.header = problem != ""
	}
	if err := b.mustHaveColumns(first, layout.header); err != nil {
		return err
	}
	table, err := layout.choose(r, first)
	if err != nil {
		return err
	}
	if !layout.header {
		r.take(table, first)
	}
	return b.takeRecords(r, table)
}

// layout is how the tables that the model was trained on were read. Columns
// that are no features are passed over.
func (b *batch) layout() csvLayout {
	l := csvLayout{separator: ',', header: true, columns: b.Columns}
	if header, ok := b.Source["header"].(bool); ok {
		l.header = header
	}
	if name, ok := b.Source["separator"].(string); ok {
		l.separator = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'}[name]
	}
	return l
}

// mustHaveColumns says which columns of the model a table lacks.
func (b *batch) mustHaveColumns(first []string, header bool) error {
	names := make([]string, len(first))
	for i, name := range first {
		names[i] = strings.TrimSpace(name)
		if !header || names[i] == "" {
			names[i] = "c" + strconv.Itoa(i+1)
		}
	}
	if b.Columns == nil {
		if len(names) != b.x.Cols {
			return fmt.Errorf("wanted %d columns, the elements of an example, found %d", b.x.Cols, len(names))
		}
		return nil
	}
	if known := b.knownColumns(); !header && known > 0 && len(names) > known {
		return fmt.Errorf("wanted at most the %d columns of the table that the model was trained on, found %d; without a header nothing tells which they are", known, len(names))
	}
	missing := slices.DeleteFunc(slices.Clone(b.Columns), func(name string) bool { return slices.Contains(names, name) })
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("wanted the columns that the model was trained on, %s; missing are %s; found are %s", abridged(b.Columns), abridged(missing), abridged(names))
}

// knownColumns is how many columns the table had that the model was trained on,
// labels and what is ignored included, or 0 where some were chosen of others.
func (b *batch) knownColumns() int {
	if _, chosen := b.Source["columns"]; chosen {
		return 0
	}
	ignored, _ := b.Source["ignore"].([]any)
	known := len(b.Columns) + len(ignored)
	if _, labelled := b.Source["label"]; labelled {
		known++
	}
	return known
}

// takeRecords hands the rows of a table on, or windows of them.
func (b *batch) takeRecords(r *csvReader, table *csvTable) error {
	c := b.cutter(table.width)
	for {
		if r.mistakes.count == 0 {
			if err := c.take(table.values); err != nil {
				return err
			}
		}
		table.values = table.values[:0]
		record, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		r.take(table, record)
	}
	if err := r.mistakes.err(); err != nil {
		return err
	}
	return c.end()
}

package data

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// Wanted says what examples a trained model takes.
type Wanted struct {
	Source    registry.Tree // the data part that it was trained on: how files are read
	Shape     nn.Shape
	Columns   []string // names of the features, where the data had them
	Scaling   *Scaling // how they were scaled, or nil
	Low, High float64  // between which all values of the data lay
	Noise     float64  // how far beyond them noise took what the model was fed in training
	// Report is told what looks wrong with the examples as a whole; it may be nil.
	Report func(string)
}

// Examples hands the examples in a file or a folder to do, some at a time, at
// most as many as rows, with their names where they are pictures. It holds no
// more of them than that. They are read as the data were that the model was
// trained on; what does not fit is an error that says what was wanted and what
// was found. The matrix is do's until it returns.
//
// What is read: CSV, NumPy's npy and npz, IDX, pictures as PNG and JPEG and folders
// of them; all but pictures packed with gzip or not. FILE.npz:NAME is an array of
// an archive that has several. An array in the order of Fortran, in which no
// example stands by itself, is held as a whole all the same. A file is known by
// what it begins with. One long series is cut into windows as the data were.
func Examples(ctx context.Context, path string, w Wanted, rows int, do func(x *nn.Matrix, names []string) error) error {
	b := &batch{Wanted: w, ctx: ctx, x: nn.NewMatrix(rows, w.Shape.Size()), do: do}
	return b.run(path)
}

// run reads a file or a folder.
func (b *batch) run(path string) error {
	read, err := b.reader(path)
	if err == nil {
		err = read(path)
	}
	if err == nil {
		err = b.flush()
	}
	if err == nil && b.seen == 0 {
		err = errors.New("wanted examples, found none")
	}
	if err != nil && !b.failed {
		return &InputError{path, explain(err)}
	}
	if doubt := b.ranges.doubt(b.Wanted); err == nil && doubt != "" && b.Report != nil {
		b.Report(path + ": " + doubt)
	}
	return err
}

// InputError is what is wrong with examples that a model is given.
type InputError struct {
	Path string
	Err  error
}

func (e *InputError) Error() string {
	if text := e.Err.Error(); strings.HasPrefix(text, e.Path) {
		return text
	}
	return e.Path + ": " + e.Err.Error()
}

func (e *InputError) Unwrap() error { return e.Err }

// reader returns what reads a file, or a folder.
func (b *batch) reader(path string) (func(path string) error, error) {
	if _, _, named := cutArchive(path); named {
		return b.readNPZ, nil
	}
	info, err := os.Stat(path)
	ending := strings.ToLower(filepath.Ext(path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("no such file or folder")
	case err != nil:
		return nil, err
	case info.IsDir():
		return b.readFolder, nil
	case slices.Contains(readable, ending):
		return b.readPicture, nil
	case slices.Contains(foreign, ending):
		return nil, errors.New("wanted PNG or JPEG; convert it beforehand")
	}
	return b.arrayReader(path)
}

// arrayReader returns what reads a file, by what it begins with.
func (b *batch) arrayReader(path string) (func(path string) error, error) {
	file, err := openPacked(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, _ := bufio.NewReader(file).Peek(512)
	begin := text[:min(6, len(text))]
	switch {
	case string(begin) == "\x93NUMPY":
		return b.readNPY, nil
	case len(begin) >= 2 && begin[0] == 0 && begin[1] == 0:
		return b.readIDX, nil
	case len(begin) >= 2 && string(begin[:2]) == "PK":
		return b.readNPZ, nil
	case bytes.HasPrefix(begin, []byte("\x89PNG")), bytes.HasPrefix(begin, []byte("\xff\xd8\xff")):
		return b.readPicture, nil
	case !isText(text):
		return nil, errors.New("wanted CSV, npy, IDX or pictures, found a file that is none of them")
	}
	return b.readCSV, nil
}

// isText tells whether what a file begins with can be that of a table: without
// control characters, whatever the encoding of its names.
func isText(begin []byte) bool {
	return !bytes.ContainsFunc(begin, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' })
}

// batch gathers examples and hands them on.
type batch struct {
	Wanted
	ctx    context.Context
	x      *nn.Matrix
	n      int // examples gathered
	seen   int // examples handed on before
	names  []string
	do     func(x *nn.Matrix, names []string) error
	failed bool // the error is one of do's
	ranges ranges

	whole  bool  // every step of a series must be in a window
	starts []int // first steps of the windows gathered, where it is whole
}

// add takes the values of an example, as they stand in a file but for the
// divisor, and scales them.
func (b *batch) add(values []float64, name string) error {
	row := b.x.Row(b.n)
	switch {
	case b.Scaling == nil:
		for i, v := range values {
			row[i] = float32(v)
		}
	default:
		b.Scaling.Apply(row, values)
	}
	for i, v := range row {
		if v-v != 0 { // NaN or infinite
			return fmt.Errorf("example %d: element %d is %v", b.seen+b.n, i, values[i])
		}
	}
	return b.took(name)
}

// took counts an example that stands in its row.
func (b *batch) took(name string) error {
	if err := b.mustLieWithin(b.x.Row(b.n)); err != nil {
		return err
	}
	b.ranges.add(b.x.Row(b.n), b.Wanted)
	if name != "" {
		b.names = append(b.names, name)
	}
	if b.n++; b.n < b.x.Rows {
		return nil
	}
	return b.flush()
}

func (b *batch) flush() error {
	if b.n == 0 {
		return nil
	}
	if err := b.ctx.Err(); err != nil {
		b.failed = true
		return err
	}
	err := b.do(b.x.Slice(0, b.n), b.names)
	b.failed = err != nil
	b.seen, b.n, b.names = b.seen+b.n, 0, b.names[:0]
	return err
}

// divisor is what elements are divided by: what the spec says, or that of bytes
// whose elements were not scaled one by one.
func (b *batch) divisor(bytes bool) float64 {
	if given, ok := b.Source["divisor"].(float64); ok {
		return given
	}
	if scaling, _ := b.Source["scaling"].(string); bytes && (scaling == "" || scaling == "none") {
		return math.MaxUint8
	}
	return 1
}

// mustFit holds the shape of examples in a file against the model's. One of
// other dimensions fits where it has the same elements in a row, or lacks or has
// dimensions of 1.
func (b *batch) mustFit(shape nn.Shape) error {
	bare := func(s nn.Shape) []int {
		return slices.DeleteFunc(slices.Clone(s), func(n int) bool { return n == 1 })
	}
	flat := len(bare(shape)) == 1 || len(bare(b.Shape)) == 1
	if shape.Size() == b.Shape.Size() && (flat || slices.Equal(bare(shape), bare(b.Shape))) {
		return nil
	}
	return fmt.Errorf("wanted examples of %v, as the model was trained on, found %v", b.Shape, shape)
}

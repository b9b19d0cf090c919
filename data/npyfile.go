package data

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"codeberg.org/sbinet/npyio/npy"

	"hourglass.dev/hourglass/nn"
)

// npyHeader is the beginning of a file in NumPy's format
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
type npyHeader struct {
	dims    []int
	kind    string // of the elements, such as f4, without the order of their bytes
	fortran bool   // the first dimension runs fastest
}

// npyArray is an array that is read: its header, and then its elements.
type npyArray struct {
	npyHeader
	reader *npy.Reader
	rest   io.Reader // what the reader reads from
}

// npyWidths are the bytes of an element of the kinds that are read.
var npyWidths = map[string]int64{
	"f4": 4, "f8": 8, "i1": 1, "i2": 2, "i4": 4, "i8": 8, "u1": 1, "u2": 2, "u4": 4, "u8": 8, "b1": 1,
}

const (
	maxNpyHeader = 1 << 16 // bytes, where arrays of numbers take some 100
	npyHeadBytes = 12      // magic, version and the length of what follows
)

// openNpy reads the header of a stream that holds no more than bound bytes.
func openNpy(src io.Reader, bound int64) (*npyArray, error) {
	buffered := bufio.NewReaderSize(src, 2*maxNpyHeader)
	if err := checkNpyHead(buffered); err != nil {
		return nil, err
	}
	reader, err := newNpyReader(wholeReader{buffered})
	if err != nil {
		return nil, err
	}
	header, err := npyHeaderOf(reader, bound)
	return &npyArray{header, reader, buffered}, err
}

// checkNpyHead looks at the bytes before the text of a header, so that a
// damaged length asks for no memory, and sees that the text is all there.
func checkNpyHead(r *bufio.Reader) error {
	head, err := r.Peek(npyHeadBytes)
	if len(head) >= 6 && string(head[:6]) != "\x93NUMPY" || len(head) == 0 {
		return fmt.Errorf("not a file of NumPy: wanted one that begins with \\x93NUMPY, found %q", head)
	}
	if err != nil {
		return err
	}
	length := int64(10) + int64(binary.LittleEndian.Uint16(head[8:]))
	switch head[6] {
	case 1:
	case 2:
		length = npyHeadBytes + int64(binary.LittleEndian.Uint32(head[8:]))
	default:
		return fmt.Errorf("wanted version 1 or 2 of NumPy's format, found %d", head[6])
	}
	if length > 2*maxNpyHeader {
		return fmt.Errorf("the file is damaged: wanted a header, found one of %d bytes", length)
	}
	_, err = r.Peek(int(length))
	return err
}

// newNpyReader reads the text of a header. The library takes a text that is
// well formed for granted, and panics where it is not.
func newNpyReader(src io.Reader) (r *npy.Reader, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the file is damaged: its header is not that of an array")
		}
	}()
	return npy.NewReader(src)
}

// wholeReader tells an end that comes too soon from one that is wanted.
type wholeReader struct{ io.Reader }

func (w wholeReader) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// npyHeaderOf checks what an array holds, and that it fits into bound bytes.
func npyHeaderOf(r *npy.Reader, bound int64) (npyHeader, error) {
	descr := r.Header.Descr
	// '<f4': in quotation marks, the order of bytes, then the kind.
	quoted := descr.Type
	ordered := len(quoted) == 5 && quoted[0] == '\'' && quoted[4] == '\'' && strings.ContainsRune("<>|", rune(quoted[1]))
	header := npyHeader{dims: descr.Shape, fortran: descr.Fortran}
	if ordered {
		header.kind = quoted[2:4]
	}
	width, known := npyWidths[header.kind]
	if !known {
		return header, fmt.Errorf("wanted an array of float32, float64, whole numbers or bool, found %s; convert it with astype beforehand", descr.Type)
	}
	total := width
	for _, size := range header.dims {
		if size <= 0 {
			return header, fmt.Errorf("wanted examples, found none: the dimensions are %v", header.dims)
		}
		if int64(size) > bound/total {
			return header, fmt.Errorf("the file is cut short: dimensions %v are more than it can hold", header.dims)
		}
		total *= int64(size)
	}
	return header, nil
}

func (h npyHeader) size() int { return nn.Shape(h.dims).Size() }

// mustHoldExamples refuses arrays of labels and single numbers.
func (h npyHeader) mustHoldExamples() error {
	if len(h.dims) < 2 {
		return fmt.Errorf("wanted examples, an array of two dimensions or more, found %v; reshape(-1, 1) makes one element an example", h.dims)
	}
	return nil
}

// npyChunk is how many elements are converted at a time.
const npyChunk = 1 << 13

// read reads the elements to the end of the file, in its order, a chunk at a
// time; first is the index of a chunk's first element.
func (a *npyArray) read(take func(first int, chunk []float64) error) error {
	read := npyElements(a.reader, a.kind)
	chunk := make([]float64, npyChunk)
	for first, size := 0, a.size(); first < size; first += len(chunk) {
		chunk = chunk[:min(len(chunk), size-first)]
		if err := read(chunk); err != nil {
			return err
		}
		if err := take(first, chunk); err != nil {
			return err
		}
	}
	return mustEnd(a.rest)
}

// npyElements returns what reads the next elements of a kind.
func npyElements(r *npy.Reader, kind string) func(dst []float64) error {
	switch kind {
	case "f4":
		return elements[float32](r)
	case "f8":
		return elements[float64](r)
	case "i1":
		return elements[int8](r)
	case "i2":
		return elements[int16](r)
	case "i4":
		return elements[int32](r)
	case "i8":
		return elements[int64](r)
	case "u1":
		return elements[uint8](r)
	case "u2":
		return elements[uint16](r)
	case "u4":
		return elements[uint32](r)
	case "u8":
		return elements[uint64](r)
	}
	return truths(r)
}

func elements[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](r *npy.Reader) func(dst []float64) error {
	room := make([]T, npyChunk)
	return func(dst []float64) error {
		part := room[:len(dst)]
		err := r.Read(&part)
		for i, v := range part {
			dst[i] = float64(v)
		}
		return err
	}
}

// truths reads bools as 0 and 1.
func truths(r *npy.Reader) func(dst []float64) error {
	room := make([]bool, npyChunk)
	return func(dst []float64) error {
		part := room[:len(dst)]
		err := r.Read(&part)
		for i, v := range part {
			dst[i] = 0
			if v {
				dst[i] = 1
			}
		}
		return err
	}
}

// index is that of the i-th element in the file, as NumPy counts.
func (h npyHeader) index(i int) []int {
	index := make([]int, len(h.dims))
	for k := range index {
		d := k
		if !h.fortran {
			d = len(index) - 1 - k
		}
		index[d], i = i%h.dims[d], i/h.dims[d]
	}
	return index
}

// place is where the i-th element in the file goes where examples are rows and
// the last dimension runs fastest.
func (h npyHeader) place(i int) int {
	if !h.fortran {
		return i
	}
	place := 0
	for _, size := range h.dims {
		place, i = place*size+i%size, i/size
	}
	return place
}

// checkNumber refuses what training could not use; i is its place in the file.
func (h npyHeader) checkNumber(i int, v float64) error {
	if v == v && math.Abs(v) <= math.MaxFloat32 {
		return nil
	}
	return fmt.Errorf("element %v: wanted a finite number of float32, found %v; missing values have to be filled in or left out beforehand",
		h.index(i), v)
}

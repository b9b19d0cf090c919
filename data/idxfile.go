package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"hourglass.dev/hourglass/nn"
)

// idxHeader is the beginning of an IDX file, the format of MNIST
// (http://yann.lecun.com/exdb/mnist, "the IDX file format"): two zero bytes,
// a type, the number of dimensions, and each dimension as a big-endian uint32.
// The elements follow, big-endian, the last dimension running fastest.
type idxHeader struct {
	kind byte
	dims []int
}

// The types of elements in an IDX file.
const (
	idxUint8   = 0x08
	idxInt8    = 0x09
	idxInt16   = 0x0b
	idxInt32   = 0x0c
	idxFloat32 = 0x0d
	idxFloat64 = 0x0e
)

var idxWidths = map[byte]int64{idxUint8: 1, idxInt8: 1, idxInt16: 2, idxInt32: 4, idxFloat32: 4, idxFloat64: 8}

// maxDims is that of examples which are pictures.
const maxDims = 4

// readIDXHeader reads a header that promises no more than bound bytes.
func readIDXHeader(r io.Reader, bound int64) (idxHeader, error) {
	var magic [4]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		return idxHeader{}, err
	}
	width, known := idxWidths[magic[2]]
	if magic[0] != 0 || magic[1] != 0 || !known || magic[3] == 0 || magic[3] > maxDims {
		return idxHeader{}, fmt.Errorf("not an IDX file: wanted 00 00, a type from 08 to 0e and 1 to %d dimensions, found % x", maxDims, magic)
	}
	sizes := make([]uint32, magic[3])
	if err := binary.Read(r, binary.BigEndian, sizes); err != nil {
		return idxHeader{}, err
	}
	header := idxHeader{kind: magic[2]}
	total := width
	for _, size := range sizes {
		if size == 0 {
			return idxHeader{}, fmt.Errorf("wanted examples, found none: the dimensions are %v", sizes)
		}
		if int64(size) > bound/total {
			return idxHeader{}, fmt.Errorf("the file is cut short: dimensions %v are more than it can hold", sizes)
		}
		total *= int64(size)
		header.dims = append(header.dims, int(size))
	}
	return header, nil
}

// shape is that of one example.
func (h idxHeader) shape() nn.Shape {
	shape := nn.Shape(slices.Clone(h.dims[1:]))
	if len(shape) == 2 {
		shape = append(shape, 1)
	}
	return shape
}

// decodeIDX reads the elements that follow a header, each divided by divisor,
// to the end of the file.
func decodeIDX(dst []float32, r io.Reader, kind byte, divisor float64) error {
	width := int(idxWidths[kind])
	buffer := make([]byte, width<<13)
	for done := 0; done < len(dst); {
		n := min(len(buffer)/width, len(dst)-done)
		if _, err := io.ReadFull(r, buffer[:n*width]); err != nil {
			return err
		}
		decodeElements(dst[done:done+n], buffer, kind, divisor)
		done += n
	}
	return mustEnd(r)
}

// mustEnd reads on, so that a checksum at the end of a packed file is looked at.
func mustEnd(r io.Reader) error {
	switch _, err := io.ReadFull(r, make([]byte, 1)); err {
	case io.EOF:
		return nil
	case nil:
		return errors.New("the file holds more than its dimensions say")
	default:
		return err
	}
}

func decodeElements(dst []float32, b []byte, kind byte, divisor float64) {
	order := binary.BigEndian
	for i := range dst {
		var v float64
		switch kind {
		case idxUint8:
			v = float64(b[i])
		case idxInt8:
			v = float64(int8(b[i]))
		case idxInt16:
			v = float64(int16(order.Uint16(b[2*i:])))
		case idxInt32:
			v = float64(int32(order.Uint32(b[4*i:])))
		case idxFloat32:
			v = float64(math.Float32frombits(order.Uint32(b[4*i:])))
		case idxFloat64:
			v = math.Float64frombits(order.Uint64(b[8*i:]))
		}
		dst[i] = float32(v / divisor)
	}
}

// mustHoldExamples refuses files of labels.
func (h idxHeader) mustHoldExamples() error {
	if len(h.dims) < 2 {
		return errors.New("wanted examples, found one dimension, as in a file of labels")
	}
	return nil
}

// readIDXExamples reads a whole file of examples. Elements of a type are
// divided by what divisor returns for it.
func readIDXExamples(r io.Reader, bound int64, divisor func(kind byte) float64) (*nn.Matrix, idxHeader, error) {
	header, err := readIDXHeader(r, bound)
	if err != nil {
		return nil, header, explain(err)
	}
	if err := header.mustHoldExamples(); err != nil {
		return nil, header, err
	}
	x := nn.NewMatrix(header.dims[0], nn.Shape(header.dims[1:]).Size())
	return x, header, explain(decodeIDX(x.Data, r, header.kind, divisor(header.kind)))
}

// readIDXLabels reads a whole file of labels: one dimension, whole numbers.
func readIDXLabels(r io.Reader, bound int64) ([]int32, error) {
	header, err := readIDXHeader(r, bound)
	if err != nil {
		return nil, explain(err)
	}
	if len(header.dims) != 1 || header.kind > idxInt16 {
		return nil, fmt.Errorf("wanted labels, one dimension of bytes or 16-bit numbers, found dimensions %v of type %02x", header.dims, header.kind)
	}
	values := make([]float32, header.dims[0])
	if err := decodeIDX(values, r, header.kind, 1); err != nil {
		return nil, explain(err)
	}
	labels := make([]int32, len(values))
	for i, v := range values {
		labels[i] = int32(v)
	}
	return labels, nil
}

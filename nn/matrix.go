package nn

import (
	"fmt"
	"strings"
)

// Matrix is a row-major matrix: one example a row. Data has Rows·Cols elements.
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// NewMatrix returns a matrix of zeros.
func NewMatrix(rows, cols int) *Matrix {
	return &Matrix{Rows: rows, Cols: cols, Data: make([]float32, rows*cols)}
}

// Row returns row i, without copying it.
func (m *Matrix) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols] }

// Slice returns rows lo to hi − 1, without copying them.
func (m *Matrix) Slice(lo, hi int) *Matrix {
	return &Matrix{Rows: hi - lo, Cols: m.Cols, Data: m.Data[lo*m.Cols : hi*m.Cols]}
}

// Shape is that of one example: [features], [steps, features] for series, or
// [height, width, channels] for pictures. Its elements lie in that order, the
// last running fastest.
type Shape []int

// Size is the number of elements of an example.
func (s Shape) Size() int {
	size := 1
	for _, n := range s {
		size *= n
	}
	return size
}

// String returns a shape as 28×28×1.
func (s Shape) String() string {
	words := make([]string, len(s))
	for i, n := range s {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, "×")
}

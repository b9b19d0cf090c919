package data

import (
	"slices"

	"hourglass.dev/hourglass/nn"
)

// table is what one file holds, or what one is drawn for: examples, and for
// each its class and the factors that it was made from, or nil.
type table struct {
	x       *nn.Matrix
	labels  []int32
	factors *nn.Matrix
}

func (t table) rows() int { return rowsOf(t.x) }

// slice returns rows lo to hi − 1, without copying them, and nil for none.
func (t table) slice(lo, hi int) table {
	if lo >= hi {
		return table{}
	}
	cut := table{x: t.x.Slice(lo, hi)}
	if t.labels != nil {
		cut.labels = t.labels[lo:hi]
	}
	if t.factors != nil {
		cut.factors = t.factors.Slice(lo, hi)
	}
	return cut
}

// clone returns a copy that shares nothing with t.
func (t table) clone() table {
	return table{cloneMatrix(t.x), slices.Clone(t.labels), cloneMatrix(t.factors)}
}

func cloneMatrix(x *nn.Matrix) *nn.Matrix {
	if x == nil {
		return nil
	}
	return &nn.Matrix{Rows: x.Rows, Cols: x.Cols, Data: slices.Clone(x.Data)}
}

// reorder puts row order[i] in place i, for all i. The examples move within
// their matrix, and are never held twice.
func (t *table) reorder(order []int32) {
	t.labels = reorderLabels(t.labels, order)
	reorderRows(t.x, order)
	if t.factors != nil {
		reorderRows(t.factors, order)
	}
}

func reorderRows(x *nn.Matrix, order []int32) {
	held := make([]float32, x.Cols)
	moved := make([]bool, len(order))
	for start := range order {
		if moved[start] || int(order[start]) == start {
			continue
		}
		copy(held, x.Row(start))
		place := start
		for from := int(order[place]); from != start; from = int(order[place]) {
			copy(x.Row(place), x.Row(from))
			moved[place] = true
			place = from
		}
		copy(x.Row(place), held)
		moved[place] = true
	}
}

// reorderLabels returns the labels in the order that reorder gives rows.
func reorderLabels(labels, order []int32) []int32 {
	if labels == nil {
		return nil
	}
	out := make([]int32, len(labels))
	for i, from := range order {
		out[i] = labels[from]
	}
	return out
}

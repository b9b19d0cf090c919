package data

import (
	"slices"

	"hourglass.dev/hourglass/nn"
)

// table is what one file holds: examples, and the class of each or nil.
type table struct {
	x      *nn.Matrix
	labels []int32
}

func (t table) rows() int {
	if t.x == nil {
		return 0
	}
	return t.x.Rows
}

// slice returns rows lo to hi − 1, without copying them, and a nil matrix for none.
func (t table) slice(lo, hi int) (*nn.Matrix, []int32) {
	if lo >= hi {
		return nil, nil
	}
	if t.labels == nil {
		return t.x.Slice(lo, hi), nil
	}
	return t.x.Slice(lo, hi), t.labels[lo:hi]
}

func (t table) cut(lo, hi int) table {
	x, labels := t.slice(lo, hi)
	return table{x, labels}
}

// permute puts row order[i] in place i, for all i, without a second matrix: it
// follows each cycle of the permutation. order is destroyed.
func (t table) permute(order []int32) {
	held := make([]float32, t.x.Cols)
	for start := range order {
		if order[start] < 0 {
			continue
		}
		copy(held, t.x.Row(start))
		place := start
		for {
			from := int(order[place])
			order[place] = -1
			if from == start {
				break
			}
			copy(t.x.Row(place), t.x.Row(from))
			place = from
		}
		copy(t.x.Row(place), held)
	}
}

// permuteLabels returns labels in the order that permute gives rows.
func permuteLabels(labels []int32, order []int32) []int32 {
	if labels == nil {
		return nil
	}
	out := make([]int32, len(labels))
	for i, from := range order {
		out[i] = labels[from]
	}
	return out
}

// only returns the rows of these classes, moved to the front of the matrix.
func (t table) only(classes []int32) table {
	kept := 0
	for i, label := range t.labels {
		if !slices.Contains(classes, label) {
			continue
		}
		copy(t.x.Row(kept), t.x.Row(i))
		t.labels[kept] = label
		kept++
	}
	return t.cut(0, kept)
}

package data

import "hourglass.dev/hourglass/nn"

// table is what one file holds: examples, and the class of each or nil.
type table struct {
	x      *nn.Matrix
	labels []int32
}

func (t table) rows() int { return rowsOf(t.x) }

// slice returns rows lo to hi − 1, without copying them, and nil for none.
func (t table) slice(lo, hi int) (*nn.Matrix, []int32) {
	if lo >= hi {
		return nil, nil
	}
	if t.labels == nil {
		return t.x.Slice(lo, hi), nil
	}
	return t.x.Slice(lo, hi), t.labels[lo:hi]
}

// reorder puts row order[i] in place i, for all i. The examples move within
// their matrix, and are never held twice.
func (t *table) reorder(order []int32) {
	t.labels = reorderLabels(t.labels, order)
	held := make([]float32, t.x.Cols)
	moved := make([]bool, len(order))
	for start := range order {
		if moved[start] || int(order[start]) == start {
			continue
		}
		copy(held, t.x.Row(start))
		place := start
		for from := int(order[place]); from != start; from = int(order[place]) {
			copy(t.x.Row(place), t.x.Row(from))
			moved[place] = true
			place = from
		}
		copy(t.x.Row(place), held)
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

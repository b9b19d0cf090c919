package nn

import (
	"cmp"
	"slices"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// neighbours finds the nearest rows of a matrix. Candidates come from products,
// ‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b, a block at a time; their distances are then
// worked out exactly.
type neighbours struct {
	x       *Matrix
	squares []float64 // of each row
	block   []float32 // products
	scratch *kernel.Scratch
}

// What is multiplied at a time: so many queries, by so many rows.
const (
	neighbourQueries = 64
	neighbourRows    = 1024
)

// neighbour is a row, and how far it is.
type neighbour struct {
	row     int
	squared float64 // the squared distance
}

func newNeighbours(x *Matrix) *neighbours {
	n := &neighbours{x: x, squares: squaresOf(x), block: make([]float32, neighbourQueries*neighbourRows), scratch: kernel.NewScratch()}
	return n
}

func squaresOf(x *Matrix) []float64 {
	squares := make([]float64, x.Rows)
	for i := range squares {
		squares[i] = kernel.SumSquares(x.Row(i))
	}
	return squares
}

// nearest calls do with the k nearest rows of each row of q, the nearest first;
// equally near ones in their order. skip is a row that is passed over for each
// of q, or nil.
func (n *neighbours) nearest(q *Matrix, k int, skip func(i int) int, do func(i int, found []neighbour)) {
	k = min(k, n.x.Rows)
	spare := k + 4 // candidates beyond k, against the rounding of products
	lists := make([][]neighbour, neighbourQueries)
	for first := 0; first < q.Rows; first += neighbourQueries {
		queries := q.Slice(first, min(first+neighbourQueries, q.Rows))
		for i := range lists {
			lists[i] = lists[i][:0]
		}
		for low := 0; low < n.x.Rows; low += neighbourRows {
			n.candidates(lists, queries, low, spare, func(i int) int {
				if skip == nil {
					return -1
				}
				return skip(first + i)
			})
		}
		for i := range queries.Rows {
			do(first+i, n.exactly(lists[i], queries.Row(i), k))
		}
	}
}

// candidates goes through a block of rows from low on, and keeps the nearest
// spare of them in the lists.
func (n *neighbours) candidates(lists [][]neighbour, queries *Matrix, low, spare int, skip func(i int) int) {
	rows := n.x.Slice(low, min(low+neighbourRows, n.x.Rows))
	block := n.block[:queries.Rows*rows.Rows]
	kernel.MultiplyTB(block, queries.Data, rows.Data, queries.Rows, rows.Rows, queries.Cols, kernel.Zero, nil, n.scratch)
	for i := range queries.Rows {
		own, pass := kernel.SumSquares(queries.Row(i)), skip(i)
		list := lists[i]
		for j, product := range block[i*rows.Rows : (i+1)*rows.Rows] {
			squared := own + n.squares[low+j] - float64(2*float64(product))
			if low+j == pass || len(list) == spare && squared >= list[spare-1].squared {
				continue
			}
			if len(list) == spare {
				list = list[:spare-1]
			}
			at, _ := slices.BinarySearchFunc(list, squared, func(e neighbour, s float64) int {
				if e.squared <= s {
					return -1
				}
				return 1
			})
			list = slices.Insert(list, at, neighbour{low + j, squared})
		}
		lists[i] = list
	}
}

// exactly orders candidates by their true distances, and returns k.
func (n *neighbours) exactly(list []neighbour, q []float32, k int) []neighbour {
	for i := range list {
		list[i].squared = kernel.SquaredError(q, n.x.Row(list[i].row))
	}
	slices.SortFunc(list, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(a.squared, b.squared), cmp.Compare(a.row, b.row))
	})
	return list[:min(k, len(list))]
}

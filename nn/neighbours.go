package nn

import (
	"cmp"
	"math"
	"slices"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// neighbours finds the nearest rows of a matrix. Candidates come from products,
// ‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b, a block at a time; their distances are then
// worked out exactly. Far from the origin the products, which are float32, would
// drown the distances, so that the mean is taken off first. Where the rounding of
// products may hide a nearer row all the same, all distances are worked out.
type neighbours struct {
	x       *Matrix
	centre  []float32 // what is taken off, or nil for nothing
	around  *Matrix   // x less the centre
	squares []float64 // of each row of that
	longest float64   // the length of the longest of them
	queries *Matrix   // some less the centre
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
	n := &neighbours{x: x, centre: centreOf(x), around: x, block: make([]float32, neighbourQueries*neighbourRows), scratch: kernel.NewScratch()}
	if n.centre != nil {
		n.around, n.queries = NewMatrix(x.Rows, x.Cols), NewMatrix(neighbourQueries, x.Cols)
		n.takeOff(n.around, x)
	}
	n.squares = squaresOf(n.around)
	if len(n.squares) > 0 {
		n.longest = math.Sqrt(slices.Max(n.squares))
	}
	return n
}

// farAway is how many times their variance the squared mean of rows must be for
// it to be taken off, which needs the room of another matrix: products then lose
// no more than two bits by leaving it there.
const farAway = 4

// centreOf returns the mean of the rows of x, or nil where it is not far away.
func centreOf(x *Matrix) []float32 {
	mean := make([]float64, x.Cols)
	kernel.Means(mean, x.Data, x.Rows, x.Cols)
	total, apart := kernel.SumSquares(x.Data)/float64(max(x.Rows, 1)), 0.0
	centre := make([]float32, x.Cols)
	for j, v := range mean {
		apart += float64(v * v)
		centre[j] = float32(v)
	}
	if apart <= farAway*(total-apart) {
		return nil
	}
	return centre
}

// takeOff sets dst to the rows of x less the centre.
func (n *neighbours) takeOff(dst, x *Matrix) {
	for i := range x.Rows {
		row := dst.Row(i)
		for j, v := range x.Row(i) {
			row[j] = v - n.centre[j]
		}
	}
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
	pass := func(i int) int {
		if skip == nil {
			return -1
		}
		return skip(i)
	}
	lists := make([][]neighbour, neighbourQueries)
	for first := 0; first < q.Rows; first += neighbourQueries {
		queries := q.Slice(first, min(first+neighbourQueries, q.Rows))
		for i := range lists {
			lists[i] = lists[i][:0]
		}
		around := queries
		if n.centre != nil {
			around = n.queries.Slice(0, queries.Rows)
			n.takeOff(around, queries)
		}
		for low := 0; low < n.x.Rows; low += neighbourRows {
			n.candidates(lists, around, low, k+spareNeighbours, func(i int) int { return pass(first + i) })
		}
		for i := range queries.Rows {
			surely := n.surelyWithin(lists[i], around.Row(i), k+spareNeighbours)
			found := n.exactly(lists[i], queries.Row(i), k)
			if len(found) > 0 && found[len(found)-1].squared >= surely {
				found = n.ofAll(queries.Row(i), k, pass(first+i))
			}
			do(first+i, found)
		}
	}
}

// spareNeighbours is how many candidates there are beyond those that are wanted,
// against the rounding of products.
const spareNeighbours = 4

// surelyWithin returns a squared distance within which all rows are among so many
// candidates. With lengths a and b and u = 2⁻²⁴, the product of d elements is off
// by at most d·u·a·b, and taking the centre off changes the squared distance by at
// most 2u·(a + b)² and terms of u².
func (n *neighbours) surelyWithin(list []neighbour, around []float32, candidates int) float64 {
	if len(list) < candidates {
		return math.Inf(1) // there are no other rows
	}
	reach := math.Sqrt(kernel.SumSquares(around)) + n.longest
	rounding := float64(float64(len(around)/2+3) * (reach * reach) / (1 << 24))
	return list[len(list)-1].squared - rounding
}

// candidates goes through a block of rows from low on, and keeps the nearest
// spare of them in the lists.
func (n *neighbours) candidates(lists [][]neighbour, queries *Matrix, low, spare int, skip func(i int) int) {
	rows := n.around.Slice(low, min(low+neighbourRows, n.x.Rows))
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

// ofAll returns the k nearest of all rows but one.
func (n *neighbours) ofAll(q []float32, k, pass int) []neighbour {
	list := make([]neighbour, 0, n.x.Rows)
	for row := range n.x.Rows {
		if row != pass {
			list = append(list, neighbour{row: row})
		}
	}
	return n.exactly(list, q, k)
}

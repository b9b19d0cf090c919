package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// columnBlock is how many rows are added up in float32. It is part of the
// numerics version.
const columnBlock = 64

// columnTotals adds up the columns of matrices of some width: blocks of rows in
// float32, which threads share, and then the sums of blocks in float64, in order.
type columnTotals struct {
	team   *team
	width  int
	blocks []float32 // the sums of each block

	sum func(part int) // what the threads do
	x   []float32      // and what of
}

func newColumnTotals(t *team, rows, width int) *columnTotals {
	c := &columnTotals{team: t, width: width, blocks: make([]float32, (rows+columnBlock-1)/columnBlock*width)}
	c.sum = c.doSum
	return c
}

// of sets total to the sums of the columns of x.
func (c *columnTotals) of(total []float64, x []float32) {
	c.x = x
	c.team.each(c.sum)
	clear(total)
	count := c.count()
	kernel.ColumnSums64(total, c.blocks[:count*c.width], count, c.width)
}

func (c *columnTotals) rows() int { return len(c.x) / c.width }

// count is the number of blocks of x.
func (c *columnTotals) count() int { return (c.rows() + columnBlock - 1) / columnBlock }

func (c *columnTotals) doSum(part int) {
	low, high := c.team.span(c.count(), 1, part)
	for i := low; i < high; i++ {
		first, last := i*columnBlock, min((i+1)*columnBlock, c.rows())
		kernel.ColumnSums(c.blocks[i*c.width:(i+1)*c.width], c.x[first*c.width:last*c.width], last-first, c.width, kernel.Zero)
	}
}

// repeated is a row that stands in memory several times, so that kernels can
// take long stretches of narrow matrices.
type repeated struct {
	row  []float32
	many []float32
}

// stretch is how many elements a repeated row has at least.
const stretch = 256

func newRepeated(width int) repeated {
	many := make([]float32, (stretch+width-1)/width*width)
	return repeated{many[:width], many}
}

// repeat copies the row to all of its places.
func (r repeated) repeat() {
	for at := len(r.row); at < len(r.many); at += len(r.row) {
		copy(r.many[at:], r.row)
	}
}

// each calls an element-wise kernel with the rows of y and x, and this row.
func (r repeated) each(do func(y, x, row []float32), y, x []float32) {
	for at := 0; at < len(x); at += len(r.many) {
		end := min(at+len(r.many), len(x))
		do(y[at:end], x[at:end], r.many[:end-at])
	}
}

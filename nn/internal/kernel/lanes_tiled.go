package kernel

// laneTiling is the assembly of one instruction set for interleaved pictures.
type laneTiling struct {
	tiling           *tiling
	weighs, products [][]laneFunc // by columns and rows of a tile, each up to the most that the registers hold
}

// laneFunc computes dst[i][j] = from[i][j] + Σ a[i][run][l]·b[j][run][l] for a column of tiles; elements of dst, from and
// a are vectors. Distances are in bytes; after each run of steps, a and b jump.
type laneFunc func(dst, from, a, b *float32, dstRow, dstCol, fromRow, fromCol, aRow, aStep, aJump, bStep, bJump, steps, runs, tiles, dstLine, aLine, lines int)

// laneSum is a sum of products for tiles of so many columns; distances are in float32.
type laneSum struct {
	tiles                            []laneFunc // by rows
	dstRow, dstCol, fromRow, fromCol int
	aRow, aStep, aRun, bStep, bRun   int
	steps, runs                      int
	lines, dstLine, aLine            int // of from, they share the first row
}

// run computes rows, shared equally among as few tiles as the registers allow.
func (c *laneSum) run(dst, from, a, b []float32, rows int) {
	n := (rows + len(c.tiles) - 2) / (len(c.tiles) - 1)
	height, higher := rows/n, rows%n
	if higher > 0 {
		c.call(height+1, higher, dst, from, a, b)
		done := higher * (height + 1)
		dst, from, a = dst[done*c.dstRow:], from[done*c.fromRow:], a[done*c.aRow:]
	}
	c.call(height, n-higher, dst, from, a, b)
}

func (c *laneSum) call(height, tiles int, dst, from, a, b []float32) {
	c.tiles[height](&dst[0], &from[0], &a[0], &b[0], 4*c.dstRow, 4*c.dstCol, 4*c.fromRow, 4*c.fromCol,
		4*c.aRow, 4*c.aStep, 4*(c.aRun-c.steps*c.aStep), 4*c.bStep, 4*(c.bRun-c.steps*c.bStep), c.steps, c.runs, tiles,
		4*(c.dstLine-tiles*height*c.dstRow), 4*(c.aLine-tiles*height*c.aRow), c.lines)
}

// widths shares columns equally among as few tiles as the registers allow: so many, and how many of them have a column more.
func widths(cols int, tiles [][]laneFunc) (n, width, wider int) {
	n = (cols + len(tiles) - 2) / (len(tiles) - 1)
	return n, cols / n, cols % n
}

func (t *laneTiling) weigh(c *Weighing, dst, x, w, start []float32) {
	n, width, wider := widths(c.Filters, t.weighs)
	sum := laneSum{
		dstRow: c.DstPixel, dstCol: Lanes, fromCol: Lanes, aRow: c.XPixel, aStep: Lanes, aRun: c.XRun,
		bStep: c.Filters, bRun: c.WRun, steps: c.Steps, runs: c.Runs, lines: c.Lines, dstLine: c.DstLine, aLine: c.XLine,
	}
	for first := 0; first < Lanes; first += t.tiling.lanes {
		f := 0
		for i := range n {
			cols := width
			if i < wider {
				cols++
			}
			sum.tiles = t.weighs[cols]
			sum.run(dst[f*Lanes+first:], start[f*Lanes+first:], x[first:], w[f:], c.Pixels)
			f += cols
		}
	}
}

func (t *laneTiling) correlate(c *Correlation, dst, a, b []float32) {
	sum := laneSum{
		dstRow: c.DstRow, dstCol: c.DstCol, fromRow: c.DstRow, fromCol: c.DstCol, aRow: Lanes,
		aStep: c.AStep, aRun: c.ARun, bStep: c.BStep, bRun: c.BRun, steps: c.Steps, runs: c.Runs, lines: 1,
	}
	rows, cols := c.Rows, c.Cols
	if rows == 1 { // a tile needs several rows
		rows, cols, a, b = cols, rows, b, a
		sum.dstRow, sum.dstCol, sum.fromRow, sum.fromCol = sum.dstCol, sum.dstRow, sum.fromCol, sum.fromRow
		sum.aStep, sum.bStep, sum.aRun, sum.bRun = sum.bStep, sum.aStep, sum.bRun, sum.aRun
	}
	n, width, wider := widths(cols, t.products)
	for first := 0; first < Lanes; first += t.tiling.lanes {
		j := 0
		for i := range n {
			tileCols := width
			if i < wider {
				tileCols++
			}
			sum.tiles = t.products[tileCols]
			at := dst[j*sum.dstCol+first:]
			sum.run(at, at, a[first:], b[j*Lanes+first:], rows)
			j += tileCols
		}
	}
}

package kernel

// A scatter matrix is computed in tiles of scatterRows × scatterColumns sums. The rows of x are taken a block at a time:
// their differences from the centre are packed as float64 into panels of columns, which serve a tile both as its rows
// and as its columns. A panel stays in the first level of the cache while the tiles of its columns run; a block of 1000
// columns stays in the second. The sums wait in c between blocks. Only tiles that reach the upper triangle are computed.
const (
	scatterRows    = 8
	scatterColumns = 24 // a multiple of scatterRows
	scatterSteps   = 96 // rows of x in a block
)

type (
	// panelRow holds the differences of one row of x in the columns of a panel, zeros beyond the last.
	panelRow [scatterColumns]float64
	// scatterTileFunc adds the products of a panel's columns from the given one on and of panel b to a tile of c, whose
	// rows are cRow apart: c[i*cRow+j] = FMA(a[l][first+i], b[l][j], c[i*cRow+j]), l in order.
	scatterTileFunc func(c []float64, cRow int, a []panelRow, first int, b []panelRow)
)

// scatterTile is where a tile lies in the matrix.
type scatterTile struct{ i, j int }

// scatter is the share of a scatter matrix that one goroutine computes.
type scatter struct {
	c      []float64
	x      []float32
	centre []float64
	cols   int
	tiles  []scatterTile
	panels [][]panelRow // the block, as far to the right as the tiles need it
	edge   [scatterRows * scatterColumns]float64
}

// Scatter sets c, cols × cols, to the scatter of the rows of x, rows × cols, about a centre, cols, all in float64: with
// d = x − centre,
//
//	c[i][j] = Σ over rows of d[i]·d[j]
//
// each sum by fused multiply-add from 0, over the rows in order. c is symmetric. Goroutines share the elements of c, as
// they share those of a product. A call allocates its packing space, 8·96 bytes a column.
func Scatter(c []float64, x []float32, centre []float64, rows, cols int, s *Scratch) {
	mustMatch("Scatter", rows*cols, len(x))
	mustMatch("Scatter", cols*cols, len(c))
	mustMatch("Scatter", cols, len(centre))
	all := scatterTiles(cols)
	t := scatter{
		c: c, x: x, centre: centre, cols: cols,
		tiles: all[len(all)*s.part/s.parts : len(all)*(s.part+1)/s.parts],
	}
	if len(t.tiles) == 0 {
		return
	}
	t.begin(min(rows, scatterSteps))
	tile := current.Load().scatter
	for row := 0; row < rows; row += scatterSteps {
		t.pack(row, min(scatterSteps, rows-row))
		for _, at := range t.tiles {
			t.add(tile, at)
		}
	}
	t.mirror()
}

// scatterTiles lists the tiles that reach the upper triangle, panel after panel.
func scatterTiles(cols int) []scatterTile {
	var tiles []scatterTile
	for j := 0; j < cols; j += scatterColumns {
		for i := 0; i < min(j+scatterColumns, cols); i += scatterRows {
			tiles = append(tiles, scatterTile{i, j})
		}
	}
	return tiles
}

// begin makes room for blocks of so many steps and starts the sums from zero.
func (t *scatter) begin(steps int) {
	t.panels = make([][]panelRow, t.tiles[len(t.tiles)-1].j/scatterColumns+1)
	room := make([]panelRow, len(t.panels)*steps)
	for p := range t.panels {
		t.panels[p], room = room[:steps], room[steps:]
	}
	for _, at := range t.tiles {
		for i := at.i; i < t.bottom(at); i++ {
			clear(t.c[i*t.cols+at.j : i*t.cols+t.right(at)])
		}
	}
}

// bottom and right return where a tile ends in the matrix.
func (t *scatter) bottom(at scatterTile) int { return min(at.i+scatterRows, t.cols) }
func (t *scatter) right(at scatterTile) int  { return min(at.j+scatterColumns, t.cols) }

// pack makes so many rows of x, from the given one on, the block.
func (t *scatter) pack(row, steps int) {
	for p := range t.panels {
		t.panels[p] = t.panels[p][:steps]
	}
	for l := range steps {
		x := t.x[(row+l)*t.cols : (row+l+1)*t.cols]
		for p := range t.panels {
			from, to := x[p*scatterColumns:min((p+1)*scatterColumns, t.cols)], &t.panels[p][l]
			centre := t.centre[p*scatterColumns:][:len(from)]
			for j := range from {
				to[j] = float64(from[j]) - centre[j]
			}
		}
	}
}

// add adds the products of the block to a tile. One that reaches beyond the matrix is computed beside it.
func (t *scatter) add(tile scatterTileFunc, at scatterTile) {
	a, first, b := t.panels[at.i/scatterColumns], at.i%scatterColumns, t.panels[at.j/scatterColumns]
	if at.i+scatterRows <= t.cols && at.j+scatterColumns <= t.cols {
		tile(t.c[at.i*t.cols+at.j:], t.cols, a, first, b)
		return
	}
	for i := at.i; i < t.bottom(at); i++ {
		copy(t.edge[(i-at.i)*scatterColumns:], t.c[i*t.cols+at.j:i*t.cols+t.right(at)])
	}
	tile(t.edge[:], scatterColumns, a, first, b)
	for i := at.i; i < t.bottom(at); i++ {
		copy(t.c[i*t.cols+at.j:i*t.cols+t.right(at)], t.edge[(i-at.i)*scatterColumns:])
	}
}

// mirror copies the tiles above the diagonal of panels to below it. Those on it make up whole squares.
func (t *scatter) mirror() {
	for _, at := range t.tiles {
		if at.i >= at.j {
			continue
		}
		for i := at.i; i < t.bottom(at); i++ {
			for j := at.j; j < t.right(at); j++ {
				t.c[j*t.cols+i] = t.c[i*t.cols+j]
			}
		}
	}
}

package kernel

import "fmt"

// Windows is how windows slide over padded pictures [height × Pitch × Channels], and what they become:
// [Rows × Columns × Filters]. The weights are [Height × Width × Channels × Filters].
type Windows struct {
	Rows, Columns     int // places of the windows
	Height, Width     int // of a window
	Step              int // distance of neighbouring places, down and across
	Pitch             int // pixels in a row of a picture, the padding included
	Channels, Filters int
}

// Direct returns whether the current path computes convolutions without laying out patches: whether it has [Windows].
// Where it has not, products of patches return the same bits.
func Direct() bool { return current.Load().windows != nil }

// few is the number of filters up to which pixels share a vector, not filters.
const few = 3

// windowTiling is the assembly of one instruction set.
type windowTiling struct {
	tiling      *tiling
	tiles, half windowTiles                // with filters in a vector: many, and at most half as many
	wide        [][panelVectors]windowFunc // by rows, up to few, and vectors
}

// windowTiles are tiles of one vector.
type windowTiles struct {
	lanes  int
	narrow []windowFunc // by rows
}

// windowFunc computes dst[i][j] = from[i][j] + Σ a[i][run][l]·b[run][l][j] for a column of tiles. Distances are in bytes;
// after each run of steps, a and b jump. The last vector has edge columns.
type windowFunc func(dst, from, a, b *float32, dstRow, fromRow, aRow, aStep, aJump, bStep, bJump, steps, runs, edge, tiles int)

// windowSum is a sum of products, distances in elements.
type windowSum struct {
	dst, from, a, b []float32
	dstRow, fromRow int
	aRow, aStep     int
	aRun, bRun      int // distance of runs
	bStep           int
	steps, runs     int
}

// call runs tiles of the given height from row i on.
func (c *windowSum) call(f windowFunc, i, height, tiles, edge int) {
	if tiles > 0 {
		f(&c.dst[i*c.dstRow], &c.from[i*c.fromRow], &c.a[i*c.aRow], &c.b[0], 4*c.dstRow, 4*c.fromRow, 4*c.aRow, 4*c.aStep,
			4*(c.aRun-c.steps*c.aStep), 4*c.bStep, 4*(c.bRun-c.steps*c.bStep), c.steps, c.runs, edge, tiles)
	}
}

// run computes rows of one vector, shared equally among as few tiles as the registers allow.
func (t *windowTiles) run(c *windowSum, rows, columns int) {
	tiles := (rows + len(t.narrow) - 2) / (len(t.narrow) - 1)
	height, higher := rows/tiles, rows%tiles
	if higher > 0 {
		c.call(t.narrow[height+1], 0, height+1, higher, columns)
	}
	c.call(t.narrow[height], higher*(height+1), height, tiles-higher, columns)
}

// run computes few rows, of any number of columns; sums start from values of their own, or from the same ones in each
// panel.
func (t *windowTiling) run(c *windowSum, rows, columns int, own bool) {
	whole, lanes := *c, t.tiling.lanes
	for j := 0; j < columns; {
		vectors := t.tiling.vectors(columns - j)
		width := min(vectors*lanes, columns-j)
		c.dst, c.from, c.b = whole.dst[j:], whole.from, whole.b[j:]
		if own {
			c.from = whole.from[j:]
		}
		c.call(t.wide[rows][vectors-1], 0, rows, 1, width-(vectors-1)*lanes)
		j += width
	}
}

// of returns the tiles for as many filters, and how many of them they compute.
func (t *windowTiling) of(filters int) (tiles *windowTiles, width int) {
	tiles = &t.tiles
	if filters <= t.half.lanes {
		tiles = &t.half
	}
	return tiles, min(filters, tiles.lanes)
}

// height is that of a padded picture, as far as windows see it.
func (w *Windows) height() int { return (w.Rows-1)*w.Step + w.Height }

// Size is the number of elements of a padded picture, as far as windows see it.
func (w *Windows) Size() int { return w.height() * w.Pitch * w.Channels }

// Room is the number of elements that [Windows.Apply] needs besides.
func (w *Windows) Room() int {
	if w.planar() {
		return w.height()*w.planes()*w.planePitch() + few*w.Columns + few*panelVectors*maxLanes
	}
	return 0
}

func (w *Windows) planar() bool { return w.Filters <= few && w.Step == 1 }

// planes and planePitch are the number of channels, and of pixels in a row, rounded up to squares that are transposed.
func (w *Windows) planes() int     { return (w.Channels + maxLanes - 1) / maxLanes * maxLanes }
func (w *Windows) planePitch() int { return (w.Pitch + maxLanes - 1) / maxLanes * maxLanes }

// Apply sets dst to what the windows see of a picture x, weighted:
//
//	for row, column, f := range dst {
//		acc := bias[f] // 0 without
//		for r, c, ch := range window {
//			acc = FMA(x[row*Step+r][column*Step+c][ch], weights[r][c][ch][f], acc)
//		}
//		dst[row][column][f] = acc
//	}
func (w *Windows) Apply(dst, x, weights, bias, room []float32, s *Scratch) {
	w.check(len(dst), len(x), len(weights), 1)
	if bias != nil && len(bias) != w.Filters || len(room) < w.Room() {
		panic(fmt.Sprintf("kernel: %d filters have %d biases and %d elements of room, want %d", w.Filters, len(bias), len(room), w.Room()))
	}
	t := current.Load().windows
	if w.planar() {
		t.planar(w, dst, x, weights, bias, room, s)
		return
	}
	steps, k := w.Width*w.Channels, w.Pitch*w.Channels
	for f := 0; f < w.Filters; {
		tiles, width := t.of(w.Filters - f)
		c := windowSum{
			from: s.tiled.zeros[:], b: weights[f:], dstRow: w.Filters, aRow: w.Step * w.Channels, aStep: 1, aRun: k,
			bStep: w.Filters, bRun: steps * w.Filters, steps: steps, runs: w.Height,
		}
		if bias != nil {
			c.from = bias[f:]
		}
		for row := range w.Rows {
			c.dst, c.a = dst[row*w.Columns*w.Filters+f:], x[row*w.Step*k:]
			tiles.run(&c, w.Columns, width)
		}
		f += width
	}
}

// check panics where the lengths of the operands do not fit.
func (w *Windows) check(dst, x, weights, examples int) {
	if dst != examples*w.Rows*w.Columns*w.Filters || x != examples*w.Size() || weights != w.Height*w.Width*w.Channels*w.Filters {
		panic(fmt.Sprintf("kernel: windows %+v of %d examples do not fit %d outputs, %d inputs and %d weights", *w, examples, dst, x, weights))
	}
}

// planar is Apply with pixels in a vector: few filters would leave most of it empty. The picture's rows are turned into
// a row for each channel.
func (t *windowTiling) planar(w *Windows, dst, x, weights, bias, room []float32, s *Scratch) {
	pitch, k := w.planePitch(), w.planes()*w.planePitch()
	planes, room := room[:w.height()*k], room[w.height()*k:]
	t.turn(w, planes, x, s)
	out, start := room[:w.Filters*w.Columns], room[w.Filters*w.Columns:][:w.Filters*panelVectors*maxLanes]
	for i := range start {
		start[i] = 0
		if bias != nil {
			start[i] = bias[i/(panelVectors*maxLanes)]
		}
	}
	for row := range w.Rows {
		if w.Filters == 1 {
			out = dst[row*w.Columns : (row+1)*w.Columns]
		}
		for r := range w.Height {
			c := windowSum{
				dst: out, dstRow: w.Columns, from: out, fromRow: w.Columns,
				a: weights[r*w.Width*w.Channels*w.Filters:], aRow: 1, aStep: w.Filters, aRun: w.Channels * w.Filters,
				b: planes[(row+r)*k:], bStep: pitch, bRun: 1, steps: w.Channels, runs: w.Width,
			}
			if r == 0 {
				c.from, c.fromRow = start, panelVectors*maxLanes
			}
			t.run(&c, w.Filters, w.Columns, r > 0)
		}
		if w.Filters > 1 {
			w.gather(dst[row*w.Columns*w.Filters:], out)
		}
	}
}

// gather turns a row of each filter into filters of each pixel.
func (w *Windows) gather(dst, rows []float32) {
	for column := range w.Columns {
		for f := range w.Filters {
			dst[column*w.Filters+f] = rows[f*w.Columns+column]
		}
	}
}

// turn sets planes, [height × planes × planePitch], to the picture.
func (t *windowTiling) turn(w *Windows, planes, x []float32, s *Scratch) {
	lanes, pitch := t.tiling.lanes, w.planePitch()
	for row := range w.height() {
		for column := 0; column < w.Pitch; column += lanes {
			offsets := s.tiled.spread(lanes, min(lanes, w.Pitch-column), w.Channels)
			t.tiling.transpose(&planes[row*w.planes()*pitch+column], &x[(row*w.Pitch+column)*w.Channels], offsets, 4*pitch, w.Channels)
		}
	}
}

// Gradient sets dw, of the shape of the weights, and db, [Filters], to the gradients by them and by the biases, given the
// gradients dy by what Apply has made of pictures x:
//
//	for r, c, ch, f := range dw {
//		acc := 0 // dw[r][c][ch][f] for Keep
//		for e, row, column := range dy {
//			acc = FMA(x[e][row*Step+r][column*Step+c][ch], dy[e][row][column][f], acc)
//		}
//		dw[r][c][ch][f] = acc
//	}
//
// and db[f] adds up dy likewise, from 0 or its own value. The scratch says which share of dw and db is computed.
func (w *Windows) Gradient(dw, db, x, dy []float32, examples int, start, startB Start, s *Scratch) {
	w.check(len(dy), len(x), len(dw), examples)
	mustMatch("Gradient", w.Filters, len(db))
	t, per := current.Load().windows, w.Rows*w.Columns*w.Filters
	for e := range examples {
		picture, by := x[e*w.Size():(e+1)*w.Size()], dy[e*per:(e+1)*per]
		if w.Filters == 1 {
			t.gradientOne(w, dw, picture, by, start, s)
		} else {
			t.gradient(w, dw, picture, by, start, s)
		}
		if s.part == 0 {
			t.gradientBias(w, db, by, startB, s)
		}
		start, startB = Keep, Keep
	}
}

// unit is what biases are multiplied with: a product with it and a sum, fused, is the sum.
var unit = []float32{1}

// gradientBias adds dy of one example, all places a run.
func (t *windowTiling) gradientBias(w *Windows, db, dy []float32, start Start, s *Scratch) {
	for f := 0; f < w.Filters; {
		tiles, width := t.of(w.Filters - f)
		c := windowSum{dst: db[f:], from: db[f:], a: unit, b: dy[f:], bStep: w.Filters, steps: w.Rows * w.Columns, runs: 1}
		if start == Zero {
			c.from = s.tiled.zeros[:]
		}
		tiles.run(&c, 1, width)
		f += width
	}
}

// gradient adds one example: filters share a vector, elements of a window's row are the rows of the tiles.
func (t *windowTiling) gradient(w *Windows, dw, x, dy []float32, start Start, s *Scratch) {
	k := w.Width * w.Channels
	low, high := s.part*w.Height*k/s.parts, (s.part+1)*w.Height*k/s.parts
	for f := 0; f < w.Filters; {
		tiles, width := t.of(w.Filters - f)
		for l := low; l < high; {
			n := min(k-l%k, high-l)
			c := windowSum{
				dst: dw[l*w.Filters+f:], dstRow: w.Filters, from: dw[l*w.Filters+f:], fromRow: w.Filters,
				a: x[l/k*w.Pitch*w.Channels+l%k:], aRow: 1, aStep: w.Step * w.Channels, aRun: w.Step * w.Pitch * w.Channels,
				b: dy[f:], bStep: w.Filters, bRun: w.Columns * w.Filters, steps: w.Columns, runs: w.Rows,
			}
			if start == Zero {
				c.from, c.fromRow = s.tiled.zeros[:], 0
			}
			tiles.run(&c, n, width)
			l += n
		}
		f += width
	}
}

// gradientOne is gradient for one filter: elements of a window's row share a vector.
func (t *windowTiling) gradientOne(w *Windows, dw, x, dy []float32, start Start, s *Scratch) {
	k := w.Width * w.Channels
	low, high := s.part*w.Height/s.parts, (s.part+1)*w.Height/s.parts
	for r := low; r < high; r++ {
		c := windowSum{
			dst: dw[r*k : (r+1)*k], from: dw[r*k : (r+1)*k], a: dy, aStep: 1, aRun: w.Columns,
			b: x[r*w.Pitch*w.Channels:], bStep: w.Step * w.Channels, bRun: w.Step * w.Pitch * w.Channels, steps: w.Columns, runs: w.Rows,
		}
		if start == Zero {
			c.from = s.tiled.zeros[:]
		}
		t.run(&c, 1, k, start != Zero)
	}
}

package kernel

// The tiled product cuts dst into panels of columns, at most panelVectors vectors wide, and panels into tiles of rows,
// which assembly keeps in registers while it runs over a block of steps of k. A block of b as wide as the panel is packed so
// that it lies in the first level of the cache; a is packed where its rows would be far apart. The sums wait in dst
// between blocks, so that the order of steps is the definition's, whatever the blocking.
const (
	panelVectors = 3
	maxLanes     = 16
	panelRows    = 8   // rows of a side by side when packed
	blockSteps   = 256 // most steps in a block, a multiple of maxLanes
	blockRows    = 256 // most rows of a that are packed at a time, a multiple of panelRows
)

// tiling is the assembly of one instruction set.
type tiling struct {
	lanes     int
	heights   []int // of tiles, the highest first
	tiles     [][panelVectors]tileFunc
	copyRows  [panelVectors]copyRowsFunc
	transpose transposeFunc
	// for a, which is packed eight rows abreast
	copyEight      copyRowsFunc
	transposeEight transposeFunc
}

type (
	// tileFunc computes dst[i][j] = from[i][j] + Σ a[i][l]·b[l][j] for a tile. Strides are in bytes; the last vector
	// has edge columns in dst and from.
	tileFunc func(dst, from, a, b *float32, dstRow, fromRow, aRow, aStep, bStep, steps, edge int)
	// copyRowsFunc copies rows into a panel without gaps; its last vector takes edge elements and zeros.
	copyRowsFunc func(dst, src *float32, srcRow, rows, edge int)
	// transposeFunc turns rows at offsets from src (bytes) into columns of a panel, length elements of each.
	transposeFunc func(dst, src *float32, offsets *int, dstRow, length int)
)

// tiledScratch holds a block of a and a panel of b.
type tiledScratch struct {
	a       [blockRows * blockSteps]float32
	b       [panelVectors * maxLanes * blockSteps]float32
	zeros   [panelVectors * maxLanes]float32
	offsets [maxLanes]int
}

// product computes p by tiles.
func (t *tiling) product(p *product, s *Scratch) {
	if p.k == 0 {
		p.begin()
		return
	}
	steps := split(p.k, blockSteps, maxLanes)
	rows := p.m
	if p.packsA() {
		rows = split(p.m, blockRows, panelRows)
	}
	for l := 0; l < p.k; l += steps {
		for i := 0; i < p.m; i += rows {
			t.block(p, &s.tiled, i, min(rows, p.m-i), l, min(steps, p.k-l))
		}
	}
}

// packsA reports whether packing a is worth its cost.
func (p *product) packsA() bool { return p.n > 64 }

// packsB reports whether packing b is worth its cost. A b that lies transposed must be packed.
func (p *product) packsB() bool { return p.bCol != 1 || p.m > 2*panelRows }

// operand is where a tile finds a or b: the elements of a step and the rows are strides apart, in elements.
type operand struct {
	at        []float32
	row, step int
}

// block adds steps l0… to rows i0… of dst.
func (t *tiling) block(p *product, s *tiledScratch, i0, rows, l0, steps int) {
	a := operand{at: p.a[i0*p.aRow+l0*p.aStep:], row: p.aRow, step: p.aStep}
	packed := p.packsA()
	if packed {
		t.packA(s, a, rows, steps)
		a = operand{at: s.a[:], row: 1, step: panelRows}
	}
	for j := 0; j < p.n; {
		vectors := t.vectors(p.n - j)
		columns := min(vectors*t.lanes, p.n-j)
		b := operand{at: p.b[l0*p.bStep+j*p.bCol:], row: p.bCol, step: p.bStep}
		if columns < vectors*t.lanes || p.packsB() {
			t.packB(s, b, vectors, columns, steps)
			b = operand{at: s.b[:], row: 1, step: vectors * t.lanes}
		}
		t.panel(p, s, a, b, packed, i0, rows, j, vectors, columns, l0 == 0, steps)
		j += columns
	}
}

// vectors returns the width of the next panel where columns are left. Four vectors become two pairs, as a single vector
// makes poor use of the elements of a.
func (t *tiling) vectors(columns int) int {
	left := (columns + t.lanes - 1) / t.lanes
	if left == 4 {
		return 2
	}
	return min(left, panelVectors)
}

// panel runs the tiles of a panel of columns, the highest that the rows allow.
func (t *tiling) panel(p *product, s *tiledScratch, a, b operand, packed bool,
	i0, rows, j, vectors, columns int, first bool, steps int,
) {
	edge := columns - (vectors-1)*t.lanes
	height := 0
	for i := 0; i < rows; i += t.heights[height] {
		for t.heights[height] > rows-i {
			height++
		}
		at := i * a.row
		if packed {
			at = i/panelRows*panelRows*padded(steps) + i%panelRows
		}
		dst := &p.dst[(i0+i)*p.dstRow+j]
		from, fromRow := dst, p.dstRow
		if first && p.start == Zero {
			from, fromRow = &s.zeros[0], 0
		} else if first && p.start == Bias {
			from, fromRow = &p.bias[j], 0
		}
		t.tiles[height][vectors-1](dst, from, &a.at[at], &b.at[0],
			4*p.dstRow, 4*fromRow, 4*a.row, 4*a.step, 4*b.step, steps, edge)
	}
}

// padded returns the steps that a packed panel of a has room for: transposing writes whole vectors.
func padded(steps int) int { return (steps + maxLanes - 1) / maxLanes * maxLanes }

// packA packs rows of a, panelRows abreast.
func (t *tiling) packA(s *tiledScratch, a operand, rows, steps int) {
	for i := 0; i < rows; i += panelRows {
		dst, src := &s.a[i*padded(steps)], &a.at[i*a.row]
		abreast := min(panelRows, rows-i)
		if a.row == 1 {
			t.copyEight(dst, src, 4*a.step, steps, abreast)
			continue
		}
		t.transposeEight(dst, src, s.spread(panelRows, abreast, a.row), 4*panelRows, steps)
	}
}

// packB packs columns of b into a panel.
func (t *tiling) packB(s *tiledScratch, b operand, vectors, columns, steps int) {
	if b.row == 1 {
		t.copyRows[vectors-1](&s.b[0], &b.at[0], 4*b.step, steps, columns-(vectors-1)*t.lanes)
		return
	}
	for j := 0; j < columns; j += t.lanes {
		offsets := s.spread(t.lanes, min(t.lanes, columns-j), b.row)
		t.transpose(&s.b[j], &b.at[j*b.row], offsets, 4*vectors*t.lanes, steps)
	}
}

// spread returns the offsets, in bytes, of n rows that are stride elements apart. From present on they repeat the last row.
func (s *tiledScratch) spread(n, present, stride int) *int {
	for i := range n {
		s.offsets[i] = 4 * stride * min(i, present-1)
	}
	return &s.offsets[0]
}

package kernel

// The tiled product cuts dst into panels of columns, at most panelVectors vectors wide, and panels into tiles of rows,
// which assembly keeps in registers while it runs over a block of steps of k. A block of b as wide as the panel is packed
// so that it stays in the nearest caches; while the tiles of a panel run, the next block of b is fetched. The sums wait in
// dst between blocks of k, so that the order of steps is the definition's, whatever the blocking.
const (
	panelVectors = 3
	maxLanes     = 16
	blockSteps   = 256 // most steps in a block, a multiple of maxLanes
	packRows     = 16  // with no more rows in dst, packing b costs more than it gains
	lineElements = 16  // float32 in a line of the cache
)

// tiling is the assembly of one instruction set.
type tiling struct {
	lanes     int
	heights   []int // of tiles, the highest first
	tiles     [][panelVectors]tileFunc
	copyRows  [panelVectors]copyRowsFunc
	transpose transposeFunc
}

type (
	// tileFunc computes dst[i][j] = from[i][j] + Σ a[i][l]·b[l][j] for a column of tiles. Strides are in bytes; the last
	// vector has edge columns in dst and from. Each tile fetches a column of lines, nextRow apart, from next on.
	tileFunc func(dst, from, a, b, next *float32, dstRow, fromRow, aRow, aStep, bStep, nextRow, steps, edge, tiles int)
	// copyRowsFunc copies rows into a panel without gaps; its last vector takes edge elements and zeros.
	copyRowsFunc func(dst, src *float32, srcRow, rows, edge int)
	// transposeFunc turns rows at offsets from src (bytes) into columns of a panel, length elements of each.
	transposeFunc func(dst, src *float32, offsets *int, dstRow, length int)
)

// tiledScratch holds a packed panel of b.
type tiledScratch struct {
	b       [panelVectors * maxLanes * blockSteps]float32
	zeros   [panelVectors * maxLanes]float32
	offsets [maxLanes]int
}

// panel is the work of one call of block: columns j… of dst, steps l… of k.
type panel struct {
	j, columns, vectors int
	l, steps            int
	b                   *float32 // the first element of b, packed or in place
	bStep               int      // distance of its steps, in elements
	next                []float32
	nextTiles           int // how many tiles it takes to fetch the next block of b
}

// product computes p by tiles.
func (t *tiling) product(p *product, s *Scratch) {
	if p.k == 0 {
		p.begin()
		return
	}
	steps := split(p.k, blockSteps, maxLanes)
	for l := 0; l < p.k; l += steps {
		for j := 0; j < p.n; {
			q := panel{j: j, l: l, steps: min(steps, p.k-l), vectors: t.vectors(p.n - j)}
			q.columns = min(q.vectors*t.lanes, p.n-j)
			t.pack(p, &q, &s.tiled)
			p.announce(&q)
			t.run(p, &q, &s.tiled)
			j += q.columns
		}
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

// pack copies the block of b under the panel into the scratch, or finds that it can stay where it is: whole vectors side
// by side, used for few rows.
func (t *tiling) pack(p *product, q *panel, s *tiledScratch) {
	src := p.b[q.l*p.bStep+q.j*p.bCol:]
	edge := q.columns - (q.vectors-1)*t.lanes
	if p.bCol == 1 && edge == t.lanes && p.m <= packRows {
		q.b, q.bStep = &src[0], p.bStep
		return
	}
	q.b, q.bStep = &s.b[0], q.vectors*t.lanes
	if p.bCol == 1 {
		t.copyRows[q.vectors-1](q.b, &src[0], 4*p.bStep, q.steps, edge)
		return
	}
	for j := 0; j < q.columns; j += t.lanes {
		offsets := s.spread(t.lanes, min(t.lanes, q.columns-j), p.bCol)
		t.transpose(&s.b[j], &src[j*p.bCol], offsets, 4*q.bStep, q.steps)
	}
}

// spread returns the offsets, in bytes, of n rows that are stride elements apart. From present on they repeat the last row.
func (s *tiledScratch) spread(n, present, stride int) *int {
	for i := range n {
		s.offsets[i] = 4 * stride * min(i, present-1)
	}
	return &s.offsets[0]
}

// announce finds the block of b that follows that of q, to be fetched meanwhile: to its right, or below at the left.
// A tile fetches a line of each row of b in memory, so that as many tiles are needed as a row of the block has lines.
func (p *product) announce(q *panel) {
	l, j := q.l, q.j+q.columns
	if j == p.n {
		l, j = q.l+q.steps, 0
	}
	if l == p.k {
		return
	}
	q.next = p.b[l*p.bStep+j*p.bCol:]
	width := q.columns
	if p.bCol != 1 {
		width = q.steps
	}
	q.nextTiles = 1 + (min(width, len(q.next))-1)/lineElements + 1
}

// run computes the panel, with the highest tiles that the rows allow.
func (t *tiling) run(p *product, q *panel, s *tiledScratch) {
	i := 0
	for h, height := range t.heights {
		tiles := (p.m - i) / height
		if fetching := min(tiles, q.nextTiles); fetching > 0 {
			t.tile(p, q, s, h, i, fetching, &q.next[0], max(p.bStep, p.bCol))
			i, tiles = i+fetching*height, tiles-fetching
			q.nextTiles = 0
		}
		if tiles > 0 {
			t.tile(p, q, s, h, i, tiles, q.b, 0)
			i += tiles * height
		}
	}
}

// tile runs tiles of the given height from row i on.
func (t *tiling) tile(p *product, q *panel, s *tiledScratch, height, i, tiles int, next *float32, nextRow int) {
	dst := &p.dst[i*p.dstRow+q.j]
	from, fromRow := dst, p.dstRow
	if q.l == 0 && p.start == Zero {
		from, fromRow = &s.zeros[0], 0
	} else if q.l == 0 && p.start == Bias {
		from, fromRow = &p.bias[q.j], 0
	}
	t.tiles[height][q.vectors-1](dst, from, &p.a[i*p.aRow+q.l*p.aStep], q.b, next,
		4*p.dstRow, 4*fromRow, 4*p.aRow, 4*p.aStep, 4*q.bStep, 4*nextRow, q.steps, q.columns-(q.vectors-1)*t.lanes, tiles)
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// quantisedRows is how many vectors are compared with the codebook at a time.
const quantisedRows = 256

// quantised replaces parts of what its dense layer yields, z, by entries of a
// codebook. It is the penalty that belongs to it too.
type quantised struct {
	dense          *dense
	team           *team
	codebook       *Param // [entries × width]
	entries, width int
	commitment     float64
	mean           bool // over the elements of a code, not the sum

	h        buffer
	chosen   []int32   // entries, of each vector
	lengths  []float32 // ‖e‖² of each entry
	scores   []float32 // z·e of some vectors and all entries
	pull     float32   // what z is pulled to its entry by in the next Backward
	sum      float64   // of the term over what was observed
	seen     int
	used     []bool // entries that were chosen for what was observed
	products *products

	choose, slope func(part int) // what the threads do
	first, count  int            // and for which vectors
	dy            *Matrix
}

func newQuantised(b *Builder, d *dense, entries, width int, commitment float64) *quantised {
	vectors := b.rows * d.nodes / width
	q := &quantised{
		dense: d, team: b.team, entries: entries, width: width, commitment: commitment,
		codebook: b.add(&Param{Name: "codebook", Shape: Shape{entries, width}, Bias: true, fanIn: width, fanOut: entries, first: evenly(entries)}),
		h:        newBuffer(b.rows, d.nodes), chosen: make([]int32, vectors),
		lengths: make([]float32, entries), scores: make([]float32, min(quantisedRows, vectors)*entries),
		used: make([]bool, entries), products: newProducts(b.team),
	}
	q.choose, q.slope = q.doChoose, q.doSlope
	return q
}

// evenly draws so many entries within ±1/entries.
func evenly(entries int) func([]float32, kernel.Stream) {
	return func(values []float32, stream kernel.Stream) { drawUniform(values, 1/float64(entries), stream) }
}

func (q *quantised) entry(k int32) []float32 {
	return q.codebook.Value[int(k)*q.width : (int(k)+1)*q.width]
}

// vector returns part i of the codes or gradients of a batch.
func (q *quantised) vector(m *Matrix, i int) []float32 { return m.Data[i*q.width : (i+1)*q.width] }

// z returns the last outputs of the dense layer, and how many vectors they are.
func (q *quantised) z() (z *Matrix, vectors int) {
	z = q.dense.y.matrix
	return z, len(z.Data) / q.width
}

// Forward chooses for each vector the entry with the least ‖e‖² − 2·z·e, which
// is ‖z − e‖² but for what all have in common.
func (q *quantised) Forward(x *Matrix) *Matrix {
	q.dense.Forward(x)
	h := q.h.of(x.Rows)
	for k := range q.lengths {
		q.lengths[k] = float32(kernel.SumSquares(q.entry(int32(k))))
	}
	z, vectors := q.z()
	for q.first = 0; q.first < vectors; q.first += quantisedRows {
		q.count = min(quantisedRows, vectors-q.first)
		q.products.product(operands{
			kernel.MultiplyTB, q.scores[:q.count*q.entries], z.Data[q.first*q.width : (q.first+q.count)*q.width], q.codebook.Value,
			q.count, q.entries, q.width, kernel.Zero,
		})
		q.team.each(q.choose)
	}
	return h
}

func (q *quantised) doChoose(part int) {
	low, high := q.team.span(q.count, 1, part)
	for i := low; i < high; i++ {
		scores := q.scores[i*q.entries : (i+1)*q.entries]
		best, least := 0, q.lengths[0]-float32(2*scores[0])
		for k, length := range q.lengths {
			if distance := length - float32(2*scores[k]); distance < least {
				best, least = k, distance
			}
		}
		q.chosen[q.first+i] = int32(best)
		copy(q.vector(q.h.matrix, q.first+i), q.entry(int32(best)))
	}
}

func (q *quantised) Backward(dy *Matrix, wantInput bool) *Matrix {
	q.dy = dy
	q.team.each(q.slope)
	q.pull = 0
	return q.dense.Backward(dy, wantInput)
}

// doSlope adds to the gradient by the code, which is taken for that by z, what
// holds z at its entries.
func (q *quantised) doSlope(part int) {
	low, high := q.team.span(len(q.dy.Data), cacheLine, part)
	z, _ := q.z()
	dy, h := q.dy.Data[low:high], q.h.matrix.Data[low:high]
	for j, v := range z.Data[low:high] {
		dy[j] += float32(q.pull * (v - h[j]))
	}
}

// ownTerms returns the term of a net's objective that its bottleneck makes.
func (n *Net) ownTerms(loss Loss) []term {
	q, ok := n.layers[n.encoder-1].(*quantised)
	if !ok {
		return nil
	}
	q.mean = loss.Mean()
	return []term{{penalty: q, name: quantisation, factor: &Constant{1}}}
}

// quantisation is the name of the term that a quantised code adds.
const quantisation = "quantisation"

// scale is what ‖z − e‖² of a batch is multiplied by.
func (q *quantised) scale() float64 {
	z, _ := q.z()
	if q.mean {
		return 1 / float64(len(z.Data))
	}
	return 1 / float64(z.Rows)
}

func (q *quantised) value() float64 {
	z, vectors := q.z()
	sum := 0.0
	for i := range vectors {
		h := q.vector(q.h.matrix, i)
		for j, v := range q.vector(z, i) {
			d := float64(v) - float64(h[j])
			sum += float64(d * d)
		}
	}
	return float64((1 + q.commitment) * (sum * q.scale()))
}

func (*quantised) atOutput(int, *Matrix, float64) {}

// atWeights adds the gradient by the entries, and leaves that by z to Backward.
func (q *quantised) atWeights(weight float64) {
	factor := float64(2*weight) * q.scale()
	q.pull = float32(factor * q.commitment)
	if q.codebook.start() == kernel.Zero {
		clear(q.codebook.Grad)
	}
	z, vectors := q.z()
	for i := range vectors {
		k := int(q.chosen[i])
		grad, entry := q.codebook.Grad[k*q.width:(k+1)*q.width], q.entry(int32(k))
		for j, v := range q.vector(z, i) {
			grad[j] += float32(float32(factor) * (entry[j] - v))
		}
	}
}

func (q *quantised) observe() {
	z, vectors := q.z()
	q.sum += float64(q.value() * float64(z.Rows))
	q.seen += z.Rows
	for _, k := range q.chosen[:vectors] {
		q.used[k] = true
	}
}

// measured returns the term and how many entries were chosen.
func (q *quantised) measured() map[string]float64 {
	used := 0
	for _, chosen := range q.used {
		if chosen {
			used++
		}
	}
	out := map[string]float64{"": q.sum / float64(q.seen), "used_entries": float64(used)}
	q.sum, q.seen = 0, 0
	clear(q.used)
	return out
}

package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// discrepancyRows is how many rows of distances are worked out at a time.
const discrepancyRows = 64

// discrepancyScales are those of the kernel of [MMD].
var discrepancyScales = [...]float64{0.1, 0.2, 0.5, 1, 2, 5, 10}

// discrepancy is the maximum mean discrepancy at work. Distances come from
// products, ‖a − b‖² = ‖a‖² + ‖b‖² − 2·a·b, a block of rows at a time; the
// kernel and its sums are float64.
//
// With k′ the slope of the kernel by the squared distance, A_ij = 4·k′(h_i, h_j)/(n(n − 1))
// for j ≠ i and B_ij = −4·k′(h_i, z_j)/n², the gradient by h_i is
//
//	Σ_j (A_ij + B_ij)·h_i − Σ_j A_ij·h_j − Σ_j B_ij·z_j
type discrepancy struct {
	*products
	net   *Net
	n     int // code size
	prior buffer
	grad  buffer // by the codes

	codeSquares, priorSquares []float64 // ‖h‖² and ‖z‖² of each row
	within, between           []float32 // a block's products, and then A and B
	sums                      []float64 // of each row of the block
	factors                   []float32 // Σ_j (A_ij + B_ij) of each

	codeRows, priorRows func(part int)
	h, z                *Matrix
	from, to            int // the block

	sum  float64 // over what was observed
	seen int
}

func newDiscrepancy(n *Net) *discrepancy {
	code := n.widths[n.encoder-1]
	d := &discrepancy{
		products: newProducts(n.team), net: n, n: code,
		prior: newBuffer(n.rows, code), grad: newBuffer(n.rows, code),
		codeSquares: make([]float64, n.rows), priorSquares: make([]float64, n.rows),
		within: make([]float32, discrepancyRows*n.rows), between: make([]float32, discrepancyRows*n.rows),
		sums: make([]float64, discrepancyRows), factors: make([]float32, discrepancyRows),
	}
	d.codeRows, d.priorRows = d.doCodeRows, d.doPriorRows
	n.borders.observed[n.encoder-1] = true
	return d
}

// value returns the discrepancy of the batch, and in training works out the
// gradient by the codes.
func (d *discrepancy) value() float64 {
	d.h = d.net.output(d.net.encoder - 1)
	rows := d.h.Rows
	d.z = d.prior.of(rows)
	gradient := d.grad.of(rows)
	if rows < 2 {
		clear(gradient.Data)
		return 0
	}
	stream, first := d.net.pass.prior(d.n)
	stream.Normals(d.z.Data, first)
	for i := range rows {
		d.codeSquares[i], d.priorSquares[i] = kernel.SumSquares(d.h.Row(i)), kernel.SumSquares(d.z.Row(i))
	}
	sum := 0.0
	for d.from = 0; d.from < rows; d.from = d.to {
		d.to = min(d.from+discrepancyRows, rows)
		sum += d.block(gradient)
	}
	return sum
}

// block returns the share of a block of rows in the discrepancy.
func (d *discrepancy) block(gradient *Matrix) (sum float64) {
	rows, size := d.h.Rows, d.to-d.from
	h, z := d.h.Data[d.from*d.n:d.to*d.n], d.z.Data[d.from*d.n:d.to*d.n]
	within, between := d.within[:size*rows], d.between[:size*rows]

	d.product(operands{kernel.MultiplyTB, within, z, d.z.Data, size, rows, d.n, kernel.Zero})
	d.team.each(d.priorRows)
	for _, s := range d.sums[:size] {
		sum += s
	}
	d.product(operands{kernel.MultiplyTB, within, h, d.h.Data, size, rows, d.n, kernel.Zero})
	d.product(operands{kernel.MultiplyTB, between, h, d.z.Data, size, rows, d.n, kernel.Zero})
	d.team.each(d.codeRows)
	for _, s := range d.sums[:size] {
		sum += s
	}
	if !d.net.pass.training {
		return sum
	}
	to := gradient.Data[d.from*d.n : d.to*d.n]
	d.product(operands{kernel.Multiply, to, within, d.h.Data, size, d.n, rows, kernel.Zero})
	d.product(operands{kernel.Multiply, to, between, d.z.Data, size, d.n, rows, kernel.Keep})
	for i := range size {
		row := to[i*d.n : (i+1)*d.n]
		kernel.ScaleBy(row, -1)
		kernel.Axpy(row, d.factors[i], h[i*d.n:(i+1)*d.n])
	}
	return sum
}

// doPriorRows sums the kernel between samples of the prior.
func (d *discrepancy) doPriorRows(part int) {
	rows := d.h.Rows
	pairs := float64(rows) * float64(rows-1)
	low, high := d.team.span(d.to-d.from, 1, part)
	for r := low; r < high; r++ {
		i, sum := d.from+r, 0.0
		for j, dot := range d.within[r*rows : (r+1)*rows] {
			if j != i {
				value, _ := d.kernel(d.priorSquares[i], d.priorSquares[j], dot)
				sum += value
			}
		}
		d.sums[r] = sum / pairs
	}
}

// doCodeRows sums the kernel between codes, and between codes and samples, and
// turns products into A and B.
func (d *discrepancy) doCodeRows(part int) {
	rows := d.h.Rows
	pairs, squares := float64(rows)*float64(rows-1), float64(rows)*float64(rows)
	low, high := d.team.span(d.to-d.from, 1, part)
	for r := low; r < high; r++ {
		i, own, other, slopes := d.from+r, 0.0, 0.0, 0.0
		within, between := d.within[r*rows:(r+1)*rows], d.between[r*rows:(r+1)*rows]
		for j, dot := range between {
			value, slope := d.kernel(d.codeSquares[i], d.priorSquares[j], dot)
			other += value
			slope = float64(slope * (-4 / squares))
			slopes += slope
			between[j] = float32(slope)
			if j == i {
				within[j] = 0
				continue
			}
			value, slope = d.kernel(d.codeSquares[i], d.codeSquares[j], within[j])
			own += value
			slope = float64(slope * (4 / pairs))
			slopes += slope
			within[j] = float32(slope)
		}
		d.sums[r] = own/pairs - float64(2*other)/squares
		d.factors[r] = float32(slopes)
	}
}

// kernel returns the kernel of two points and its slope by their squared
// distance, given their squared lengths and their product.
func (d *discrepancy) kernel(a, b float64, dot float32) (value, slope float64) {
	distance := max(a+b-float64(2*float64(dot)), 0)
	for _, s := range discrepancyScales {
		c := float64(2 * s * float64(d.n))
		inverse := 1 / (c + distance)
		share := float64(c * inverse)
		value += share
		slope -= float64(share * inverse)
	}
	return value, slope
}

func (d *discrepancy) atOutput(layer int, dy *Matrix, weight float64) {
	if layer == d.net.encoder-1 {
		kernel.Axpy(dy.Data, float32(weight), d.grad.matrix.Data)
	}
}

func (*discrepancy) atWeights(float64) {}

func (d *discrepancy) observe() {
	if rows := d.net.pass.rows; rows > 1 {
		d.sum += float64(d.value() * float64(rows))
		d.seen += rows
	}
}

func (d *discrepancy) measured() map[string]float64 {
	out := map[string]float64{"": d.sum / float64(max(d.seen, 1))}
	d.sum, d.seen = 0, 0
	return out
}

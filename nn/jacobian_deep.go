package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// jacobianRows is how many rows of Jacobians are worked out at a time. It is
// part of the numerics version.
const jacobianRows = 2048

// deepJacobian is that of an encoder of L > 1 layers, h_l = f_l(h_{l−1}·w_l + b_l),
// n_l nodes each. With s_l = f_l′(z_l), row c of the Jacobian of an example is
//
//	u_L = s_L[c]·(column c of w_L)      r_{l} = u_{l+1} ⊙ s_l
//	u_l = r_l·w_lᵀ                      J[c] = r_1·w_1ᵀ
//
// Only its norm is needed, ‖J[c]‖² = r_1·G·r_1ᵀ with G = w_1ᵀ·w_1, so that the
// width of the input enters once a batch and not once a row. The gradients
// follow these steps back.
type deepJacobian struct {
	*products
	layers []*contracted
	code   int // rows of a Jacobian

	transposed []float32 // the last layer's weights, [code × n_{L−1}]
	gram, seen []float32 // G, and Σ r_1ᵀ·r_1 over all rows, [n_1 × n_1]
	r, u, dr   []buffer  // by layer: r_l, u_{l+1}, and the gradient by r_l, [rows × n_l]
	dtop       []float32 // the gradient by transposed
}

func newDeepJacobian(layers []*contracted, n *Net) *deepJacobian {
	top := layers[len(layers)-1]
	rows := max(jacobianRows/top.nodes, 1) * top.nodes
	first := layers[0].nodes
	for _, l := range layers {
		l.dw = make([]float32, l.in*l.nodes)
	}
	d := &deepJacobian{
		products: newProducts(n.team), layers: layers, code: top.nodes,
		transposed: make([]float32, top.in*top.nodes), dtop: make([]float32, top.in*top.nodes),
		gram: make([]float32, first*first), seen: make([]float32, first*first),
	}
	for _, l := range layers[:len(layers)-1] {
		d.r = append(d.r, newBuffer(rows, l.nodes))
		d.u = append(d.u, newBuffer(rows, l.nodes))
		d.dr = append(d.dr, newBuffer(rows, l.nodes))
	}
	return d
}

func (d *deepJacobian) norm(examples int, gradients bool) float64 {
	first, top := d.layers[0], d.layers[len(d.layers)-1]
	for i := range top.in {
		for c := range d.code {
			d.transposed[c*top.in+i] = top.w.Value[i*d.code+c]
		}
	}
	d.product(operands{kernel.MultiplyTA, d.gram, first.w.Value, first.w.Value, first.nodes, first.nodes, first.in, kernel.Zero})
	if gradients {
		d.begin()
	}
	sum, step := 0.0, max(jacobianRows/d.code, 1)
	for from := 0; from < examples; from += step {
		to := min(from+step, examples)
		d.down(from, to)
		sum += d.measure()
		if gradients {
			d.up(from, to, float32(2/float64(examples)))
		}
	}
	if gradients {
		d.finish(float32(2 / float64(examples)))
	}
	return sum
}

func (d *deepJacobian) begin() {
	clear(d.seen)
	clear(d.dtop)
	for _, l := range d.layers {
		clear(l.dw)
		clear(l.dslopes.matrix.Data)
	}
}

// down sets r and u of all layers for the examples from … to − 1, from the
// code to the first layer.
func (d *deepJacobian) down(from, to int) {
	last := len(d.layers) - 1
	rows := (to - from) * d.code
	for l := last - 1; l >= 0; l-- {
		u, r := d.u[l].of(rows), d.r[l].of(rows)
		d.dr[l].of(rows)
		above := d.layers[l+1]
		if l == last-1 {
			d.columns(u, from, to)
		} else {
			d.product(operands{kernel.MultiplyTB, u.Data, d.r[l+1].matrix.Data, above.w.Value, rows, above.in, above.nodes, kernel.Zero})
		}
		slopes := d.layers[l].slopes.matrix
		for row := range rows {
			kernel.Mul(r.Row(row), u.Row(row), slopes.Row(from+row/d.code))
		}
	}
}

// columns sets u_L: the columns of the last layer's weights, times the slopes
// of the code.
func (d *deepJacobian) columns(u *Matrix, from, to int) {
	top := d.layers[len(d.layers)-1]
	for row := range u.Rows {
		c := row % d.code
		slope := top.slopes.matrix.Row(from + row/d.code)[c]
		copy(u.Row(row), d.transposed[c*top.in:(c+1)*top.in])
		kernel.ScaleBy(u.Row(row), slope)
	}
}

// measure sets the gradient by r_1, but for a factor, to r_1·G, and returns
// Σ r_1·G·r_1ᵀ.
func (d *deepJacobian) measure() float64 {
	r, v := d.r[0].matrix, d.dr[0].matrix
	d.product(operands{kernel.Multiply, v.Data, r.Data, d.gram, r.Rows, r.Cols, r.Cols, kernel.Zero})
	sum := 0.0
	for row := range r.Rows {
		sum += kernel.Dot(r.Row(row), v.Row(row))
	}
	return sum
}

// up adds to the gradients by weights and slopes, from the first layer to the
// code, for the examples that down was told.
func (d *deepJacobian) up(from, to int, factor float32) {
	last, rows := len(d.layers)-1, (to-from)*d.code
	r, dr := d.r[0].matrix, d.dr[0].matrix
	kernel.ScaleBy(dr.Data, factor)
	d.product(operands{kernel.MultiplyTA, d.seen, r.Data, r.Data, r.Cols, r.Cols, rows, kernel.Keep})
	for l := range last {
		d.slopes(l, from)
		du, above := d.dr[l].matrix, d.layers[l+1]
		if l == last-1 {
			d.top(du, from)
			return
		}
		d.product(operands{kernel.MultiplyTA, above.dw, du.Data, d.r[l+1].matrix.Data, above.in, above.nodes, rows, kernel.Keep})
		d.product(operands{kernel.Multiply, d.dr[l+1].matrix.Data, du.Data, above.w.Value, rows, above.nodes, above.in, kernel.Zero})
	}
}

// slopes adds the gradient by s_l, Σ over an example's rows of dr_l ⊙ u_{l+1},
// and turns dr_l into that by u_{l+1}, dr_l ⊙ s_l.
func (d *deepJacobian) slopes(l, from int) {
	u, dr := d.u[l].matrix, d.dr[l].matrix
	layer := d.layers[l]
	for row := range dr.Rows {
		example := from + row/d.code
		gradient, down := dr.Row(row), u.Row(row)
		kernel.Mul(down, down, gradient)
		ds := layer.dslopes.matrix.Row(example)
		kernel.Add(ds, ds, down)
		kernel.Mul(gradient, gradient, layer.slopes.matrix.Row(example))
	}
}

// top adds the gradients by the slopes of the code and by the last weights.
func (d *deepJacobian) top(du *Matrix, from int) {
	layer := d.layers[len(d.layers)-1]
	for row := range du.Rows {
		c, example := row%d.code, from+row/d.code
		column := d.transposed[c*layer.in : (c+1)*layer.in]
		layer.dslopes.matrix.Row(example)[c] = float32(kernel.Dot(du.Row(row), column))
		kernel.Axpy(d.dtop[c*layer.in:(c+1)*layer.in], layer.slopes.matrix.Row(example)[c], du.Row(row))
	}
}

// finish turns sums over rows into gradients by the weights: of the first
// layer factor·w_1·Σ r_1ᵀ·r_1, of the last that of its columns.
func (d *deepJacobian) finish(factor float32) {
	first, top := d.layers[0], d.layers[len(d.layers)-1]
	kernel.ScaleBy(d.seen, factor)
	d.product(operands{kernel.Multiply, first.dw, first.w.Value, d.seen, first.in, first.nodes, first.nodes, kernel.Zero})
	for i := range top.in {
		for c := range d.code {
			top.dw[i*d.code+c] = d.dtop[c*top.in+i]
		}
	}
}

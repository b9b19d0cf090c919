package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// differentials are the product with the weights, and the activation's slopes.
func (d *dense) differentials() []differential {
	return append([]differential{&denseDifferential{dense: d, products: newProducts(d.team), dw: make([]float32, len(d.w.Value))}}, newSlopes(d.activated, false)...)
}

// differentials are those of the mean: the code's, and that of a sampled one
// but for the noise. What is pulled through them is 0 at the log-variances.
func (g *gaussian) differentials() []differential { return g.both.differentials() }

// denseDifferential is that of a dense layer: dz = dx·w.
type denseDifferential struct {
	*dense
	*products
	dw []float32 // the gradient by w
}

func (d *denseDifferential) size() (wide bool, in, out int) {
	return false, d.steps * d.in, d.steps * d.nodes
}

func (d *denseDifferential) begin(gradients bool) {
	if gradients {
		clear(d.dw)
	}
}

func (d *denseDifferential) push(dz, dx *Matrix) {
	form := kernel.Multiply
	if d.transposed {
		form = kernel.MultiplyTB
	}
	d.products.product(operands{form, dz.Data, dx.Data, d.w.Value, d.steps * dx.Rows, d.nodes, d.in, kernel.Zero})
}

func (d *denseDifferential) pull(dx, dz *Matrix) {
	form := kernel.MultiplyTB
	if d.transposed {
		form = kernel.Multiply
	}
	d.products.product(operands{form, dx.Data, dz.Data, d.w.Value, d.steps * dz.Rows, d.in, d.nodes, kernel.Zero})
}

func (d *denseDifferential) add(dx, dz *Matrix) {
	a, b, m, n := dx.Data, dz.Data, d.in, d.nodes
	if d.transposed {
		a, b, m, n = b, a, n, m
	}
	d.products.product(operands{kernel.MultiplyTA, d.dw, a, b, m, n, d.steps * dx.Rows, kernel.Keep})
}

func (d *denseDifferential) addGradients(weight float32) { d.w.addScaled(weight, d.dw) }

// differentials is the one that multiplies by the factors of the last Forward.
func (d *dropout) differentials() []differential {
	m := &masks{dropout: d}
	m.times = m.doTimes
	return []differential{m}
}

// masks is the differential of dropout.
type masks struct {
	*dropout
	times    func(part int)
	to, from *Matrix
}

func (m *masks) size() (wide bool, in, out int) { return false, m.y.matrix.Cols, m.y.matrix.Cols }
func (m *masks) begin(bool)                     {}
func (m *masks) push(dz, dx *Matrix)            { m.multiply(dz, dx) }
func (m *masks) pull(dx, dz *Matrix)            { m.multiply(dx, dz) }
func (m *masks) add(dx, dz *Matrix)             {}
func (m *masks) addGradients(float32)           {}
func (m *masks) reads() bool                    { return false }

// multiply is never given two matrices outside training, as nothing is read.
func (m *masks) multiply(to, from *Matrix) {
	if m.pass.training {
		m.to, m.from = to, from
		m.team.each(m.times)
	}
}

func (m *masks) doTimes(part int) {
	low, high := m.team.span(len(m.to.Data), cacheLine, part)
	kernel.Mul(m.to.Data[low:high], m.from.Data[low:high], m.factors.matrix.Data[low:high])
}

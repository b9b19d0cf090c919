package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// denseJacobian is that of an encoder of dense layers, whose norm needs no
// sweeps.
type denseJacobian struct {
	net     *Net
	layers  []*contracted // from the input to the code
	shallow *shallowJacobian
	deep    *deepJacobian
}

// allDense returns the layers as dense ones where all are, each of all its
// input.
func allDense(layers []Layer) ([]*dense, bool) {
	var all []*dense
	for _, layer := range layers {
		d, ok := layer.(*dense)
		if !ok || d.steps > 1 {
			return nil, false
		}
		all = append(all, d)
	}
	return all, true
}

// newDenseJacobian takes the encoder of n, which is of dense layers.
func newDenseJacobian(n *Net) *denseJacobian {
	c := &denseJacobian{net: n}
	all, _ := allDense(n.layers[:n.encoder])
	for _, layer := range all {
		c.layers = append(c.layers, newContracted(layer, n.rows))
	}
	if len(c.layers) > 1 {
		c.deep = newDeepJacobian(c.layers, n)
	} else {
		c.shallow = newShallowJacobian(c.layers[0], n)
	}
	return c
}

// contracted is a layer of the encoder, as the Jacobian sees it.
type contracted struct {
	*dense
	slopes, dslopes buffer    // f′ at z, and the gradient by it, [rows × nodes]
	dw              []float32 // the gradient by the weights, where there are several layers
	ones            []float32 // as wide as a row
	bends           buffer    // the gradient by z: dslopes·f″
}

func newContracted(d *dense, rows int) *contracted {
	c := &contracted{
		dense: d, slopes: newBuffer(rows, d.nodes), dslopes: newBuffer(rows, d.nodes), bends: newBuffer(rows, d.nodes),
		ones: make([]float32, d.nodes),
	}
	kernel.Fill(c.ones, 1)
	return c
}

// prepare sets the slopes of all layers for the examples of the last Forward.
func (c *denseJacobian) prepare() (rows int) {
	rows = c.net.pass.rows
	for _, l := range c.layers {
		slopes := l.slopes.of(rows)
		l.dslopes.of(rows)
		for i := range rows {
			row := slopes.Row(i)
			l.activation.Backward(row, l.ones, l.z.matrix.Row(i), l.y.matrix.Row(i))
		}
	}
	return rows
}

func (c *denseJacobian) norm(gradients bool) float64 {
	rows := c.prepare()
	if c.shallow != nil {
		return c.shallow.norm(rows, gradients)
	}
	return c.deep.norm(rows, gradients)
}

// addGradients adds those by the weights, and leaves those by z to the layers'
// Backward.
func (c *denseJacobian) addGradients(weight float64) {
	if c.shallow != nil {
		c.shallow.addGradient(float32(weight))
	}
	for _, l := range c.layers {
		if c.deep != nil {
			l.w.addScaled(float32(weight), l.dw)
		}
		if !l.curved() {
			continue
		}
		bends := l.bends.of(l.slopes.matrix.Rows)
		l.activation.Curvature(bends.Data, l.z.matrix.Data, l.y.matrix.Data)
		kernel.Mul(bends.Data, bends.Data, l.dslopes.matrix.Data)
		kernel.ScaleBy(bends.Data, float32(weight))
		l.bendBy(bends)
	}
}

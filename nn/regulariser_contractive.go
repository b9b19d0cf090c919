package nn

import (
	"fmt"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Contractive](regularisers, "contractive", "‖∂h/∂x‖², the squared Frobenius norm of the encoder's Jacobian, averaged over examples")
}

// Contractive is the squared Frobenius norm of the Jacobian of the code, after
// its activation, by the input that was fed, averaged over the examples of a
// batch (Rifai et al. 2011). It is exact, for encoders of any depth.
type Contractive struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
}

// Factor is the penalty's weight.
func (p *Contractive) Factor() Schedule { return p.Weight }

// Check tells whether all layers of the encoder are dense.
func (*Contractive) Check(_ *Autoencoder, links []link, encoder int) string {
	for _, l := range links[:encoder] {
		if d, dense := l.part.(*Dense); !dense || d.perStep() {
			return fmt.Sprintf("contractive needs an encoder of dense layers, each of all its input: the Jacobian of %s, %s, is not worked out", l.path, describePart(l.part))
		}
	}
	return ""
}

// Attach makes the penalty work on the encoder of n.
func (*Contractive) Attach(n *Net) penalty {
	c := &contraction{net: n}
	for _, layer := range n.layers[:n.encoder] {
		c.layers = append(c.layers, newContracted(layer.(*dense), n.rows))
	}
	if len(c.layers) > 1 {
		c.deep = newDeepJacobian(c.layers, n)
	} else {
		c.shallow = newShallowJacobian(c.layers[0], n)
	}
	return c
}

// contracted is a layer of the encoder, as the penalty sees it.
type contracted struct {
	*dense
	slopes, dslopes buffer    // f′ at z, and the gradient by it, [rows × nodes]
	dw              []float32 // the gradient by the weights, where there are several layers
	ones            []float32 // as wide as a row
	curved          bool      // f″ is not 0
	bends           buffer    // the gradient by z: dslopes·f″
}

func newContracted(d *dense, rows int) *contracted {
	c := &contracted{
		dense: d, slopes: newBuffer(rows, d.nodes), dslopes: newBuffer(rows, d.nodes), bends: newBuffer(rows, d.nodes),
		ones: make([]float32, d.nodes),
	}
	kernel.Fill(c.ones, 1)
	switch d.activation.(type) {
	case *Linear, *Relu, *LeakyRelu:
	default:
		c.curved = true
	}
	return c
}

// contraction adds up squared norms of Jacobians. The gradients are worked out
// along with the value, and used in the Backward that follows.
type contraction struct {
	net     *Net
	layers  []*contracted // from the input to the code
	shallow *shallowJacobian
	deep    *deepJacobian
	sum     float64
	seen    int
}

// prepare sets the slopes of all layers for the examples of the last Forward.
func (c *contraction) prepare() (rows int) {
	rows = c.net.outputs[0].Rows
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

// norm returns Σ over examples of ‖J‖². With gradients it also sets those of
// the mean by the weights and slopes.
func (c *contraction) norm(gradients bool) float64 {
	rows := c.prepare()
	if c.shallow != nil {
		return c.shallow.norm(rows, gradients)
	}
	return c.deep.norm(rows, gradients)
}

func (c *contraction) value() float64 {
	return c.norm(c.net.pass.training) / float64(c.net.outputs[0].Rows)
}

func (*contraction) atOutput(int, *Matrix, float64) {}

// atWeights adds the gradients by the weights, and leaves those by z to the
// layers' Backward.
func (c *contraction) atWeights(weight float64) {
	if c.shallow != nil {
		c.shallow.addGradient(float32(weight))
	}
	for _, l := range c.layers {
		if c.deep != nil {
			if l.w.start() == kernel.Zero {
				clear(l.w.Grad)
			}
			kernel.Axpy(l.w.Grad, float32(weight), l.dw)
		}
		if !l.curved {
			continue
		}
		bends := l.bends.of(l.slopes.matrix.Rows)
		l.activation.Curvature(bends.Data, l.z.matrix.Data, l.y.matrix.Data)
		kernel.Mul(bends.Data, bends.Data, l.dslopes.matrix.Data)
		kernel.ScaleBy(bends.Data, float32(weight))
		l.bend = bends
	}
}

func (c *contraction) observe() {
	c.sum += c.norm(false)
	c.seen += c.net.outputs[0].Rows
}

func (c *contraction) measured() map[string]float64 {
	out := map[string]float64{"": c.sum / float64(c.seen)}
	c.sum, c.seen = 0, 0
	return out
}

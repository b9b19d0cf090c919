package nn

import (
	"fmt"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[Contractive](regularisers, "contractive", "‖∂h/∂x‖², the squared Frobenius norm of the encoder's Jacobian, averaged over examples")
}

// Contractive is the squared Frobenius norm of the Jacobian of the code, after
// its activation, by the input that was fed, averaged over the examples of a
// batch (Rifai et al. 2011). Of a Gaussian code it takes the mean.
//
// It is exact for encoders of dense layers, at little cost. Others need a pass
// back through the encoder for each unit of the code, or, with an estimate, for
// each sample: a vector v of random signs, of which ‖vᵀ·∂h/∂x‖² has the norm as
// its expectation (Hutchinson 1990), and so have the gradients.
//
// The metric is exact for encoders of dense layers and for codes of up to 32
// units, and otherwise what training sees.
type Contractive struct {
	Weight   Schedule `short:"yes" doc:"factor of the penalty in the objective"`
	Estimate string   `default:"auto" enum:"auto|exact|hutchinson" doc:"work it out unit by unit, or estimate it; auto estimates it where layers are not dense and the code has more than 32 units"`
	Samples  int      `default:"1" range:"[1, 1024]" doc:"vectors of random signs an example, where it is estimated"`
}

// Normalise removes samples where nothing is estimated.
func (*Contractive) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseSamples(resolved, given)
}

func normaliseSamples(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	if resolved["estimate"] != "exact" {
		return nil
	}
	if given["samples"] {
		return registry.Mistakes{{Path: "samples", Key: true, Message: "samples are those of an estimate, and estimate: exact makes none", Hint: "leave one of the two out"}}
	}
	delete(resolved, "samples")
	return nil
}

// Factor is the penalty's weight.
func (p *Contractive) Factor() Schedule { return p.Weight }

// Check tells whether the derivatives of all layers of the encoder are known.
func (*Contractive) Check(_ *Autoencoder, links []link, encoder int) string {
	return lacksDifferential("contractive", links[:encoder])
}

func lacksDifferential(kind string, links []link) string {
	if l := undifferentiable(links); l != nil {
		return fmt.Sprintf("%s needs layers whose derivative it knows, such as dense ones, convolutions and pooling: that of %s, %s, is not worked out", kind, l.path, describePart(l.part))
	}
	return ""
}

// exactUnits is the size of a code up to which Jacobians of layers that are not
// dense are exact unless asked otherwise. It is part of the numerics version.
const exactUnits = 32

// Attach makes the penalty work on the encoder of n.
func (p *Contractive) Attach(n *Net) penalty {
	units := n.widths[n.encoder-1]
	swept := func(draws int) jacobian { return newSweptJacobian(n, 0, n.encoder, units, true, draws) }
	if _, dense := allDense(n.layers[:n.encoder]); dense {
		return newJacobianPenalty(n, p.Estimate == "hutchinson", true, p.Samples, swept, func() jacobian { return newDenseJacobian(n) })
	}
	small := units <= exactUnits
	estimated := p.Estimate == "hutchinson" || p.Estimate == "auto" && !small
	return newJacobianPenalty(n, estimated, small || p.Estimate == "exact", p.Samples, swept, func() jacobian { return swept(0) })
}

// jacobian works on the Jacobian of a stretch of a net.
type jacobian interface {
	// norm returns Σ over examples of the last Forward of ‖J‖². With gradients it
	// also works out those of the mean over examples, which addGradients adds to
	// the layers', times weight, before their Backward.
	norm(gradients bool) float64
	addGradients(weight float64)
}

// jacobianPenalty adds up squared norms of Jacobians.
type jacobianPenalty struct {
	net                 *Net
	training, measuring jacobian
	draws               int // of an estimate that is measured, or 0
	sum                 float64
	seen                int
}

// newJacobianPenalty returns one that is estimated in training, and that is
// measured exactly.
func newJacobianPenalty(n *Net, estimated, measuredExactly bool, draws int, swept func(draws int) jacobian, exact func() jacobian) *jacobianPenalty {
	p := &jacobianPenalty{net: n}
	switch {
	case !estimated:
		p.training = exact()
		p.measuring = p.training
	case measuredExactly:
		p.training, p.measuring = swept(draws), exact()
	default:
		p.training = swept(draws)
		p.measuring, p.draws = p.training, draws
	}
	return p
}

func (p *jacobianPenalty) value() float64 { return p.training.norm(true) / float64(p.net.pass.rows) }

func (*jacobianPenalty) atOutput(int, *Matrix, float64) {}

func (p *jacobianPenalty) atWeights(weight float64) { p.training.addGradients(weight) }

func (p *jacobianPenalty) observe() {
	p.sum += p.measuring.norm(false)
	p.seen += p.net.pass.rows
}

func (p *jacobianPenalty) measured() map[string]float64 {
	out := map[string]float64{"": p.sum / float64(p.seen)}
	p.sum, p.seen = 0, 0
	return out
}

// note says that what is measured is estimated, where it is.
func (p *jacobianPenalty) note(name string) string {
	switch p.draws {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%s is estimated, from one vector of random signs an example", name)
	}
	return fmt.Sprintf("%s is estimated, from %d vectors of random signs an example", name, p.draws)
}

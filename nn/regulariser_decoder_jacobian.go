package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[DecoderJacobian](regularisers, "decoder-jacobian", "‖∂y/∂h‖², the squared Frobenius norm of the decoder's Jacobian, averaged over examples")
}

// DecoderJacobian is the squared Frobenius norm of the Jacobian of the
// reconstruction, after its activation, by the code, averaged over the examples
// of a batch: how far reconstructions move with the code. Small, it makes a
// decoder that is smooth, as in Ghosh et al. 2020, equation 9, there with other
// norms.
//
// Exactly, it needs a pass through the decoder for each unit of the code. An
// estimate needs one for each sample, as that of [Contractive]; the metric too
// is exact for codes of up to 32 units.
type DecoderJacobian struct {
	Weight   Schedule `short:"yes" doc:"factor of the penalty in the objective"`
	Estimate string   `default:"auto" enum:"auto|exact|hutchinson" doc:"work it out unit by unit, or estimate it; auto estimates it where the code has more than 32 units"`
	Samples  int      `default:"1" range:"[1, 1024]" doc:"vectors of random signs an example, where it is estimated"`
}

// Normalise removes samples where nothing is estimated.
func (*DecoderJacobian) Normalise(resolved registry.Tree, given map[string]bool) registry.Mistakes {
	return normaliseSamples(resolved, given)
}

// Factor is the penalty's weight.
func (p *DecoderJacobian) Factor() Schedule { return p.Weight }

// Check tells whether the derivatives of all layers of the decoder are known.
func (*DecoderJacobian) Check(_ *Autoencoder, links []link, encoder int) string {
	return lacksDifferential("decoder-jacobian", links[encoder:])
}

// Attach makes the penalty work on the decoder of n.
func (p *DecoderJacobian) Attach(n *Net) penalty {
	units := n.widths[n.encoder-1]
	swept := func(draws int) jacobian {
		return newSweptJacobian(n, n.encoder, len(n.layers), units, false, draws)
	}
	small := units <= exactUnits
	estimated := p.Estimate == "hutchinson" || p.Estimate == "auto" && !small
	return newJacobianPenalty(n, estimated, small || p.Estimate == "exact", p.Samples, swept, func() jacobian { return swept(0) })
}

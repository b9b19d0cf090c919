package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[KL](regularisers, "kl", "Σ over units of KL(q ‖ N(0, 1)), averaged over examples; for a gaussian bottleneck")
}

// KL is the divergence of the code's distribution from the standard normal
// one, summed over units and averaged over examples (Kingma and Welling 2014,
// appendix B). Its weight is the β of Higgins et al. 2017.
type KL struct {
	Weight Schedule `short:"yes" doc:"factor of the penalty in the objective"`
}

// Factor is the penalty's weight.
func (p *KL) Factor() Schedule { return p.Weight }

// Check tells whether the bottleneck is Gaussian.
func (*KL) Check(a *Autoencoder, _ []link, _ int) string {
	if _, gaussian := a.Bottleneck.(*Gaussian); !gaussian {
		return "kl needs a code with a distribution: set model.bottleneck: gaussian"
	}
	return ""
}

// Attach makes the penalty work on the code of n.
func (*KL) Attach(n *Net) penalty { return &codeKL{code: n.layers[n.encoder-1].(*gaussian)} }

// codeKL leaves the gradient to the layer of the code, which knows the
// distribution.
type codeKL struct {
	code     *gaussian
	sum      float64
	examples int
}

func (k *codeKL) value() float64 { return k.code.divergence() / float64(k.code.statistic.Rows) }

func (*codeKL) atOutput(int, *Matrix, float64) {}

func (k *codeKL) atWeights(weight float64) {
	k.code.klWeight += float32(weight / float64(k.code.statistic.Rows))
}

func (k *codeKL) observe() {
	k.sum += k.code.divergence()
	k.examples += k.code.statistic.Rows
}

func (k *codeKL) measured() map[string]float64 {
	out := map[string]float64{"": k.sum / float64(k.examples)}
	k.sum, k.examples = 0, 0
	return out
}

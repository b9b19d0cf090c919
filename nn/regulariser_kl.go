package nn

import (
	"math"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[KL](regularisers, "kl", "Σ over units of KL(q ‖ N(0, 1)), averaged over examples; for a gaussian bottleneck")
}

// KL is the divergence of the code's distribution from the standard normal
// one, summed over units and averaged over examples (Kingma and Welling 2014,
// appendix B). Its weight is the β of Higgins et al. 2017.
//
// With FreeBits λ it is Σ max(λ, KL_j), KL_j being a unit's divergence averaged
// over the batch: below λ a unit has no gradient (Kingma et al. 2016, appendix
// C.8, each unit a group of its own). λ is in nats, whatever its name.
//
// With Capacity C it is |KL − C|, which holds the divergence at C (Burgess et
// al. 2018, equation 8, whose γ is the weight here).
//
// What is reported as kl is the divergence itself with either of them; the
// objective has the penalty.
type KL struct {
	Weight   Schedule `short:"yes" doc:"factor of the penalty in the objective"`
	FreeBits float64  `optional:"yes" range:"[0, inf)" doc:"divergence of each unit, in nats, that costs nothing more than none"`
	Capacity Schedule `optional:"yes" doc:"divergence in nats that is aimed at: a number, or a schedule that rises"`
}

// Normalise makes free bits or a capacity of 0 the same as none, which they are,
// and refuses both at once.
func (*KL) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	for _, name := range []string{"free_bits", "capacity"} {
		if resolved[name] == 0.0 {
			delete(resolved, name)
		}
	}
	if resolved["free_bits"] != nil && resolved["capacity"] != nil {
		return registry.Mistakes{{Path: "capacity", Key: true, Message: "free_bits and capacity hold the same divergence up", Hint: "give one of the two"}}
	}
	return nil
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
func (p *KL) Attach(n *Net) penalty {
	code := n.layers[n.encoder-1].(*gaussian)
	k := &codeKL{code: code, pass: n.pass, free: p.FreeBits, capacity: p.Capacity}
	if k.free > 0 {
		k.units, k.observed = make([]float64, code.n), make([]float64, code.n)
	}
	return k
}

// codeKL leaves the gradient to the layer of the code, which knows the
// distribution.
type codeKL struct {
	code     *gaussian
	pass     *pass
	free     float64  // nats of each unit, or 0
	capacity Schedule // of all units together, or nil

	divergence float64   // of the batch, per example
	units      []float64 // of each unit, with free bits
	observed   []float64 // of each unit over what was observed, with free bits
	sum        float64   // over what was observed
	examples   int
}

func (k *codeKL) value() float64 {
	rows := float64(k.code.statistic.Rows)
	k.divergence = k.code.divergence() / rows
	if k.free > 0 {
		clear(k.units)
		k.code.addUnitDivergences(k.units)
		for j := range k.units {
			k.units[j] /= rows
		}
	}
	return k.penalty(k.divergence, k.units)
}

// penalty returns what becomes of a divergence.
func (k *codeKL) penalty(divergence float64, units []float64) float64 {
	switch {
	case k.free > 0:
		sum := 0.0
		for _, unit := range units {
			sum += max(k.free, unit)
		}
		return sum
	case k.capacity != nil:
		return math.Abs(divergence - k.capacity.At(k.pass.epochs))
	}
	return divergence
}

// reported returns the divergence of the batch.
func (k *codeKL) reported() float64 { return k.divergence }

func (*codeKL) atOutput(int, *Matrix, float64) {}

func (k *codeKL) atWeights(weight float64) {
	if k.capacity != nil && k.divergence < k.capacity.At(k.pass.epochs) {
		weight = -weight
	}
	step := float32(weight / float64(k.code.statistic.Rows))
	for j := range k.code.klWeights {
		if k.free == 0 || !(k.units[j] < k.free) {
			k.code.klWeights[j] += step
		}
	}
}

func (k *codeKL) observe() {
	k.sum += k.code.divergence()
	k.examples += k.code.statistic.Rows
	if k.free > 0 {
		k.code.addUnitDivergences(k.observed)
	}
}

func (k *codeKL) measured() map[string]float64 {
	divergence := k.sum / float64(k.examples)
	for j := range k.observed {
		k.observed[j] /= float64(k.examples)
	}
	out := map[string]float64{"": k.penalty(divergence, k.observed), asReported: divergence}
	clear(k.observed)
	k.sum, k.examples = 0, 0
	return out
}

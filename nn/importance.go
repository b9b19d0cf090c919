package nn

import (
	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// importance makes the importance-weighted bound of the codes of a batch, k of
// each example (Burda, Grosse and Salakhutdinov 2016, equations 8 and 13):
//
//	−log 1/k·Σ_s w_s    w_s = p(x|h_s)·p(h_s)/q(h_s|x)
//
// −log p(x|h) being the reconstruction loss. Its gradient is the mean of those of
// −log w_s with the weights w_s/Σ w, which are constants for it.
type importance struct {
	code   *gaussian
	shares []float64 // w_s/Σ w of each code
	rows   []float64 // k times that: the weight of each code's loss in the mean of all
	sum    float64   // of the bounds over this epoch's examples
}

// checkObjective reports why there is no importance-weighted bound, where it is
// the objective.
func (d *Design) checkObjective() registry.Mistakes {
	if d.Train.Objective != importanceWeighted {
		return nil
	}
	refuse := func(path, message, hint string) registry.Mistakes {
		return registry.Mistakes{{Path: path, Message: message, Hint: hint}}
	}
	if _, stochastic := d.Model.Bottleneck.(*Gaussian); !stochastic {
		return refuse("train.objective", "the importance-weighted bound needs a code with a distribution", "set model.bottleneck: {kind: gaussian, samples: 5}")
	}
	normal, _ := d.Loss.(*GaussianNLL)
	if _, elements := d.Loss.(ElementLoss); !elements || d.Loss.Mean() || normal != nil && normal.Fit {
		return refuse("train.objective", "the importance-weighted bound needs a log likelihood of each example: a loss of elements, summed over them", "set the loss, such as loss: {kind: bce, reduce: sum}")
	}
	for _, part := range d.Regularisers {
		if _, divergence := part.(*KL); divergence {
			return refuse("regularisers.kl", "the importance-weighted bound has the divergence in it already", "leave kl out")
		}
	}
	return nil
}

// newImportance returns nil for another objective.
func newImportance(d *Design, n *Net) *importance {
	if d.Train.Objective != importanceWeighted {
		return nil
	}
	code := n.stochasticCode()
	code.weights = make([]float32, n.rows)
	return &importance{code: code, shares: make([]float64, n.rows), rows: make([]float64, n.rows)}
}

// weigh returns the bound averaged over examples, given the reconstruction loss
// of each code of the last Forward, and notes the weights of the codes for the
// gradients.
func (w *importance) weigh(losses []float64) float64 {
	k := w.code.samples
	examples := len(losses) / k
	sum, each := 0.0, 1/float64(examples)
	for i := range examples {
		first, last := i*k, (i+1)*k
		shares := w.shares[first:last]
		for s, logs := range w.code.logs[first:last] {
			shares[s] = logs - losses[first+s]
		}
		sum -= softmax(shares) - kernel.Log64(float64(k))
		for s, share := range shares {
			w.code.weights[first+s] = float32(share * each)
			w.rows[first+s] = float64(float64(k) * share)
		}
	}
	w.code.each = float32(each)
	return sum * each
}

// softmax replaces logarithms by their shares in the sum of what they are the
// logarithms of, and returns the logarithm of that sum.
func softmax(logs []float64) float64 {
	most := logs[0]
	for _, l := range logs[1:] {
		most = max(most, l)
	}
	sum := 0.0
	for s, l := range logs {
		logs[s] = kernel.Exp64(l - most)
		sum += logs[s]
	}
	for s := range logs {
		logs[s] /= sum
	}
	return most + kernel.Log64(sum)
}

// scale turns the gradient of the mean loss over all codes into that of the
// bound.
func (w *importance) scale(dy *Matrix) {
	for r := range dy.Rows {
		kernel.ScaleBy(dy.Row(r), float32(w.rows[r]))
	}
}

// NegativeBound returns the importance-weighted bound on the negative log
// likelihood per example over the rows of x, with so many codes of each example:
// with one, the negative ELBO of Burda et al. 2016, whose divergence is that of
// the code that was drawn. With thousands it is their estimate of the negative
// log likelihood. The code must be Gaussian, and the loss summed over elements.
func (t *Trainer) NegativeBound(x *Matrix, samples int) float64 {
	code, pass := t.net.stochasticCode(), t.net.pass
	pass.training, pass.sampled = false, true
	defer func() { pass.sampled, pass.sample = false, 0 }()
	bounds := make([]runningLogSum, evaluationRows)
	sum := 0.0
	chunks(x, func(first int, rows *Matrix) {
		pass.first = first
		clear(bounds)
		for s := range samples {
			pass.sample = uint32(s)
			h := code.h.matrix
			if s == 0 {
				h = t.net.Encode(rows)
			} else {
				code.team.each(code.draw)
			}
			t.objective.sum(t.net.Decode(h), rows)
			for i := range rows.Rows {
				bounds[i].add(code.logs[i] - t.objective.sums[i])
			}
		}
		for i := range rows.Rows {
			sum -= bounds[i].value() - kernel.Log64(float64(samples))
		}
	})
	return sum / float64(x.Rows)
}

// runningLogSum is log Σ e^l of the numbers l that were added.
type runningLogSum struct {
	begun     bool
	most, sum float64 // the largest l, and Σ e^(l − most)
}

func (r *runningLogSum) add(l float64) {
	switch {
	case !r.begun:
		r.begun, r.most, r.sum = true, l, 1
	case l > r.most:
		r.sum = float64(r.sum*kernel.Exp64(r.most-l)) + 1
		r.most = l
	default:
		r.sum += kernel.Exp64(l - r.most)
	}
}

func (r *runningLogSum) value() float64 { return r.most + kernel.Log64(r.sum) }

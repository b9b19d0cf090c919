package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// logNormaliser returns what is to be added to a reconstruction loss, summed
// over so many elements, to make it minus a log density: that of Bernoulli
// variables for bce, of normal ones with variance ½ for mse, of Laplace ones with
// scale 1 for l1, of normal ones with the given variance for gaussian-nll. It
// reports false for losses that are no likelihood.
func logNormaliser(loss Loss, elements int) (float64, bool) {
	switch l := loss.(type) {
	case *BCE:
		return 0, true
	case *MSE:
		return float64(float64(elements) * (0.5 * kernel.Log64(math.Pi))), true
	case *L1:
		return float64(float64(elements) * math.Ln2), true
	case *GaussianNLL:
		return 0, !l.Fit
	}
	return 0, false
}

// likelihood is what is known of examples under a model whose code is a
// distribution, in nats, averaged over them.
type likelihood struct {
	reconstruction float64   // expected −log p(x | h), h drawn from the code's distribution
	divergence     float64   // KL of the code from the prior
	importance     float64   // log-likelihood, importance-sampled
	units          []float64 // KL of each unit
	active         int       // units whose mean varies between examples
}

// measureLikelihood draws so many codes for each row of x from its
// distribution q(h | x). The importance-sampled log-likelihood of Burda, Grosse and
// Salakhutdinov 2016, equation 8, is log of the mean of p(x | h)·p(h)/q(h | x)
// over them.
func measureLikelihood(s *Subject, x *Matrix, draws int, normaliser float64) likelihood {
	t, g := s.trainer, s.gaussian()
	out := likelihood{units: make([]float64, g.n)}
	means := make([]moments, g.n)
	sums := make([]float64, evaluationRows*draws) // log weights of each row
	chunks(x, func(first int, rows *Matrix) {
		t.net.pass.first = first
		t.net.Encode(rows)
		statistic := clone(g.statistic)
		g.addUnitDivergences(out.units)
		for i := range statistic.Rows {
			for j := range means {
				means[j].add(float64(statistic.Row(i)[j]))
			}
		}
		h, noise := NewMatrix(rows.Rows, g.n), NewMatrix(rows.Rows, g.n)
		for k := range draws {
			drawCodes(h, noise, statistic, uint32(k), first)
			t.objective.sum(t.net.Decode(h), rows)
			for i := range rows.Rows {
				logP := -t.objective.sums[i] - normaliser
				out.reconstruction -= logP / float64(draws)
				sums[i*draws+k] = logP + logRatio(h.Row(i), noise.Row(i), statistic.Row(i)[g.n:])
			}
		}
		for i := range rows.Rows {
			out.importance += logMeanExp(sums[i*draws : (i+1)*draws])
		}
	})
	out.average(float64(x.Rows), means)
	return out
}

// average turns sums over n examples into their means, and counts the units whose
// means vary.
func (l *likelihood) average(n float64, means []moments) {
	l.reconstruction /= n
	l.importance /= n
	for j := range l.units {
		l.units[j] /= n
		l.divergence += l.units[j]
		if means[j].variance() > activeVariance {
			l.active++
		}
	}
}

// drawCodes sets h to μ + e^(v/2)·ε, and noise to ε: draw k of the rows of a
// split from the first on.
func drawCodes(h, noise, statistic *Matrix, k uint32, first int) {
	stream := kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationImportance, Step: k}
	stream.Normals(noise.Data, uint64(first)*uint64(h.Cols))
	for i := range h.Rows {
		mean, logVariance := statistic.Row(i)[:h.Cols], statistic.Row(i)[h.Cols:]
		row := h.Row(i)
		for j, v := range logVariance {
			row[j] = 0.5 * v
		}
		kernel.Exp(row, row)
		for j, e := range noise.Row(i) {
			row[j] = mean[j] + float32(row[j]*e)
		}
	}
}

// logRatio returns log p(h) − log q(h | x) of a code that was drawn with noise ε
// and log-variances v: Σ ½·(ε² + v − h²).
func logRatio(h, noise, logVariance []float32) float64 {
	sum := 0.0
	for j, v := range logVariance {
		a, e := float64(h[j]), float64(noise[j])
		sum += float64(0.5 * (float64(e*e) + float64(v) - float64(a*a)))
	}
	return sum
}

// logMeanExp returns log of the mean of e^v.
func logMeanExp(values []float64) float64 {
	largest := values[0]
	for _, v := range values {
		largest = max(largest, v)
	}
	sum := 0.0
	for _, v := range values {
		sum += kernel.Exp64(v - largest)
	}
	return largest + kernel.Log64(sum/float64(len(values)))
}

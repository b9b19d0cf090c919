package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// pass is what layers that draw random numbers, or that behave otherwise in
// training, need to know of the pass that they are in. All layers of a net
// share one.
type pass struct {
	seed     uint64
	training bool
	// sampled makes a stochastic code be drawn outside training too.
	sampled     bool
	epoch, step uint32  // in training: counted from 1, and from 0 within the epoch
	epochs      float64 // of training that have passed, fractions included
	rows        int     // that come out of the last layer that was passed: examples, or codes where an example has several
	examples    int     // that went into the first
	first       int     // outside training: the number of the first example in its split
	sample      uint32  // outside training: which of several codes of an example is drawn
}

// sampling returns the stream that the codes of a pass are drawn from, and
// where in it those of the first row stand if each row takes n numbers.
func (p *pass) sampling(n int) (kernel.Stream, uint64) {
	if p.training {
		return kernel.Stream{Seed: p.seed, Purpose: purposeSampling, Epoch: p.epoch, Step: p.step}, 0
	}
	return kernel.Stream{Seed: p.seed, Purpose: purposeEvaluation, Epoch: evaluationSampling, Step: p.sample}, uint64(p.first) * uint64(n)
}

// prior returns the stream that samples of the code's prior are drawn from in a
// pass, and where in it those of the first row stand if each row takes n
// numbers. Outside training they are the same for every trial.
func (p *pass) prior(n int) (kernel.Stream, uint64) {
	if p.training {
		return kernel.Stream{Seed: p.seed, Purpose: purposePrior, Epoch: p.epoch, Step: p.step}, 0
	}
	return kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationPrior}, uint64(p.first) * uint64(n)
}

// signs returns the stream that the signs of an estimated Jacobian are drawn
// from, of the encoder or the decoder, and where in it those of the first row
// stand if each row takes n numbers. Outside training they are the same for
// every trial.
func (p *pass) signs(decoder bool, n int) (kernel.Stream, uint64) {
	s, first := kernel.Stream{Seed: p.seed, Purpose: purposeSigns, Epoch: p.epoch, Step: p.step}, uint64(0)
	if !p.training {
		s, first = kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationSigns}, uint64(p.first)*uint64(n)
	}
	if decoder {
		s.Purpose |= 1 << 8
	}
	return s, first
}

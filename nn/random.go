package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// The purposes of random numbers. Each has streams of its own, so that adding
// one never changes another. Their values are part of the numerics version.
const (
	purposeWeights uint32 = iota + 1
	purposeShuffle
	purposeCorruption
	purposeSampling
	purposeSplit
	purposeGenerator
	purposeEvaluation
	purposePrior
)

// What is drawn when a split is measured, in streams of purposeEvaluation.
const (
	evaluationSampling uint32 = iota
	evaluationCorruption
	evaluationPrior
)

// weightStream is the stream that the i-th parameter of a net is drawn from.
func weightStream(seed uint64, i int) kernel.Stream {
	return kernel.Stream{Seed: seed, Purpose: purposeWeights, Step: uint32(i)}
}

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
	purposeDropout
	purposeNoise
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

// layerPurpose returns the purpose of the numbers that the layer which is being
// built draws: streams that no other layer has. Layers of the same kind are
// counted in the encoder and in the decoder, so that one more layer changes the
// numbers of none in front of it, in the other half or of another kind.
func (b *Builder) layerPurpose(kind uint32) uint32 {
	if b.drawing == nil {
		b.drawing = map[uint32]uint32{}
	}
	purpose := kind
	if b.decoding {
		purpose |= 1 << 8
	}
	n := b.drawing[purpose]
	b.drawing[purpose]++
	return purpose | n<<9
}

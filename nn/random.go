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
	purposePresentation
	purposeSigns
)

// What is drawn when a split is measured, in streams of purposeEvaluation.
const (
	evaluationSampling uint32 = iota
	evaluationCorruption
	evaluationPrior
	evaluationSigns
	evaluationNoise
	evaluationMasking
	evaluationDirections
	evaluationImportance
	evaluationSamples
	evaluationClusters
	evaluationComponents
)

// weightStream is the stream that the i-th parameter of a net is drawn from.
func weightStream(seed uint64, i int) kernel.Stream {
	return kernel.Stream{Seed: seed, Purpose: purposeWeights, Step: uint32(i)}
}

// drawing is what a layer needs that draws numbers in training.
type drawing struct {
	pass    *pass
	purpose uint32
}

// drawing returns streams, of those of a purpose, that no other layer has. Layers
// of a purpose are counted in the encoder and in the decoder, so that one more
// layer changes the numbers of none in front of it, in the other half or of
// another purpose.
func (b *Builder) drawing(purpose uint32) drawing {
	if b.decoding {
		purpose |= 1 << 8
	}
	if b.drawings == nil {
		b.drawings = map[uint32]uint32{}
	}
	n := b.drawings[purpose]
	b.drawings[purpose]++
	return drawing{b.pass, purpose | n<<9}
}

// stream returns the numbers of this step.
func (d *drawing) stream() kernel.Stream {
	return kernel.Stream{Seed: d.pass.seed, Purpose: d.purpose, Epoch: d.pass.epoch, Step: d.pass.step}
}

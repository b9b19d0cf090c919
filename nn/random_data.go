package nn

import "hourglass.dev/hourglass/nn/internal/kernel"

// SplitOrder sets order to a permutation of 0 … len(order) − 1 that depends on
// seed and its length alone. It is what data are shuffled by before they are
// cut into splits.
func SplitOrder(order []int32, seed int) {
	kernel.Stream{Seed: uint64(seed), Purpose: purposeSplit}.Permutation(order)
}

// GeneratorNormals sets dst to standard normal numbers. A number is a function
// of seed, part and its index in dst: data that are made up have a part for
// everything that they draw, so that more of the one never changes the other.
func GeneratorNormals(dst []float32, seed int, part uint32) {
	kernel.Stream{Seed: uint64(seed), Purpose: purposeGenerator, Step: part}.Normals(dst, 0)
}

// GeneratorUniforms sets dst to numbers that are uniform on [0, 1), multiples
// of 2⁻²⁴: the twin of [GeneratorNormals], with which a part must not be
// shared, as both come of the same words.
func GeneratorUniforms(dst []float32, seed int, part uint32) {
	kernel.Stream{Seed: uint64(seed), Purpose: purposeGenerator, Step: part}.Uniforms(dst, 0)
}

// draws are draws from probabilities: a stream of uniform numbers.
type draws struct{ stream kernel.Stream }

// presentation are the draws of a training step, with epochs counted from 1.
func presentation(seed uint64, epoch, step uint32) draws {
	return draws{kernel.Stream{Seed: seed, Purpose: purposePresentation, Epoch: epoch, Step: step}}
}

// binarise sets each element of y, row i of those that are drawn, to 1 with the
// probability that p has there, and to 0 otherwise.
func (d draws) binarise(y, p []float32, i int) {
	d.stream.Uniforms(y, uint64(i)*uint64(len(y)))
	for j, u := range y {
		y[j] = 0
		if u < p[j] {
			y[j] = 1
		}
	}
}

// Binarise returns one draw from the probabilities in p, which is the same for
// every trial; part tells apart splits.
func Binarise(p *Matrix, part uint32) *Matrix {
	y := NewMatrix(p.Rows, p.Cols)
	drawn := presentation(0, 0, part)
	for i := range p.Rows {
		drawn.binarise(y.Row(i), p.Row(i), i)
	}
	return y
}

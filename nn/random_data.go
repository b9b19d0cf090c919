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

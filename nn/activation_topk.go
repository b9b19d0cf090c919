package nn

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/nn/internal/onnx"
	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[TopK](activations, "topk", "the k largest units of an example, the others 0; for a sparse code")
}

// TopK keeps the k largest units of each example and sets the others to 0: the
// k-sparse autoencoder of Makhzani and Frey 2014, algorithm 1. Of equal units
// the first ones are kept. The gradient goes through the units that are kept.
//
// Largest means largest, not farthest from 0, and negative ones stay as they
// are, as in the paper; with Relu they become 0, as in Gao et al. 2024,
// section 2.3. In training and in evaluation k is the same.
type TopK struct {
	K    int  `range:"[1, 1048576]" short:"yes" doc:"how many units of an example are kept"`
	Relu bool `optional:"yes" doc:"set those of them to 0 too that are negative"`
}

// Normalise makes relu: false the same as none.
func (*TopK) Normalise(resolved registry.Tree, _ map[string]bool) registry.Mistakes {
	if resolved["relu"] == false {
		delete(resolved, "relu")
	}
	return nil
}

// Across tells whether there are k units to keep.
func (a *TopK) Across(units int) error {
	if a.K > units {
		return fmt.Errorf("topk keeps %d units, and there are %d", a.K, units)
	}
	return nil
}

// Forward sets y to x where it is among the k largest of x, else to 0.
func (a *TopK) Forward(y, x []float32) {
	least, equal := kthLargest(x, a.K)
	for i, v := range x {
		key := orderKey(v)
		switch {
		case key > least:
			y[i] = v
		case key == least && equal > 0:
			y[i] = v
			equal--
		default:
			y[i] = 0
		}
		if a.Relu && y[i] < 0 {
			y[i] = 0
		}
	}
}

// Backward sets dx to dy where y is not 0.
func (*TopK) Backward(dx, dy, _, y []float32) {
	for i, v := range y {
		if v == 0 {
			dx[i] = 0
		} else {
			dx[i] = dy[i]
		}
	}
}

// Curvature is 0, with the jumps left out.
func (*TopK) Curvature(c, _, _ []float32) { clear(c) }

func (*TopK) NeedsInput() bool { return false }

// orderKey returns a number that is larger for larger v. Every NaN is larger than
// all numbers, so that it is never lost.
func orderKey(v float32) uint32 {
	if v != v {
		return math.MaxUint32
	}
	bits := math.Float32bits(v)
	if bits>>31 == 1 {
		return ^bits
	}
	return bits | 1<<31
}

// kthLargest returns the key of the k-th largest of x, 1 ≤ k ≤ len(x), and how
// many of those that are equal to it belong to the k largest. It finds the key
// eight bits at a time, from the highest on, by counting.
func kthLargest(x []float32, k int) (key uint32, equal int) {
	for shift := 24; shift >= 0; shift -= 8 {
		var count [256]int32
		for _, v := range x {
			if own := orderKey(v); uint64(own)>>(shift+8) == uint64(key)>>(shift+8) {
				count[own>>shift&255]++
			}
		}
		digit := 255
		for int(count[digit]) < k {
			k -= int(count[digit])
			digit--
		}
		key |= uint32(digit) << shift
	}
	return key, k
}

// onnx writes the k largest units into zeros. Of equal units TopK takes the
// first ones too.
func (a *TopK) onnx(g *onnx.Graph, x onnx.Value) onnx.Value {
	shape := x.Shape
	x = g.Flat(x)
	top := g.NodeOf("TopK", 2, []string{x.Name, g.Whole("k", []int64{int64(a.K)})})
	zeros := g.Node("ConstantOfShape", []string{g.Node("Shape", []string{x.Name})})
	x.Name = g.Node("ScatterElements", []string{zeros, top[1], top[0]}, onnx.Int("axis", 1))
	if a.Relu {
		x = g.Each("Relu", x, nil)
	}
	return g.Reshape(x, shape)
}

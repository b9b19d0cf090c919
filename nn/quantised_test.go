package nn

import (
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// quantising builds the code of a net, and returns it after a Forward.
func quantising(t *testing.T, reduce string, rows int) (*quantised, *Net) {
	t.Helper()
	d := design(t, registry.Tree{"encoder": layerList(), "code": 6.0, "bottleneck": registry.Tree{"kind": "vector-quantised", "entries": 40.0, "vectors": 3.0, "commitment": 0.5}},
		registry.Tree{"kind": "mse", "reduce": reduce}, nil)
	x := uniform(rows, 5, 1)
	trainer := trainer(t, d, x, 3)
	n := trainer.net
	weightStream(1, 1).Normals(n.Values, 0)
	n.Forward(x)
	return n.layers[0].(*quantised), n
}

// More vectors than are compared at a time.
const quantisedExamples = quantisedRows/3 + 7

func TestQuantisedCodesAreNearest(t *testing.T) {
	q, n := quantising(t, "mean", quantisedExamples)
	z, vectors := q.z()
	if vectors != 3*quantisedExamples {
		t.Fatalf("%d vectors, want %d", vectors, 3*quantisedExamples)
	}
	squared := func(a, b []float32) (sum float64) {
		for j := range a {
			sum += (float64(a[j]) - float64(b[j])) * (float64(a[j]) - float64(b[j]))
		}
		return sum
	}
	total, used := 0.0, map[int32]bool{}
	for i := range vectors {
		v, h := q.vector(z, i), q.vector(q.h.matrix, i)
		least := math.Inf(1)
		for k := range int32(q.entries) {
			least = min(least, squared(v, q.entry(k)))
		}
		// Entries that are as near but for rounding may take each other's place.
		if got := squared(v, h); !near(got, least, 1e-5) || !slices.Equal(h, q.entry(q.chosen[i])) {
			t.Fatalf("vector %d gets an entry at the squared distance %g, want %g", i, got, least)
		}
		total += squared(v, h)
		used[q.chosen[i]] = true
	}
	n.terms[0].observe()
	measured := n.terms[0].measured()
	if want := 1.5 * total / float64(len(z.Data)); !near(measured[""], want, 1e-9) {
		t.Errorf("the term is %g, want %g", measured[""], want)
	}
	if measured["used_entries"] != float64(len(used)) {
		t.Errorf("%g entries are used, want %d", measured["used_entries"], len(used))
	}
}

// The gradients of the term, weighed, are those of squares; that by the code
// passes straight through.
func TestQuantisedCodesPullAndAreHeld(t *testing.T) {
	for _, reduce := range []string{"mean", "sum"} {
		q, n := quantising(t, reduce, quantisedExamples)
		const weight = 0.7
		z, vectors := q.z()
		scale := 1.0 / quantisedExamples
		if reduce == "mean" {
			scale /= 6
		}
		want := make([]float64, len(q.codebook.Value))
		for i := range vectors {
			for j, v := range q.vector(z, i) {
				k := int(q.chosen[i])*q.width + j
				want[k] += 2 * weight * scale * (float64(q.codebook.Value[k]) - float64(v))
			}
		}
		for _, p := range n.Params {
			p.added = false
		}
		q.atWeights(weight)
		for k, g := range q.codebook.Grad {
			if !near(float64(g), want[k], 1e-5) {
				t.Fatalf("%s: gradient %d by the codebook is %g, want %g", reduce, k, g, want[k])
			}
		}
		dy := uniform(quantisedExamples, 6, 2)
		before := slices.Clone(dy.Data)
		q.Backward(dy, false) // turns dy into the gradient by z, as the code is linear
		for j, g := range dy.Data {
			if want := float64(before[j]) + 2*weight*0.5*scale*(float64(z.Data[j])-float64(q.h.matrix.Data[j])); !near(float64(g), want, 1e-5) {
				t.Fatalf("%s: gradient by z %d is %g, want %g", reduce, j, g, want)
			}
		}
	}
}

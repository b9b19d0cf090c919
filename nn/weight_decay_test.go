package nn

import (
	"fmt"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// A step with weight decay is one without, on the clipped gradient and so much of
// the weights, whatever the optimiser: the second of two, in which it has memories.
func TestWeightDecayIsAGradient(t *testing.T) {
	held := 0
	for _, kind := range optimisers.Kinds() {
		if kind.Field("weight_decay") == nil {
			continue
		}
		held++
		for _, scale := range []float32{1, 0.25} {
			const decay = 0.125 // exact, as scale is
			t.Run(fmt.Sprint(kind.Name, scale), func(t *testing.T) {
				w := uniform(1, 37, 1).Data
				want := slices.Clone(w)
				decayed := firstUpdate(w, scale)
				plain := firstUpdate(want, 1)
				with := decode[Optimiser](t, optimisers, registry.Tree{"kind": kind.Name, "weight_decay": decay}).(stepper)
				without := decode[Optimiser](t, optimisers, kind.Name).(stepper)
				for n := 1; n <= 2; n++ {
					decayed.G, plain.G = uniform(1, 37, uint64(n+1)).Data, uniform(1, 37, uint64(n+1)).Data
					for i, g := range plain.G {
						plain.G[i] = float32(g*scale) + float32(decay*want[i])
					}
					decayed.Number, plain.Number, decayed.Scale = n, n, scale
					with.Step(decayed)
					without.Step(plain)
				}
				if !slices.Equal(w, want) {
					t.Errorf("got %v, want %v", w[:4], want[:4])
				}
			})
		}
	}
	if held < 6 {
		t.Errorf("%d optimisers have a weight decay, want 6", held)
	}
}

// firstUpdate is the first step of an optimiser on some weights.
func firstUpdate(w []float32, scale float32) *Update {
	return &Update{W: w, Scale: scale, Carried: 0.5, Slots: [][]float32{make([]float32, len(w)), make([]float32, len(w))}}
}

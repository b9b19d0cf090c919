package nn

import (
	"math"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// No reconstruction has a binary cross-entropy below the entropy of the grey
// levels, −t·log t − (1 − t)·log(1 − t):
// not the examples themselves, nor a net that is wide enough to learn them by heart.
func TestCrossEntropyNeverFallsBelowItsFloor(t *testing.T) {
	x := uniform(12, 10, 1)
	for i := range x.Data[:40] {
		x.Data[i] = float32(i % 2) // some are certain
	}
	floor := 0.0
	for _, v := range widen(x.Data) {
		for _, p := range []float64{v, 1 - v} {
			if p > 0 {
				floor -= p * math.Log(p) / float64(len(x.Data))
			}
		}
	}
	if floor < 0.2 {
		t.Fatalf("a floor of %g proves nothing", floor)
	}
	itself := (&BCE{}).Sum(x.Data, x.Data) / float64(len(x.Data))
	// Float32 and the clipping of certain elements cost 1e-6 at most.
	if itself < floor-1e-7 || itself > floor+1e-6 {
		t.Errorf("the examples themselves: %g, want the floor %g", itself, floor)
	}
	model := registry.Tree{"encoder": layerList(60), "code": 30.0, "activation": "tanh", "output": "sigmoid"}
	trainer := trainer(t, design(t, model, "bce", registry.Tree{"epochs": 400.0, "optimiser": "l-bfgs"}), x, 1)
	for !trainer.Done() {
		if loss := trainer.Step(x); loss < floor-1e-7 {
			t.Fatalf("epoch %d: %g lies below the floor %g", trainer.Epoch(), loss, floor)
		}
	}
	values := trainer.Measure(x, Traits{Shape: Shape{10}, High: 1})
	for _, name := range []string{"loss", "bce"} {
		if values[name] < floor-1e-7 || values[name] > floor*1.01 {
			t.Errorf("%s is %g, want at least the floor %g, and within 1 %% of it", name, values[name], floor)
		}
	}
}

package nn

import (
	"testing"

	"hourglass.dev/hourglass/registry"
)

// Weights that change layer by layer, in gradients' shared memory, are those
// that change at the end of each step.
func TestEarlyChangesGiveTheSameBits(t *testing.T) {
	x := uniform(150, 30, 1)
	for _, kind := range optimisers.Kinds() {
		if kind.Name == "l-bfgs" { // needs all gradients at once
			continue
		}
		d := design(t, registry.Tree{"encoder": []any{40.0, 20.0}, "code": 5.0, "output": "sigmoid"}, "mse",
			registry.Tree{"batch": 32.0, "epochs": 3.0, "optimiser": kind.Name})
		digest := func(atOnce bool, threads int) [32]byte {
			trainer := trainer(t, d, x, 1)
			defer trainer.Close()
			if trainer.early == nil {
				t.Fatalf("%s: nothing asks for all gradients at once", kind.Name)
			}
			if atOnce {
				trainer.early = nil
			}
			trainer.Threads(threads)
			for !trainer.Done() {
				trainer.Step(x)
			}
			return trainer.Net().Digest()
		}
		want := digest(true, 1)
		for _, threads := range []int{1, 3} {
			if digest(false, threads) != want {
				t.Errorf("%s: other bits than at once, with %d threads", kind.Name, threads)
			}
		}
	}
}

func TestEarlyChangesOnlyWhereEachLayerIsForItself(t *testing.T) {
	plain := func() registry.Tree { return registry.Tree{"encoder": []any{4.0}, "code": 2.0} }
	tied := plain()
	tied["tied"] = true
	for name, d := range map[string]*Design{
		"clip":        penalisedDesign(t, plain(), "mse", nil, registry.Tree{"clip": registry.Tree{"norm": 1.0}}),
		"tied":        penalisedDesign(t, tied, "mse", nil, registry.Tree{}),
		"regulariser": penalisedDesign(t, plain(), "mse", registry.Tree{"l2": 0.1}, registry.Tree{}),
	} {
		if trainer := trainer(t, d, uniform(8, 6, 1), 1); trainer.early != nil {
			t.Errorf("%s needs all gradients before a weight changes", name)
		}
	}
}

package nn

import (
	"errors"
	"maps"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func TestRestoredTrainingEndsInTheSameBits(t *testing.T) {
	x := uniform(50, 6, 1)
	for _, kind := range optimisers.Kinds() {
		train := registry.Tree{"batch": 16.0, "epochs": 3.0, "optimiser": kind.Name, "stop": registry.Tree{}}
		if kind.Name == "l-bfgs" { // an epoch is a step
			train = registry.Tree{"epochs": 12.0, "optimiser": kind.Name, "stop": registry.Tree{}}
		}
		d := design(t, registry.Tree{"encoder": []any{8.0}, "code": 2.0}, "mse", train)
		whole := trainer(t, d, x, 7)
		for !whole.Done() {
			whole.Step(x)
		}
		// Every position, epoch ends included.
		for stop := 0; stop <= 12; stop++ {
			first := trainer(t, d, x, 7)
			for range stop {
				first.Step(x)
			}
			second := trainer(t, d, x, 7)
			if err := second.Restore(first.Checkpoint()); err != nil {
				t.Fatal(err)
			}
			for !second.Done() {
				second.Step(x)
			}
			if second.Net().Digest() != whole.Net().Digest() || !maps.Equal(second.Running(), whole.Running()) {
				t.Errorf("%s: stopped after step %d, the bits differ", kind.Name, stop)
			}
		}
	}
}

func TestDamagedCheckpointsAreRefused(t *testing.T) {
	x := uniform(20, 6, 1)
	d := design(t, registry.Tree{"encoder": []any{8.0}, "code": 2.0}, "mse", nil)
	trainer := trainer(t, d, x, 7)
	whole := trainer.Checkpoint()
	for i := 0; i < len(whole); i += 37 {
		damaged := append([]byte{}, whole...)
		damaged[i] ^= 0x40
		if err := trainer.Restore(damaged); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("byte %d flipped: %v", i, err)
		}
	}
	if err := trainer.Restore(whole[:len(whole)-1]); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("truncated: %v", err)
	}
}

// What early stopping knows is part of a checkpoint: the best epoch, its
// weights, and how long it has waited.
func TestRestoredTrainingStopsInTheSameEpoch(t *testing.T) {
	x := uniform(32, 6, 1)
	d := design(t, registry.Tree{"encoder": []any{8.0}, "code": 2.0}, "mse",
		registry.Tree{"batch": 16.0, "epochs": 20.0, "stop": registry.Tree{"patience": 3.0}})
	objectives := []float64{5, 3, 4, 2, 2.5, 2.25, 2, 1, 1}
	train := func(stop int) (end int, best int, digest [32]byte) {
		at := trainer(t, d, x, 7)
		for step := 0; !at.Done(); step++ {
			if step == stop {
				again := trainer(t, d, x, 7)
				if err := again.Restore(at.Checkpoint()); err != nil {
					t.Fatal(err)
				}
				at = again
			}
			at.Step(x)
			if at.EpochEnded() {
				at.Judge(objectives[at.Epoch()-1])
			}
		}
		end = at.Epoch()
		best = at.Finish()
		return end, best, at.Net().Digest()
	}
	end, best, digest := train(-1)
	if end != 7 || best != 4 {
		t.Fatalf("epoch 4 is the best and 3 more are run, got %d after %d", best, end)
	}
	for stop := range 14 {
		if e, b, bits := train(stop); e != end || b != best || bits != digest {
			t.Errorf("stopped after step %d: epoch %d of %d, want %d of %d, and the same bits", stop, b, e, best, end)
		}
	}
}

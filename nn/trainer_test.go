package nn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

func trainer(t testing.TB, d *Design, x *Matrix, seed uint64) *Trainer {
	t.Helper()
	trainer, err := NewTrainer(d, Traits{Shape: Shape{x.Cols}, High: 1}, x.Rows, seed)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

func TestStepAllocatesNothing(t *testing.T) {
	x := uniform(100, 20, 1)
	for _, kind := range optimisers.Kinds() {
		train := registry.Tree{"batch": 32.0, "epochs": 1000.0, "optimiser": kind.Name, "clip": registry.Tree{"norm": 1.0}}
		if kind.Name == "l-bfgs" {
			train = registry.Tree{"epochs": 1000.0, "optimiser": kind.Name}
		}
		d := design(t, registry.Tree{"depth": 2.0, "nodes": 16.0, "code": 4.0, "output": "sigmoid"}, "bce", train)
		trainer := trainer(t, d, x, 1)
		trainer.Step(x)
		if n := testing.AllocsPerRun(50, func() { trainer.Step(x) }); n != 0 {
			t.Errorf("%s: %g allocations a step", kind.Name, n)
		}
	}
}

func TestEveryOptimiserLowersTheLoss(t *testing.T) {
	x := uniform(256, 10, 1)
	for _, kind := range optimisers.Kinds() {
		train := registry.Tree{"batch": 32.0, "epochs": 60.0, "optimiser": registry.Tree{"kind": kind.Name, "rate": 0.01}}
		if kind.Name == "l-bfgs" {
			train = registry.Tree{"epochs": 60.0, "optimiser": kind.Name}
		}
		d := design(t, registry.Tree{"encoder": []any{16.0}, "code": 8.0, "activation": "tanh"}, "mse", train)
		trainer := trainer(t, d, x, 1)
		before := trainer.Follow(x)["loss"]
		for !trainer.Done() {
			trainer.Step(x)
		}
		if after := trainer.Follow(x)["loss"]; !(after < 0.9*before) {
			t.Errorf("%s: loss %g before, %g after", kind.Name, before, after)
		}
	}
}

func TestEpochsAndBatches(t *testing.T) {
	x := uniform(10, 3, 1)
	d := design(t, registry.Tree{"encoder": []any{}, "code": 2.0}, "mse", registry.Tree{"batch": 4.0, "epochs": 2.0})
	trainer := trainer(t, d, x, 1)
	if trainer.StepsPerEpoch() != 3 {
		t.Fatalf("10 examples in batches of 4 are 3 steps, got %d", trainer.StepsPerEpoch())
	}
	for step := range 6 {
		trainer.Step(x)
		if ended := trainer.EpochEnded(); ended != (step == 2 || step == 5) {
			t.Errorf("after step %d: epoch ended is %t", step, ended)
		}
	}
	if !trainer.Done() || trainer.Epoch() != 2 {
		t.Errorf("2 epochs done, got %d", trainer.Epoch())
	}
}

// A linear autoencoder can reach PCA's error and never beat it (Baldi and
// Hornik 1989).
func TestLinearAutoencoderApproachesPCAAndNeverBeatsIt(t *testing.T) {
	x := uniform(200, 8, 5)
	for i := range x.Rows { // directions of different strength
		for j, row := 0, x.Row(i); j < len(row); j++ {
			row[j] *= float32(j + 1)
		}
	}
	statistics := NewStatistics(x, 1)
	pca, err := (&PCA{Code: 3}).Fit(statistics)
	if err != nil {
		t.Fatal(err)
	}
	traits := Traits{Shape: Shape{8}, Low: 0, High: 8}
	best := Measure(pca, x, traits)["mse"]
	d := design(t, registry.Tree{"encoder": []any{}, "code": 3.0}, "mse",
		registry.Tree{"batch": 200.0, "epochs": 4000.0, "optimiser": registry.Tree{"kind": "adam", "rate": 0.01}})
	trainer := trainer(t, d, x, 1)
	for !trainer.Done() {
		trainer.Step(x)
	}
	got := Measure(trainer.Net(), x, traits)["mse"]
	if got < best*(1-1e-6) || got > best*1.01 {
		t.Errorf("mse %g, PCA %g: want at least PCA's, and within 1 %%", got, best)
	}
}

func TestDivergenceIsSeen(t *testing.T) {
	x := uniform(64, 6, 1)
	d := design(t, registry.Tree{"encoder": []any{8.0}, "code": 2.0}, "mse",
		registry.Tree{"batch": 16.0, "epochs": 200.0, "optimiser": registry.Tree{"kind": "sgd", "rate": 1e6}})
	trainer := trainer(t, d, x, 1)
	for !trainer.Done() {
		if loss := trainer.Step(x); math.IsNaN(loss) || math.IsInf(loss, 0) {
			return
		}
	}
	t.Error("a rate of 1e6 must diverge")
}

func TestThreadsChangeNoBits(t *testing.T) {
	x := uniform(300, 50, 1)
	for name, model := range map[string]registry.Tree{
		"deep": {"encoder": []any{70.0, 33.0}, "code": 5.0, "activation": "gelu", "output": "sigmoid"},
		"tied": {"encoder": []any{40.0, 20.0}, "code": 7.0, "activation": "tanh", "output": "sigmoid", "tied": true},
	} {
		d := design(t, model, "bce", registry.Tree{"batch": 64.0, "epochs": 3.0, "clip": registry.Tree{"norm": 0.1}})
		digest := func(threads ...int) [32]byte {
			trainer := trainer(t, d, x, 1)
			defer trainer.Close()
			for i := 0; !trainer.Done(); i++ {
				trainer.Threads(threads[i%len(threads)])
				trainer.Step(x)
			}
			return trainer.Net().Digest()
		}
		want := digest(1)
		for _, threads := range [][]int{{2}, {3}, {8}, {1, 2, 5}} {
			if digest(threads...) != want {
				t.Errorf("%s: %v threads give other bits than 1", name, threads)
			}
		}
	}
}

func TestEarlyStoppingLeavesTheLastEpoch(t *testing.T) {
	x := uniform(64, 10, 1)
	d := design(t, registry.Tree{"encoder": []any{}, "code": 8.0}, "mse", registry.Tree{
		"batch": 16.0, "epochs": 500.0, "stop": registry.Tree{"patience": 2.0, "restore": false}})
	trainer := trainer(t, d, x, 1)
	for !trainer.Done() {
		trainer.Step(x)
		if trainer.EpochEnded() {
			trainer.Judge(float64(trainer.Epoch())) // the first epoch is the best
		}
	}
	last := trainer.Net().Digest()
	if epoch := trainer.Finish(); epoch != 3 || trainer.Net().Digest() != last {
		t.Errorf("the weights are those of epoch %d, or have changed; want those of epoch 3", epoch)
	}
}

func TestEarlyStoppingBringsBackTheBestEpoch(t *testing.T) {
	x, validation := uniform(64, 10, 1), uniform(32, 10, 2)
	d := design(t, registry.Tree{"encoder": []any{32.0}, "code": 8.0}, "mse", registry.Tree{
		"batch": 16.0, "epochs": 500.0, "optimiser": registry.Tree{"kind": "adam", "rate": 0.01}, "stop": registry.Tree{"patience": 4.0}})
	trainer := trainer(t, d, x, 1)
	best, at := math.Inf(1), 0
	for !trainer.Done() {
		trainer.Step(x)
		if !trainer.EpochEnded() {
			continue
		}
		objective := trainer.Follow(validation)["loss"]
		trainer.Judge(objective)
		if objective < best {
			best, at = objective, trainer.Epoch()
		}
	}
	ended := trainer.Epoch()
	if epoch := trainer.Finish(); epoch != at || ended != at+4 {
		t.Errorf("the best epoch is %d and 4 more were run: got epoch %d after %d", at, epoch, ended)
	}
	if got := trainer.Follow(validation)["loss"]; got != best {
		t.Errorf("validation loss %g, want that of the best epoch, %g", got, best)
	}
}

// With plain descent a step is the rate times the gradient, so that weights show
// what was clipped.
func TestClippingBoundsGradients(t *testing.T) {
	x := uniform(32, 6, 1)
	changes := func(clip registry.Tree) []float64 {
		train := registry.Tree{"batch": 32.0, "epochs": 1.0, "optimiser": registry.Tree{"kind": "sgd", "rate": 1.0}}
		if clip != nil {
			train["clip"] = clip
		}
		trainer := trainer(t, design(t, registry.Tree{"encoder": []any{5.0}, "code": 2.0}, "mse", train), x, 1)
		before := widen(trainer.net.Values)
		trainer.Step(x)
		for i, v := range trainer.net.Values {
			before[i] -= float64(v)
		}
		return before
	}
	norm := 0.0
	gradient := changes(nil)
	for _, g := range gradient {
		norm = math.Hypot(norm, g)
	}
	clipped, scaled := changes(registry.Tree{"value": 0.01}), changes(registry.Tree{"norm": 0.05})
	for i, g := range gradient {
		// Weights of up to 1 are rounded to 6e-8.
		if want := min(max(g, -0.01), 0.01); math.Abs(clipped[i]-want) > 3e-7 {
			t.Errorf("value 0.01 makes %g of the gradient %g", clipped[i], g)
		}
		if want := g * 0.05 / norm; math.Abs(scaled[i]-want) > 3e-7 {
			t.Errorf("norm 0.05 makes %g of the gradient %g, want %g", scaled[i], g, want)
		}
	}
	if slices.Max(gradient) < 0.02 || norm < 0.1 {
		t.Fatalf("nothing was to be clipped: largest gradient %g, norm %g", slices.Max(gradient), norm)
	}
}

func TestClippingTakesOneBound(t *testing.T) {
	for want, clip := range map[string]registry.Tree{
		"clip needs a bound":                     {},
		"clip takes norm or value, and has both": {"norm": 1.0, "value": 1.0},
		"value must lie in (0, inf), got -1":     {"value": -1.0},
	} {
		if _, mistakes := trainings.Resolve(registry.Tree{"clip": clip}); !strings.Contains(mistakes.Error(), want) {
			t.Errorf("%v: got %q, want it to say %q", clip, mistakes.Error(), want)
		}
	}
}

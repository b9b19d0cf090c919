package nn

import (
	"maps"
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// objectivesOfEpochs fall, and then scatter.
var objectivesOfEpochs = []float64{
	1.948, 1.809, 1.594, 1.479, 1.337, 1.094, 0.966, 1.024, 0.813, 0.722, 0.796, 0.622, 0.632, 0.504, 0.485, 0.342, 0.398, 0.407, 0.305, 0.348,
	0.334, 0.213, 0.352, 0.318, 0.26, 0.206, 0.373, 0.295, 0.344, 0.376, 0.343, 0.384, 0.279, 0.36, 0.289, 0.387, 0.376, 0.219, 0.227, 0.243,
}

// What ReduceLROnPlateau of PyTorch 1.13 makes of them, from a rate of 0.1: the
// epochs after which the rate is another, and which.
func TestPlateausAreThoseOfPyTorch(t *testing.T) {
	for name, c := range map[string]struct {
		plateau registry.Tree
		want    map[int]float64
	}{
		"patience": {registry.Tree{"factor": 0.5, "patience": 2.0},
			map[int]float64{25: 0.05, 29: 0.025, 32: 0.0125, 35: 0.00625, 38: 0.003125}},
		"cooldown, min": {registry.Tree{"factor": 0.3, "patience": 0.0, "cooldown": 3.0, "min": 2e-3},
			map[int]float64{8: 0.03, 13: 0.009, 17: 0.0026999999999999997, 21: 0.002}},
		"absolute": {registry.Tree{"factor": 0.1, "patience": 3.0, "min_delta": 0.05, "delta": "absolute"},
			map[int]float64{20: 0.010000000000000002, 26: 0.0010000000000000002, 30: 0.00010000000000000003, 34: 1.0000000000000004e-05, 38: 1.0000000000000004e-06}},
	} {
		part := decode[Schedule](t, schedules, c.plateau.With("kind", "plateau").With("from", 0.1))
		w, rate := newWaiting(plateauIn(part)), 0.1
		got := map[int]float64{}
		for i, objective := range objectivesOfEpochs {
			w.judge(objective)
			if next := (&Update{Cuts: w.cuts}).at(part); next != rate {
				rate, got[i+1] = next, next
			}
		}
		if !maps.Equal(got, c.want) {
			t.Errorf("%s: cut to %v, want %v", name, got, c.want)
		}
	}
}

func TestPlateauAfterAWarmUp(t *testing.T) {
	part := decode[Schedule](t, schedules, registry.Tree{"kind": "warm-up", "epochs": 4.0, "then": registry.Tree{"kind": "plateau", "from": 8.0, "factor": 0.5}})
	for _, c := range []struct {
		epochs float64
		cuts   int
		want   float64
	}{{0, 0, 0}, {2, 1, 4}, {4, 0, 8}, {5, 1, 4}, {9, 3, 1}} {
		if got := (&Update{Epochs: c.epochs, Cuts: c.cuts}).at(part); got != c.want {
			t.Errorf("after %g epochs and %d cuts: %g, want %g", c.epochs, c.cuts, got, c.want)
		}
	}
}

// A cut of less than 1e-8 is none, as in PyTorch.
func TestPlateausMakeNoTinyCuts(t *testing.T) {
	if got := (&Plateau{From: 1e-8, Factor: 0.5}).after(0, 5); got != 1e-8 {
		t.Errorf("a rate of 1e-8 becomes %g", got)
	}
}

// A training goes on from a checkpoint to the same bits, wherever between its cuts.
func TestPlateausResume(t *testing.T) {
	x, validation := uniform(64, 10, 1), uniform(32, 10, 2)
	d := design(t, registry.Tree{"encoder": layerList(32), "code": 8.0}, "mse", registry.Tree{"batch": 32.0, "epochs": 30.0, "optimiser": registry.Tree{
		"kind": "adam", "rate": registry.Tree{"kind": "plateau", "from": 0.03, "factor": 0.5, "patience": 0.0, "cooldown": 1.0, "min_delta": 0.1}}})
	step := func(t *Trainer) {
		t.Step(x)
		if t.EpochEnded() {
			t.Judge(t.Follow(validation)["loss"])
		}
	}
	whole := trainer(t, d, x, 1)
	var checkpoints [][]byte
	for !whole.Done() {
		checkpoints = append(checkpoints, whole.Checkpoint())
		step(whole)
	}
	if whole.waiting.cuts < 3 {
		t.Fatalf("the rate was cut %d times: too few to prove anything", whole.waiting.cuts)
	}
	for i, checkpoint := range checkpoints {
		again := trainer(t, d, x, 1)
		if err := again.Restore(checkpoint); err != nil {
			t.Fatal(err)
		}
		for !again.Done() {
			step(again)
		}
		if again.Net().Digest() != whole.Net().Digest() {
			t.Errorf("taken up again at step %d, the bits differ", i)
		}
	}
	if other := trainer(t, d, x, 1); !math.IsInf(other.waiting.best, 1) {
		t.Error("trainers of one design share what they have seen")
	}
}

func TestPlateausThatCannotBe(t *testing.T) {
	plateau := registry.Tree{"kind": "plateau", "from": 1.0}
	rate := registry.Tree{"optimiser": registry.Tree{"kind": "sgd", "rate": registry.Tree{"kind": "warm-up", "epochs": 2.0, "then": plateau}}}
	model := registry.Tree{"encoder": layerList(3), "code": 2.0, "bottleneck": "gaussian"}
	for want, c := range map[string]struct{ penalties, train registry.Tree }{
		"train.optimiser.rate: a plateau watches the validation split": {nil, rate},
		"regularisers.l2: a plateau is for rates":                      {registry.Tree{"l2": plateau}, nil},
		"regularisers.kl: a plateau is for rates":                      {registry.Tree{"kl": registry.Tree{"weight": 1.0, "capacity": plateau}}, nil},
	} {
		mistakes := penalisedDesign(t, model, "mse", c.penalties, c.train).Check(Traits{Shape: Shape{9}, High: 1})
		if got := mistakes.Error(); !strings.Contains(got, want) {
			t.Errorf("got %q, want it to say %q", got, want)
		}
	}
	if mistakes := penalisedDesign(t, model, "mse", nil, rate).Check(Traits{Shape: Shape{9}, High: 1, Validation: true}); mistakes != nil {
		t.Errorf("a plateau with a validation split: %v", mistakes)
	}
}

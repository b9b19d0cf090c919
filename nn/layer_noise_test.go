package nn

import (
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// inTraining builds layers behind each other for examples of a shape, in the
// first step of a training.
func inTraining(t *testing.T, in Shape, rows int, declared ...any) ([]Layer, *Builder) {
	t.Helper()
	b := &Builder{rows: rows, prefix: "layer", team: newTeam(), pass: &pass{seed: 5, training: true, epoch: 1}}
	var built []Layer
	for _, d := range declared {
		built = append(built, decode[LayerPart](t, layers, d).Build(b, in))
	}
	return built, b
}

func TestDropoutScalesWhatItKeeps(t *testing.T) {
	const rows, width, fraction = 200, 33, 0.3
	built, b := inTraining(t, Shape{11, 3}, rows, registry.Tree{"kind": "dropout", "fraction": fraction})
	x, dy := uniform(rows, width, 1), uniform(rows, width, 2)
	for i := range x.Data {
		x.Data[i]++ // none is 0
	}
	b.team.resize(3)
	defer b.team.close()
	y := built[0].Forward(x)
	first := slices.Clone(y.Data)
	dx := built[0].Backward(&Matrix{rows, width, slices.Clone(dy.Data)}, true)
	dropped := 0
	for i, v := range first {
		factor := 0.0
		if v == 0 {
			dropped++
		} else {
			factor = 1 / (1 - fraction)
		}
		if !near(float64(v), factor*float64(x.Data[i]), 1e-6) || !near(float64(dx.Data[i]), factor*float64(dy.Data[i]), 1e-6) {
			t.Fatalf("unit %d: %g becomes %g, and its gradient %g of %g", i, x.Data[i], v, dx.Data[i], dy.Data[i])
		}
	}
	// Five standard deviations of a binomial share.
	if share := float64(dropped) / (rows * width); math.Abs(share-fraction) > 5*math.Sqrt(fraction*(1-fraction)/(rows*width)) {
		t.Errorf("a share of %g is dropped, want %g", share, fraction)
	}
	if few := built[0].Forward(x.Slice(0, 3)); !slices.Equal(few.Data, first[:3*width]) {
		t.Error("what is dropped of an example depends on how many others there are")
	}
	b.pass.step++
	if slices.Equal(built[0].Forward(x).Data, first) {
		t.Error("two steps drop the same units")
	}
	b.pass.training = false
	if !slices.Equal(built[0].Forward(x).Data, x.Data) {
		t.Error("units change outside training")
	}
}

func TestNoiseLayerAddsNormalNoise(t *testing.T) {
	const rows, width, sigma = 400, 25, 0.5
	built, b := inTraining(t, Shape{5, 5}, rows, registry.Tree{"kind": "gaussian-noise", "sigma": sigma})
	x, dy := uniform(rows, width, 1), uniform(rows, width, 2)
	y := built[0].Forward(x)
	sum, squares := 0.0, 0.0
	for i, v := range y.Data {
		e := float64(v-x.Data[i]) / sigma
		sum, squares = sum+e, squares+e*e
	}
	// Five standard errors of the mean and of the mean square of 10,000 normal numbers.
	if n := float64(rows * width); math.Abs(sum/n) > 5/math.Sqrt(n) || math.Abs(squares/n-1) > 5*math.Sqrt(2/n) {
		t.Errorf("noise has mean %g and mean square %g, want 0 and 1", sum/n, squares/n)
	}
	if dx := built[0].Backward(dy, true); !slices.Equal(dx.Data, uniform(rows, width, 2).Data) {
		t.Error("noise changes the gradient")
	}
	b.pass.training = false
	if !slices.Equal(built[0].Forward(x).Data, x.Data) {
		t.Error("units change outside training")
	}
}

// Layers of the same kind draw other numbers, and one more draws none of theirs.
func TestLayersDrawNumbersOfTheirOwn(t *testing.T) {
	drop, noise := registry.Tree{"kind": "dropout", "fraction": 0.5}, registry.Tree{"kind": "gaussian-noise", "sigma": 1.0}
	x := uniform(4, 50, 1)
	drawn := func(decoding bool, declared ...any) (out [][]float32) {
		built, b := inTraining(t, Shape{50}, 4)
		b.decoding = decoding
		for _, d := range declared {
			built = append(built, decode[LayerPart](t, layers, d).Build(b, Shape{50}))
		}
		for _, l := range built {
			out = append(out, slices.Clone(l.Forward(x).Data))
		}
		return out
	}
	two, mixed, decoding := drawn(false, drop, drop), drawn(false, noise, drop, noise), drawn(true, drop)
	if slices.Equal(two[0], two[1]) || slices.Equal(two[0], decoding[0]) || slices.Equal(mixed[0], mixed[2]) {
		t.Error("two layers draw the same numbers")
	}
	if !slices.Equal(two[0], mixed[1]) {
		t.Error("a layer of another kind changes what is drawn")
	}
}

// Between steps a net is not in training: nothing is dropped from it.
func TestNetsRestBetweenSteps(t *testing.T) {
	x := uniform(40, 6, 1)
	d := design(t, registry.Tree{"encoder": []any{registry.Tree{"kind": "dropout", "fraction": 0.5}, 9.0}, "code": 3.0, "bottleneck": "gaussian"}, "mse", nil)
	trainer := trainer(t, d, x, 1)
	trainer.Step(x)
	h := slices.Clone(trainer.Net().Encode(x).Data)
	trainer.Follow(x)
	if !slices.Equal(trainer.Net().Encode(x).Data, h) {
		t.Error("codes differ from those after an evaluation")
	}
}

package nn

import (
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// importanceModel is a variational net with k codes of each example.
func importanceModel(k float64) registry.Tree {
	return registry.Tree{"encoder": layerList(5), "code": 3.0, "activation": "tanh", "output": "sigmoid",
		"bottleneck": registry.Tree{"kind": "gaussian", "samples": k}}
}

var (
	summedBCE     = registry.Tree{"kind": "bce", "reduce": "sum"}
	weightedTrain = registry.Tree{"objective": "importance-weighted", "batch": 7.0}
)

// weightedTruth is the mean over examples of what mix makes of the logarithms
// of the importance weights of their k codes, in float64.
func (tr *truth) weightedTruth(x *Matrix, k int, mix func(logs []float64) float64) (sum float64) {
	tr.outputs, tr.inputs, tr.moments = nil, nil, nil
	for i := range x.Rows {
		logs := make([]float64, k)
		for s := range k {
			code := i*k + s
			logs[s] = -tr.loss(tr.reconstruct(code, x.Row(i)), x.Row(i))
			both, h := tr.moments[code]["code"], tr.outputs[code]["code"]
			for j := range h {
				mean, deviation := both[j], math.Exp(both[len(h)+j]/2)
				q := (h[j] - mean) / deviation
				logs[s] += -h[j]*h[j]/2 + q*q/2 + math.Log(deviation) // log p(h) − log q(h|x); the constants cancel
			}
		}
		sum += mix(logs) / float64(x.Rows)
	}
	return sum
}

// negativeBound is −log of the mean of the weights.
func negativeBound(logs []float64) float64 {
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l) / float64(len(logs))
	}
	return -math.Log(sum)
}

// batchGradient returns the objective of a batch and leaves its gradient in the
// net, beside a truth with the same noise.
func batchGradient(t *testing.T, d *Design, x *Matrix, k int) (objective float64, tr *truth) {
	t.Helper()
	trainer := trainer(t, d, x, 3)
	n := trainer.net
	for i := range n.Values {
		n.Values[i] += 0.01
	}
	n.pass.training, n.pass.epoch = true, 1
	tr = &truth{design: d, input: Shape{x.Cols}, net: n, values: widen(n.Values), noise: NewMatrix(x.Rows*k, 3)}
	stream, _ := n.pass.sampling(3)
	stream.Normals(tr.noise.Data, 0)
	objective = trainer.measureBatch(x)
	n.Backward(trainer.gradient())
	return objective, tr
}

// The objective with one, three and five codes against the formula, and its
// gradient against central differences with the same noise.
func TestImportanceWeightedBoundAgainstItsFormula(t *testing.T) {
	x := uniform(7, 6, 1)
	for _, k := range []int{1, 3, 5} {
		d := design(t, importanceModel(float64(k)), summedBCE, weightedTrain)
		objective, tr := batchGradient(t, d, x, k)
		truth := func() float64 { return tr.weightedTruth(x, k, negativeBound) }
		if want := truth(); !near(objective, want, 1e-5) {
			t.Errorf("%d codes: objective %g, want %g", k, objective, want)
		}
		againstDifferences(t, tr, truth)
	}
}

// A variance that is learned takes part in the bound.
func TestImportanceWeightedBoundWithLearnedVariances(t *testing.T) {
	x := uniform(7, 6, 1)
	loss := registry.Tree{"kind": "gaussian-nll", "reduce": "sum", "variance": registry.Tree{"kind": "learned", "of": "each", "start": 0.2}}
	objective, tr := batchGradient(t, design(t, importanceModel(3), loss, weightedTrain), x, 3)
	truth := func() float64 { return tr.weightedTruth(x, 3, negativeBound) }
	if want := truth(); !near(objective, want, 1e-5) {
		t.Errorf("objective %g, want %g", objective, want)
	}
	againstDifferences(t, tr, truth)
}

// Without the bound, several codes make the mean of their losses.
func TestSeveralCodesMakeTheMeanOfTheirLosses(t *testing.T) {
	x, k := uniform(7, 6, 1), 4
	objective, tr := batchGradient(t, design(t, importanceModel(4), "mse", registry.Tree{"batch": 7.0}), x, k)
	truth := func() (sum float64) {
		tr.outputs, tr.inputs, tr.moments = nil, nil, nil
		for code := range x.Rows * k {
			sum += tr.loss(tr.reconstruct(code, x.Row(code/k)), x.Row(code/k)) / float64(x.Rows*k*x.Cols)
		}
		return sum
	}
	if want := truth(); !near(objective, want, 1e-5) {
		t.Errorf("objective %g, want %g", objective, want)
	}
	againstDifferences(t, tr, truth)
}

// againstDifferences holds the net's gradient against central differences.
func againstDifferences(t *testing.T, tr *truth, objective func() float64) {
	t.Helper()
	const h = 1e-5
	for i, at := range tr.values {
		tr.values[i] = at + h
		up := objective()
		tr.values[i] = at - h
		down := objective()
		tr.values[i] = at
		want := (up - down) / (2 * h)
		if got := float64(tr.net.Grads[i]); math.Abs(got-want) > 3e-6*(1+math.Abs(want)) {
			t.Fatalf("gradient %d is %g, want %g", i, got, want)
		}
	}
}

// trainedVariational is a variational net that has learned something.
func trainedVariational(t *testing.T, x *Matrix) *Trainer {
	t.Helper()
	model := registry.Tree{"encoder": layerList(20), "code": 3.0, "bottleneck": "gaussian", "output": "sigmoid"}
	d := penalisedDesign(t, model, summedBCE, registry.Tree{"kl": 1.0}, registry.Tree{"batch": 16.0, "epochs": 60.0, "optimiser": registry.Tree{"kind": "adam", "rate": 0.01}})
	trainer := trainer(t, d, x, 5)
	for !trainer.Done() {
		trainer.Step(x)
	}
	return trainer
}

// twoClusters are examples that a code can tell apart: all near 0 or all near 1.
func twoClusters(rows, cols int) *Matrix {
	x := uniform(rows, cols, 3)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			x.Row(i)[j] = 0.2*v + 0.8*float32(i%2)
		}
	}
	return x
}

// In expectation the bound falls with every code (Burda et al. 2016, theorem 1),
// and one code makes the ELBO. So the ELBO never is above the log likelihood
// that thousands of codes estimate.
func TestBoundFallsWithEveryCode(t *testing.T) {
	x := twoClusters(300, 12)
	trainer := trainedVariational(t, x)
	elbo := trainer.Measure(x, Traits{Shape: Shape{12}, High: 1})["neg_elbo"]
	before := math.Inf(1)
	for _, k := range []int{1, 2, 5, 25, 400} {
		bound := trainer.NegativeBound(x, k)
		if !(bound < before) {
			t.Errorf("%d codes: %g, with fewer %g", k, bound, before)
		}
		// Both average 300 draws whose log weights scatter by less than 2.5: √300·0.05 = 0.9 of them, three times the error.
		if k == 1 && math.Abs(bound-elbo) > 0.3 {
			t.Errorf("one code: %g, the ELBO with the divergence in closed form %g", bound, elbo)
		}
		before = bound
	}
	if !(elbo > before+0.05) {
		t.Errorf("negative ELBO %g, negative log likelihood %g: want a gap", elbo, before)
	}
}

// The bound of many codes is the likelihood itself where that is known: a
// decoder that ignores its code.
func TestBoundOfADecoderThatIgnoresItsCode(t *testing.T) {
	x := uniform(64, 6, 1)
	d := design(t, importanceModel(2), summedBCE, registry.Tree{"objective": "importance-weighted"})
	trainer := trainer(t, d, x, 3)
	for _, p := range trainer.net.Params {
		if p.Name == "decoder[0].w" || p.Name == "code.w" || p.Name == "code.b" {
			clear(p.Value)
		}
	}
	want := trainer.Follow(x)["loss"]
	if got := trainer.NegativeBound(x, 3); !near(got, want, 1e-6) {
		t.Errorf("bound %g, want the likelihood %g", got, want)
	}
	if got := trainer.Follow(x)["objective"]; !near(got, want, 1e-6) {
		t.Errorf("objective %g, want %g", got, want)
	}
}

func TestObjectivesThatCannotBe(t *testing.T) {
	plain := registry.Tree{"encoder": layerList(5), "code": 3.0, "output": "sigmoid"}
	for name, c := range map[string]struct {
		model     registry.Tree
		loss      any
		penalties registry.Tree
		want      string
	}{
		"plain code": {plain, summedBCE, nil, "needs a code with a distribution"},
		"mean":       {importanceModel(5), "bce", nil, "train.objective: the importance-weighted bound needs a log likelihood of each example: a loss of elements, summed over them"},
		"pictures":   {importanceModel(5), "ssim", nil, "a loss of elements"},
		"fitted":     {importanceModel(5), registry.Tree{"kind": "gaussian-nll", "fit": true, "reduce": "sum"}, nil, "needs a log likelihood"},
		"kl":         {importanceModel(5), summedBCE, registry.Tree{"kl": 1.0}, "has the divergence in it already"},
	} {
		d := penalisedDesign(t, c.model, c.loss, c.penalties, weightedTrain)
		if got := d.Check(Traits{Shape: Shape{12, 12, 1}, High: 1}).Error(); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want it to say %q", name, got, c.want)
		}
	}
}

// What says nothing leaves no trace in a setting.
func TestObjectiveAndSamplesAreLeftOutWhereTheySayNothing(t *testing.T) {
	one := resolve(t, bottlenecks, registry.Tree{"kind": "gaussian", "samples": 1.0})
	if got, want := string(registry.Canonical(one)), string(registry.Canonical(resolve(t, bottlenecks, "gaussian"))); got != want {
		t.Errorf("one sample is %s, want %s", got, want)
	}
	loss := resolve(t, trainings, registry.Tree{"objective": "loss"})
	if got, want := string(registry.Canonical(loss)), string(registry.Canonical(resolve(t, trainings, registry.Tree{}))); got != want {
		t.Errorf("objective loss is %s, want %s", got, want)
	}
}

// The decoder works on every code of an example, the encoder once.
func TestSeveralCodesAreMoreWorkForTheDecoder(t *testing.T) {
	flops := func(k float64) []LayerSize {
		layers, err := design(t, importanceModel(k), "mse", nil).Layers(Shape{6})
		if err != nil {
			t.Fatal(err)
		}
		return layers
	}
	one, five := flops(1), flops(5)
	for i, want := range []int{1, 1, 5, 5} {
		if five[i].FLOPs != want*one[i].FLOPs {
			t.Errorf("%s: %d operations with five codes, %d with one", one[i].Path, five[i].FLOPs, one[i].FLOPs)
		}
	}
}

// Several codes of an example are as much as its copies with a code each: with
// convolutions and with penalties before and behind the code.
func TestSeveralCodesAreAsCopiesOfTheExample(t *testing.T) {
	const k = 3
	x := uniform(18, 30, 1) // more than a group of interleaved examples, and a part of one
	copied := newCopies(k, x.Rows, x.Cols).of(x)
	gradient := func(samples float64, x *Matrix) (float64, []float32) {
		model := registry.Tree{"encoder": []any{registry.Tree{"kind": "conv", "filters": 4.0}, "max-pool"}, "code": 3.0, "activation": "tanh",
			"bottleneck": registry.Tree{"kind": "gaussian", "samples": samples}}
		d := penalisedDesign(t, model, "mse", registry.Tree{"kl": 0.1, "mmd": 0.1, "sparse-l1": registry.Tree{"weight": 0.1, "on": "all"}}, nil)
		trainer, err := NewTrainer(d, Traits{Shape: Shape{6, 5, 1}, High: 1}, x.Rows, 3)
		if err != nil {
			t.Fatal(err)
		}
		n := trainer.net
		n.pass.training, n.pass.epoch = true, 1
		objective := trainer.measureBatch(x)
		n.Backward(trainer.gradient())
		return objective, n.Grads
	}
	objective, grads := gradient(k, x)
	wanted, want := gradient(1, copied)
	if !near(objective, wanted, 1e-6) {
		t.Errorf("objective %g, want %g", objective, wanted)
	}
	for i, g := range grads {
		if math.Abs(float64(g-want[i])) > 2e-6 {
			t.Fatalf("gradient %d is %g, want %g", i, g, want[i])
		}
	}
}

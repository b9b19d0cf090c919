package nn

import (
	"maps"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// families are designs that together use every bottleneck, corruption and
// regulariser, and layers that draw numbers or remember.
func families(t testing.TB) map[string]*Design {
	train := registry.Tree{"batch": 32.0, "epochs": 3.0}
	logistic := registry.Tree{"encoder": layerList(40), "code": 16.0, "code_activation": "sigmoid", "output": "sigmoid"}
	variational := registry.Tree{"encoder": layerList(40), "code": 4.0, "bottleneck": "gaussian", "output": "sigmoid"}
	ramp := registry.Tree{"kind": "linear", "epochs": 2.0}
	return map[string]*Design{
		"sparse": penalisedDesign(t, logistic, "bce", registry.Tree{"sparse-kl": 0.1, "sparse-l1": registry.Tree{"weight": 0.01, "on": "all"}}, train),
		"variational": penalisedDesign(t, variational.With("corruption", registry.Tree{"kind": "gaussian", "sigma": 0.3, "clip": []any{0.0, 1.0}}),
			registry.Tree{"kind": "bce", "reduce": "sum"}, registry.Tree{"kl": registry.Tree{"weight": ramp}}, train),
		"free bits": penalisedDesign(t, variational, "mse", registry.Tree{"kl": registry.Tree{"weight": 0.1, "free_bits": 0.01}}, train),
		"capacity":  penalisedDesign(t, variational, "mse", registry.Tree{"kl": registry.Tree{"weight": 0.1, "capacity": ramp.With("to", 3.0)}}, train),
		"wasserstein": penalisedDesign(t, registry.Tree{"encoder": layerList(40), "code": 4.0, "bottleneck": "unit-norm"}, "mse",
			registry.Tree{"mmd": 1.0, "orthogonal": 0.1}, train),
		"normalised": penalisedDesign(t, registry.Tree{"encoder": []any{40.0, "batch-norm", registry.Tree{"kind": "dropout", "fraction": 0.2},
			registry.Tree{"kind": "gaussian-noise", "sigma": 0.1}}, "code": 4.0, "bottleneck": "batch-norm"}, "mse", registry.Tree{"orthogonal": 0.1}, train),
		"quantised": penalisedDesign(t, registry.Tree{"encoder": layerList(20), "code": 6.0, "bottleneck": registry.Tree{"kind": "vector-quantised", "entries": 9.0, "vectors": 3.0}},
			registry.Tree{"kind": "mse", "reduce": "sum"}, registry.Tree{"l2": 1e-3}, train),
		"k-sparse":    penalisedDesign(t, registry.Tree{"encoder": layerList(40), "code": 9.0, "code_activation": registry.Tree{"kind": "topk", "k": 3.0}}, "log-cosh", nil, train),
		"contractive": penalisedDesign(t, registry.Tree{"encoder": layerList(40, 20), "code": 7.0, "activation": "elu"}, "mse", registry.Tree{"contractive": 0.1}, train),
		"smooth": penalisedDesign(t, registry.Tree{"encoder": []any{piece("conv", "filters", 5), "max-pool"}, "code": 7.0, "activation": "tanh"}, "mse",
			registry.Tree{"contractive": 0.01, "decoder-jacobian": registry.Tree{"weight": 0.01, "estimate": "hutchinson"}}, train),
		"masked": penalisedDesign(t, logistic.With("corruption", registry.Tree{"kind": "masking", "fraction": 0.3}), "mse",
			registry.Tree{"l1": 1e-4, "l2": 1e-3}, train),
		"dropped": penalisedDesign(t, logistic.With("corruption", registry.Tree{"kind": "dropout", "fraction": 0.3, "fixed": true}), "mse", nil, train),
		"covered": penalisedDesign(t, logistic.With("corruption", registry.Tree{"kind": "occlusion", "size": 2.0}), "mse", nil, train),
		"blurred": penalisedDesign(t, logistic.With("corruption", registry.Tree{"kind": "blur", "sigma": 1.0}), "mse", nil, train),
		"pretrained": penalisedDesign(t, registry.Tree{"encoder": layerList(20), "code": 6.0, "tied": true}, "mse", registry.Tree{"l2": 1e-3},
			train.With("pretrain", registry.Tree{"epochs": 2.0})),
		"several codes": penalisedDesign(t, registry.Tree{"encoder": layerList(40), "code": 4.0, "output": "sigmoid", "bottleneck": registry.Tree{"kind": "gaussian", "samples": 5.0}},
			registry.Tree{"kind": "bce", "reduce": "sum"}, registry.Tree{"l2": 1e-3, "mmd": 0.1}, train.With("objective", "importance-weighted")),
		"speckled": penalisedDesign(t, logistic.With("corruption", registry.Tree{"kind": "salt-pepper", "fraction": 0.3}), "l1", nil, train),
	}
}

func TestFamiliesUseEveryPart(t *testing.T) {
	seen := map[*registry.Kind]bool{}
	for _, d := range families(t) {
		seen[bottlenecks.KindOf(d.Model.Bottleneck)] = true
		if d.Model.Corruption != nil {
			seen[corruptions.KindOf(d.Model.Corruption)] = true
		}
		for _, part := range d.Regularisers {
			seen[regularisers.KindOf(part)] = true
		}
	}
	for _, role := range []*registry.Role{bottlenecks, corruptions, regularisers} {
		for _, kind := range role.Kinds() {
			if !seen[kind] {
				t.Errorf("no design has the %s %s", role.Name, kind.Name)
			}
		}
	}
}

func TestFamiliesAllocateNothingResumeAndThread(t *testing.T) {
	x := uniform(100, 30, 1)
	trainer := func(t *testing.T, d *Design, x *Matrix, seed uint64) *Trainer {
		trainer, err := NewTrainer(d, Traits{Shape: Shape{6, 5, 1}, High: 1}, x.Rows, seed)
		if err != nil {
			t.Fatal(err)
		}
		return trainer
	}
	for name, d := range families(t) {
		whole := trainer(t, d, x, 5)
		for !whole.Done() {
			whole.Step(x)
		}
		for stop := range 12 {
			first := trainer(t, d, x, 5)
			for range stop {
				first.Step(x)
			}
			second := trainer(t, d, x, 5)
			second.Threads(1 + stop%3)
			if err := second.Restore(first.Checkpoint()); err != nil {
				t.Fatal(err)
			}
			for !second.Done() {
				second.Step(x)
			}
			second.Close()
			if second.Net().Digest() != whole.Net().Digest() || !maps.Equal(second.Running(), whole.Running()) {
				t.Errorf("%s: stopped after step %d, the bits differ", name, stop)
			}
		}
		fresh := trainer(t, d, x, 5)
		fresh.Step(x)
		if n := testing.AllocsPerRun(6, func() { fresh.Step(x) }); n != 0 {
			t.Errorf("%s: %g allocations a step", name, n)
		}
	}
}

func TestCorruptionsDoWhatTheySay(t *testing.T) {
	x := NewMatrix(100, 400)
	for i := range x.Data {
		x.Data[i] = 0.5
	}
	stream := weightStream(1, 1)
	count := func(y []float32, v float32) (share float64) {
		for _, e := range y {
			if e == v {
				share += 1 / float64(len(y))
			}
		}
		return share
	}
	y := make([]float32, len(x.Data))
	// Five standard deviations of a share of 40,000.
	const tolerance = 0.0125
	(&Masking{Fraction: 0.3}).Corrupt(y, x.Data, stream, 0, 0, 1)
	if zeros := count(y, 0); !near(zeros, 0.3, tolerance) || !near(zeros+count(y, 0.5), 1, 1e-9) {
		t.Errorf("masking 0.3 set %g to 0", zeros)
	}
	(&SaltPepper{Fraction: 0.3}).Corrupt(y, x.Data, stream, 0, -2, 3)
	if low, high := count(y, -2), count(y, 3); !near(low, 0.15, tolerance) || !near(high, 0.15, tolerance) {
		t.Errorf("salt-pepper 0.3 set %g to the lowest and %g to the highest value", low, high)
	}
	(&GaussianNoise{Sigma: 0.2}).Corrupt(y, x.Data, stream, 0, 0, 1)
	sum, squares := 0.0, 0.0
	for _, v := range y {
		d := float64(v) - 0.5
		sum, squares = sum+d, squares+d*d
	}
	n := float64(len(y))
	if !near(sum/n, 0, 0.005) || !near(squares/n/0.04, 1, 0.018) {
		t.Errorf("gaussian 0.2: mean %g, variance %g", sum/n, squares/n)
	}
	(&GaussianNoise{Sigma: 5, Clip: []float64{0.25, 0.75}}).Corrupt(y, x.Data, stream, 0, 0, 1)
	for _, v := range y {
		if v < 0.25 || v > 0.75 {
			t.Fatalf("clipped to [0.25, 0.75], got %g", v)
		}
	}
}

// The KL divergence of a Gaussian against its closed form, and the ELBO
// against the bound that it is.
func TestDivergenceOfAGaussianCode(t *testing.T) {
	d := families(t)["variational"]
	x := uniform(64, 30, 2)
	trainer := trainer(t, d, x, 5)
	for !trainer.Done() {
		trainer.Step(x)
	}
	values := trainer.Measure(x, Traits{Shape: Shape{30}, High: 1})
	if values["kl"] <= 0 {
		t.Errorf("a KL divergence is positive, got %g", values["kl"])
	}
	clean := values["loss"] + values["kl"]
	if values["neg_elbo"] <= clean-0.5 {
		t.Errorf("sampling a code cannot help by so much: %g, with the mean %g", values["neg_elbo"], clean)
	}
	if _, has := values["corrupted.mse"]; !has {
		t.Error("a model with a corruption is measured on corrupted input")
	}
}

// A divergence that is held at a capacity, or that has free bits, is reported
// as it is, and the objective has the penalty.
func TestDivergencesAreReportedAsTheyAre(t *testing.T) {
	x, variational := uniform(300, 12, 2), registry.Tree{"encoder": layerList(8), "code": 3.0, "bottleneck": "gaussian"}
	measured := func(kl registry.Tree) map[string]float64 {
		trainer := trainer(t, penalisedDesign(t, variational, "mse", registry.Tree{"kl": kl}, nil), x, 5)
		return trainer.Measure(x, Traits{Shape: Shape{12}, High: 1})
	}
	plain := measured(registry.Tree{"weight": 2.0})
	for name, c := range map[string]struct {
		kl      registry.Tree
		penalty float64
	}{
		"capacity":  {registry.Tree{"weight": 2.0, "capacity": 5.0}, 5 - plain["kl"]},
		"free bits": {registry.Tree{"weight": 2.0, "free_bits": 7.0}, 21},
	} {
		got := measured(c.kl)
		if got["kl"] != plain["kl"] || !near(got["objective"], got["loss"]+2*c.penalty, 1e-12) || len(got) != len(plain) {
			t.Errorf("%s: got %v, want the divergence %g and a penalty of %g", name, got, plain["kl"], c.penalty)
		}
	}
}

// Each penalty is measured under a name of its own, so that the objective can be
// worked out from what is reported.
func TestTheObjectiveIsTheSumOfWhatIsReported(t *testing.T) {
	weights := registry.Tree{
		"l1": 0.01, "l2": 0.02, "orthogonal": 0.03, "sparse-l1": 0.04, "sparse-kl": 0.05, "contractive": 0.06, "decoder-jacobian": 0.07,
	}
	x, model := uniform(30, 12, 2), registry.Tree{"encoder": layerList(8), "code": 3.0, "code_activation": "sigmoid"}
	trainer := trainer(t, penalisedDesign(t, model, "mse", weights, nil), x, 5)
	got := trainer.Measure(x, Traits{Shape: Shape{12}, High: 1})
	want := got["loss"]
	for kind, weight := range weights {
		value, has := got[penaltyName(kind)]
		if !has {
			t.Errorf("%s is not measured", kind)
		}
		want += float64(weight.(float64) * value)
	}
	if !near(got["objective"], want, 1e-12) {
		t.Errorf("the objective is %g, and its terms come to %g", got["objective"], want)
	}
	if got["l1"] > 1 {
		t.Errorf("l1 is %g, and no element is off by more than 1", got["l1"])
	}
}

func TestDivergencesThatCannotBe(t *testing.T) {
	both := registry.Tree{"kl": registry.Tree{"weight": 1.0, "free_bits": 0.1, "capacity": 3.0}}
	if _, mistakes := regularisers.ResolveKinds("regularisers", both); !strings.Contains(mistakes.Error(), "give one of the two") {
		t.Errorf("free bits and a capacity: got %q", mistakes.Error())
	}
	none := registry.Tree{"kl": registry.Tree{"weight": 1.0, "free_bits": 0.0, "capacity": 0.0}}
	resolved, _ := regularisers.ResolveKinds("regularisers", none)
	plain, _ := regularisers.ResolveKinds("regularisers", registry.Tree{"kl": 1.0})
	if got, want := string(registry.Canonical(resolved)), string(registry.Canonical(plain)); got != want {
		t.Errorf("none of either is %s, want %s", got, want)
	}
}

package nn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// descending runs l-bfgs on a function of its own, and returns where it ends.
func descending(start []float32, steps int, f func(x []float64) (float64, []float64)) (x []float64, value float64) {
	net := &Net{Values: slices.Clone(start), Grads: make([]float32, len(start))}
	declared := &LBFGS{Memory: 5, Evaluations: 25}
	slots := make([][]float32, declared.Slots())
	for i := range slots {
		slots[i] = make([]float32, len(start))
	}
	evaluate := func() float64 {
		value, gradient := f(widen(net.Values))
		for i, g := range gradient {
			net.Grads[i] = float32(g)
		}
		return value
	}
	d := newDescent(declared, net, slots, evaluate)
	for range steps {
		d.step(evaluate())
	}
	value, _ = f(widen(net.Values))
	return widen(net.Values), value
}

// A badly scaled bowl: the way down is that of PyTorch 1.13 in float64, with its
// line search, but for the rounding of weights to float32.
func TestDescentOfAQuadratic(t *testing.T) {
	f := func(x []float64) (value float64, gradient []float64) {
		for i, v := range x {
			scale := math.Pow(10, float64(i)/2)
			value += scale * (v - 1) * (v - 1)
			gradient = append(gradient, 2*scale*(v-1))
		}
		return value, gradient
	}
	for steps, want := range map[int]float64{5: 8.428245777917251, 10: 1.3369826575307355, 15: 0.24606798863558998, 20: 0.1112849270379475} {
		if _, value := descending(make([]float32, 6), steps, f); math.Abs(value/want-1) > 1e-4 {
			t.Errorf("after %d steps %g, want %g", steps, value, want)
		}
	}
	if x, value := descending(make([]float32, 6), 100, f); value > 1e-12 {
		t.Errorf("a value of %g at %v, want 0 at ones", value, x)
	}
}

// The curved valley of Rosenbrock 1960 in four dimensions; from the usual start
// l-bfgs takes some forty steps (Nocedal and Wright 2006, section 7.2).
func TestDescentOfAValley(t *testing.T) {
	f := func(x []float64) (value float64, gradient []float64) {
		gradient = make([]float64, len(x))
		for i := range len(x) - 1 {
			a, b := x[i+1]-x[i]*x[i], 1-x[i]
			value += 100*a*a + b*b
			gradient[i] += -400*a*x[i] - 2*b
			gradient[i+1] += 200 * a
		}
		return value, gradient
	}
	x, value := descending([]float32{-1.2, 1, -1.2, 1}, 100, f)
	// Weights are float32: within 1e-6 of 1 the value is some 1e-10.
	if value > 1e-8 {
		t.Errorf("a value of %g at %v, want 0 at ones", value, x)
	}
}

// Each line search ends where the strong Wolfe conditions hold.
func TestLineSearchesMeetTheWolfeConditions(t *testing.T) {
	for name, f := range map[string]func(t float64) (float64, float64){
		"near":     func(t float64) (float64, float64) { return (t - 0.01) * (t - 0.01), 2 * (t - 0.01) },
		"far":      func(t float64) (float64, float64) { return (t/300 - 1) * (t/300 - 1), 2 * (t/300 - 1) / 300 },
		"flat end": func(t float64) (float64, float64) { return math.Exp(-t) - t/1000, -math.Exp(-t) - 1.0/1000 },
	} {
		value, slope := f(0)
		search := newLineSearch(25, linePoint{0, value, slope})
		end := search.run(1, func(t float64) linePoint { v, s := f(t); return linePoint{t, v, s} })
		if !(end.value <= value+sufficientDecrease*end.t*slope) || !(math.Abs(end.slope) <= -curvature*slope) {
			t.Errorf("%s: ends at %+v, from %g with slope %g", name, end, value, slope)
		}
	}
}

// On a small net it is below what Adam reaches in as many passes over the data.
func TestQuasiNewtonIsLowerThanAdam(t *testing.T) {
	x := uniform(200, 12, 1)
	model := registry.Tree{"encoder": layerList(10), "code": 4.0, "activation": "tanh"}
	reached := func(train registry.Tree) float64 {
		trainer := trainer(t, design(t, model, "mse", train), x, 1)
		for !trainer.Done() {
			trainer.Step(x)
		}
		return trainer.Follow(x)["loss"]
	}
	newton := reached(registry.Tree{"epochs": 200.0, "optimiser": "l-bfgs"})
	for _, rate := range []float64{1e-3, 1e-2, 3e-2} {
		adam := reached(registry.Tree{"epochs": 200.0, "batch": 200.0, "optimiser": registry.Tree{"kind": "adam", "rate": rate}})
		if !(newton < adam) {
			t.Errorf("loss %g, Adam's with a rate of %g is %g", newton, rate, adam)
		}
	}
}

// The objective never rises, and in the end, at the precision of float32, nothing
// lowers it.
func TestQuasiNewtonStepsNeverRise(t *testing.T) {
	x := uniform(60, 8, 1)
	trainer := trainer(t, design(t, registry.Tree{"encoder": layerList(), "code": 2.0}, "mse", registry.Tree{"epochs": 500.0, "optimiser": "l-bfgs"}), x, 1)
	before := math.Inf(1)
	for !trainer.Done() {
		objective := trainer.Step(x)
		if objective > before {
			t.Fatalf("epoch %d: objective %g, before %g", trainer.Epoch(), objective, before)
		}
		before = objective
	}
	if !trainer.descent.settled {
		t.Error("500 steps have not come to an end")
	}
}

// Wherever it is taken up again, the bits are the same: what is known of the last
// evaluation is found again.
func TestQuasiNewtonResumes(t *testing.T) {
	x := uniform(50, 9, 1)
	for name, d := range map[string]*Design{
		"steady": penalisedDesign(t, registry.Tree{"encoder": layerList(6), "code": 3.0, "activation": "sigmoid", "code_activation": "sigmoid"}, "mse",
			registry.Tree{"sparse-kl": 0.01}, registry.Tree{"epochs": 25.0, "optimiser": registry.Tree{"kind": "l-bfgs", "memory": 3.0}}),
		"scheduled": penalisedDesign(t, registry.Tree{"encoder": []any{6.0, "batch-norm"}, "code": 3.0, "bottleneck": "gaussian"}, "mse",
			registry.Tree{"kl": registry.Tree{"weight": registry.Tree{"kind": "linear", "to": 0.1, "epochs": 5.0}}}, registry.Tree{"epochs": 25.0, "optimiser": "l-bfgs"}),
	} {
		whole := trainer(t, d, x, 1)
		var checkpoints [][]byte
		for !whole.Done() {
			checkpoints = append(checkpoints, whole.Checkpoint())
			whole.Step(x)
			whole.Follow(x) // must not disturb
		}
		for i, checkpoint := range checkpoints {
			again := trainer(t, d, x, 1)
			again.Threads(1 + i%3)
			if err := again.Restore(checkpoint); err != nil {
				t.Fatal(err)
			}
			for !again.Done() {
				again.Step(x)
			}
			again.Close()
			if again.Net().Digest() != whole.Net().Digest() {
				t.Errorf("%s: taken up again at step %d, the bits differ", name, i)
			}
		}
	}
}

// A linear autoencoder reaches PCA's error and its subspace, and never beats it
// (Baldi and Hornik 1989).
func TestLinearAutoencoderFindsTheSubspaceOfPCA(t *testing.T) {
	x := uniform(200, 8, 5)
	for i := range x.Rows { // directions of different strength
		for j, row := 0, x.Row(i); j < len(row); j++ {
			row[j] *= float32(j + 1)
		}
	}
	pca, err := (&PCA{Code: 3}).Fit(NewStatistics(x, 1))
	if err != nil {
		t.Fatal(err)
	}
	traits := Traits{Shape: Shape{8}, Low: 0, High: 8}
	best := Measure(pca, x, traits)["mse"]
	trainer := trainer(t, design(t, registry.Tree{"encoder": []any{}, "code": 3.0}, "mse", registry.Tree{"epochs": 150.0, "optimiser": "l-bfgs"}), x, 1)
	for !trainer.Done() {
		trainer.Step(x)
	}
	got := Measure(trainer.Net(), x, traits)["mse"]
	if got < best*(1-1e-6) || got > best*(1+1e-4) {
		t.Errorf("mse %g, PCA %g: want at least PCA's, and within 0.01 %%", got, best)
	}
	// Both project onto the same subspace: reconstructions of PCA's reconstructions are those.
	projected := NewMatrix(x.Rows, x.Cols)
	copy(projected.Data, pca.Forward(x).Data)
	for i, v := range trainer.Net().Forward(projected).Data {
		if math.Abs(float64(v-projected.Data[i])) > 0.02 {
			t.Fatalf("element %d of a point in PCA's subspace is taken from %g to %g", i, projected.Data[i], v)
		}
	}
}

// The sparse autoencoder of Ng's lecture notes (UFLDL), J = mean of
// ½‖y − x‖² + λ/2·Σ W² + β·Σ KL(ρ ‖ ρ̂), is twice a half: a summed mse, l2 with
// the weight λ, sparse-kl with 2β make 2·J.
func TestTheSparseAutoencoderOfUFLDL(t *testing.T) {
	const lambda, beta, rho = 3e-3, 3.0, 0.1
	x := uniform(40, 9, 1)
	model := registry.Tree{"encoder": []any{}, "code": 5.0, "code_activation": "sigmoid", "output": "sigmoid"}
	d := penalisedDesign(t, model, registry.Tree{"kind": "mse", "reduce": "sum"},
		registry.Tree{"l2": lambda, "sparse-kl": registry.Tree{"rho": rho, "weight": 2 * beta}}, registry.Tree{"epochs": 60.0, "optimiser": "l-bfgs"})
	trainer := trainer(t, d, x, 1)
	tr := &truth{design: d, input: Shape{9}, net: trainer.net}
	cost := func() (sum float64) {
		tr.values, tr.outputs, tr.inputs, tr.moments = widen(trainer.net.Values), nil, nil, nil
		for r := range x.Rows {
			for j, y := range tr.reconstruct(r, x.Row(r)) {
				sum += (y - float64(x.Row(r)[j])) * (y - float64(x.Row(r)[j])) / 2 / float64(x.Rows)
			}
		}
		for _, w := range tr.weights() {
			sum += lambda / 2 * w * w
		}
		for j := range 5 {
			mean := 0.0
			for r := range x.Rows {
				mean += tr.outputs[r]["code"][j] / float64(x.Rows)
			}
			sum += beta * (rho*math.Log(rho/mean) + (1-rho)*math.Log((1-rho)/(1-mean)))
		}
		return sum
	}
	first := cost()
	for !trainer.Done() {
		want := cost()
		if got := trainer.Step(x); !near(got, 2*want, 1e-5*(1+want)) {
			t.Fatalf("epoch %d: objective %g, want twice %g", trainer.Epoch(), got, want)
		}
	}
	if last := cost(); !(last < 0.5*first) {
		t.Errorf("the cost is %g at first, %g at last", first, last)
	}
}

func TestQuasiNewtonTakesNoBatches(t *testing.T) {
	for want, train := range map[string]registry.Tree{
		"l-bfgs takes all examples in every step": {"batch": 32.0, "optimiser": "l-bfgs"},
		"l-bfgs needs gradients as they are":      {"clip": registry.Tree{"norm": 1.0}, "optimiser": "l-bfgs"},
	} {
		if _, mistakes := trainings.Resolve(train); !strings.Contains(mistakes.Error(), want) {
			t.Errorf("%v: got %q, want it to say %q", train, mistakes.Error(), want)
		}
	}
	resolved := resolve(t, trainings, registry.Tree{"optimiser": "l-bfgs"}).(registry.Tree)
	if _, has := resolved["batch"]; has {
		t.Errorf("the setting keeps a batch size: %v", resolved)
	}
}

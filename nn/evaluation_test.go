package nn

import (
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// subject trains a design for no epoch and returns it as a subject on made-up
// splits of so many elements.
func subject(t *testing.T, elements int, setting registry.Tree) *Subject {
	t.Helper()
	data := Traits{Shape: Shape{elements}, Low: 0, High: 1}
	d := &Design{}
	var err error
	resolved := registry.Tree{}
	for role, given := range map[string]any{"model": setting["model"], "loss": setting["loss"], "train": registry.Tree{"epochs": 0.0}} {
		value, mistakes := registry.RoleNamed(role).Resolve(given)
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		resolved[role] = value
	}
	if d, err = NewDesign(resolved); err != nil {
		t.Fatal(err)
	}
	splits := &Splits{Traits: data, Train: made(300, elements, 1), Test: made(200, elements, 2)}
	splits.Statistics = NewStatistics(splits.Train, 1)
	trainer, err := NewTrainer(d, data, splits.Train.Rows, 1)
	if err != nil {
		t.Fatal(err)
	}
	return trainer.Subject(splits)
}

// A linear decoder with squared error and a normal code is a linear-Gaussian
// model: x ~ N(b, W·Wᵀ + ½·I). Whatever the encoder, importance sampling finds
// that density, and the evidence lower bound lies below it.
func TestImportanceSamplingFindsTheLikelihoodOfALinearGaussianModel(t *testing.T) {
	const n, k = 6, 2
	s := subject(t, n, registry.Tree{
		"model": registry.Tree{"encoder": []any{}, "code": float64(k), "bottleneck": "gaussian"},
		"loss":  registry.Tree{"kind": "mse", "reduce": "sum"},
	})
	normaliser, ok := logNormaliser(s.trainer.objective.loss, n)
	if !ok {
		t.Fatal("squared error is a likelihood")
	}
	x := head(s.Test, 40)
	got := measureLikelihood(s, x, 20000, normaliser)
	h := NewMatrix(k+1, k)
	h.Row(0)[0], h.Row(1)[1] = 1, 1
	y := s.decode(h)
	want := 0.0
	for i := range x.Rows {
		want += gaussianLogDensity(y, x.Row(i)) / float64(x.Rows)
	}
	holds(t, "log-likelihood", got.importance, want, 0.01)
	if elbo := -got.reconstruction - got.divergence; elbo > want {
		t.Errorf("the lower bound %v lies above %v", elbo, want)
	}
}

// gaussianLogDensity returns log N(x; b, W·Wᵀ + ½·I), given W's columns plus b
// in the first rows of y, and b in the last.
func gaussianLogDensity(y *Matrix, x []float32) float64 {
	n, k := y.Cols, y.Rows-1
	b := y.Row(k)
	covariance := make([]float64, n*n)
	for i := range n {
		covariance[i*n+i] = 0.5
		for j := range n {
			for c := range k {
				covariance[i*n+j] += float64(y.Row(c)[i]-b[i]) * float64(y.Row(c)[j]-b[j])
			}
		}
	}
	l := Cholesky(covariance, n)
	density := -0.5 * float64(n) * math.Log(2*math.Pi)
	z := make([]float64, n)
	for i := range n {
		z[i] = float64(x[i]) - float64(b[i])
		for j := range i {
			z[i] -= l[i*n+j] * z[j]
		}
		z[i] /= l[i*n+i]
		density -= math.Log(l[i*n+i]) + z[i]*z[i]/2
	}
	return density
}

// The code of PCA moves by the length of what is added along components: its
// Jacobian has orthonormal rows, and the norm √k. It finds the components, too.
func TestEvaluationsOfPCA(t *testing.T) {
	splits := &Splits{Traits: Traits{Shape: Shape{8}, Low: 0, High: 1}, Train: made(300, 8, 1), Test: made(200, 8, 2)}
	splits.Statistics = NewStatistics(splits.Train, 1)
	model, err := (&PCA{Code: 3}).Fit(splits.Statistics)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSubject(model, splits)
	holds(t, "norm of the Jacobian", jacobianNorm(s), math.Sqrt(3), 1e-4) // steps are float32
	alignment, distance, linear := componentsFound(s)
	if !linear {
		t.Fatal("PCA is linear")
	}
	holds(t, "alignment", alignment, 1, 1e-6)
	holds(t, "distance", distance, 0, 1e-3) // the root of a rounding error
}

// The Jacobian of a linear code is its weights.
func TestJacobianOfALinearCode(t *testing.T) {
	s := subject(t, 5, registry.Tree{"model": registry.Tree{"encoder": []any{}, "code": 3.0}, "loss": "mse"})
	sum := 0.0
	for _, w := range s.trainer.net.Params[0].Value {
		sum += float64(w) * float64(w)
	}
	holds(t, "norm", jacobianNorm(s), math.Sqrt(sum), 1e-4)
	alignment, distance, linear := componentsFound(s)
	if !linear || distance <= 0 || distance >= 1 || alignment <= 0 || alignment >= 1 {
		t.Errorf("weights that were drawn lie somewhere between: alignment %v, distance %v", alignment, distance)
	}
	s = subject(t, 5, registry.Tree{"model": registry.Tree{"encoder": []any{4.0}, "code": 3.0}, "loss": "mse"})
	if _, _, linear := componentsFound(s); linear {
		t.Error("a net with relu is not linear")
	}
}

// Where there are many elements the norm is estimated, from 64 directions of
// each of 128 examples. Of three units the estimate of one example is off by
// √(2/(64·3))/2, 5 %, and their mean by that over √128, 0.5 %.
func TestJacobianOfManyElements(t *testing.T) {
	for _, activation := range []string{"linear", "tanh"} {
		s := subject(t, 200, registry.Tree{"model": registry.Tree{"encoder": []any{}, "code": 3.0, "code_activation": activation}, "loss": "mse"})
		w, h := s.trainer.net.Params[0].Value, s.encode(head(s.Test, jacobianExamples))
		want := 0.0
		for i := range h.Rows {
			squares := 0.0
			for j, v := range w {
				slope := 1.0
				if a := float64(h.Row(i)[j%3]); activation == "tanh" {
					slope = 1 - a*a
				}
				squares += float64(v) * float64(v) * slope * slope
			}
			want += math.Sqrt(squares) / float64(h.Rows)
		}
		holds(t, activation, jacobianNorm(s), want, 0.015*want)
	}
}

// Two evaluations of a trial at other levels have charts of their own.
func TestChartsOfRobustnessAreNamedByTheirLevels(t *testing.T) {
	for _, c := range []struct {
		sigma []float64
		want  string
	}{{[]float64{0.1, 0.3, 0.5}, "robustness"}, {[]float64{0.05}, "robustness.sigma=0.05"}, {[]float64{1, 2}, "robustness.sigma=1+2"}} {
		s := subject(t, 5, registry.Tree{"model": registry.Tree{"encoder": []any{}, "code": 3.0}, "loss": "mse"})
		found := (&Robustness{Sigma: c.sigma}).Evaluate(s)
		if len(found.Charts) != 1 || found.Charts[0].Name != c.want || len(found.Charts[0].Points) != len(c.sigma) {
			t.Errorf("%v: charts %+v, want one named %s", c.sigma, found.Charts, c.want)
		}
	}
}

// Samples of a code without a distribution have the mean and the covariance of
// codes.
func TestSamplesAreLikeTrainingCodes(t *testing.T) {
	s := subject(t, 5, registry.Tree{"model": registry.Tree{"encoder": []any{}, "code": 3.0}, "loss": "mse"})
	h := NewMatrix(20000, 3)
	GeneratorNormals(h.Data, 3, 0)
	s.likeTraining(h)
	mean, covariance := codeMoments(h)
	wantMean, wantCovariance := codeMoments(s.encode(s.Train))
	for j := range mean {
		holds(t, "mean", mean[j], wantMean[j], 0.02) // about 4 standard errors
	}
	for j := range covariance {
		holds(t, "covariance", covariance[j], wantCovariance[j], 0.02)
	}
}

// Every evaluation names what it finds, and finds the same on every kernel.
func TestEvaluationsAreTheSameOnEveryKernel(t *testing.T) {
	known := map[string]float64{}
	onEveryKernel(t, func(t *testing.T) { evaluateEverything(t, known) })
}

// evaluateEverything holds metrics against those that are known already, and
// adds to these.
func evaluateEverything(t *testing.T, before map[string]float64) {
	s := subject(t, 16, registry.Tree{
		"model": registry.Tree{"encoder": []any{12.0}, "code": 2.0, "bottleneck": "gaussian", "output": "sigmoid"},
		"loss":  registry.Tree{"kind": "bce", "reduce": "sum"},
	})
	s.Shape = Shape{4, 4, 1}
	s.Classes = []string{"a", "b", "c"}
	s.TrainLabels, s.TestLabels = madeLabels(s.Train), madeLabels(s.Test)
	s.Factors, s.TestFactors = []string{"f"}, made(s.Test.Rows, 1, 3)
	known := Evaluated{Traits: s.Traits, Training: 300, Tested: 200, Classes: s.Classes, Factors: s.Factors}
	for _, kind := range evaluations.Names() {
		given := registry.Tree{"kind": kind}
		if kind == "anomaly" {
			given["normal"] = []any{"b"}
		}
		part, mistakes := evaluations.Resolve(given)
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		names, mistakes := CheckEvaluation(part.(registry.Tree), known)
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		once, err := s.Evaluate(part.(registry.Tree))
		if err != nil {
			t.Fatal(err)
		}
		if len(once.Metrics) == 0 {
			t.Errorf("%s measures nothing: %v", kind, once.Notes)
		}
		for name, value := range once.Metrics {
			if !slices.Contains(names, name) {
				t.Errorf("%s measures %s, which it does not name", kind, name)
			}
			if first, measured := before[name]; math.IsNaN(value) || measured && value != first {
				t.Errorf("%s is %v, and was %v", name, value, first)
			}
			before[name] = value
		}
	}
}

// A sheet of denoising has the clean examples, the noisy ones, the
// reconstructions of these, and what PCA with as large a code makes of these.
func TestSheetOfDenoisingEndsWithPCA(t *testing.T) {
	s := subject(t, 16, registry.Tree{"model": registry.Tree{"encoder": []any{12.0}, "code": 2.0}, "loss": "mse"})
	s.Shape = Shape{4, 4, 1}
	found := (&Denoising{Sigma: []float64{0.3}}).Evaluate(s)
	if len(found.Pictures) != 1 {
		t.Fatalf("%d pictures, want 1", len(found.Pictures))
	}
	sheet := found.Pictures[0].X
	model, err := (&PCA{Code: 2}).Fit(s.Statistics)
	if err != nil {
		t.Fatal(err)
	}
	fed := head(noisy(s.Test, 0.3), sheetColumns)
	for row, want := range []*Matrix{head(s.Test, sheetColumns), fed, clone(s.reconstruct(fed)), model.Forward(fed)} {
		got := sheet.Slice(row*sheetColumns, (row+1)*sheetColumns)
		if !slices.Equal(got.Data, want.Data) {
			t.Errorf("row %d of the sheet differs", row)
		}
	}
	if sheet.Rows != 4*sheetColumns {
		t.Errorf("the sheet has %d pictures, want 4 rows of %d", sheet.Rows, sheetColumns)
	}
}

package runner

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
	"hourglass.dev/hourglass/store"
)

// TestDrawnCodesHaveTheMomentsOfTheFit draws many codes of a distribution that
// is known, in which the third unit is twice the first.
func TestDrawnCodesHaveTheMomentsOfTheFit(t *testing.T) {
	mean := []float64{1, -2, 0.5}
	covariance := []float64{4, 1, 8, 1, 2, 2, 8, 2, 16}
	m := &Model{Seen: &Seen{CodeMean: mean, CodeCovariance: covariance}}
	const n = 40_000
	codes := nn.NewMatrix(n, 3)
	m.Draw(codes, 5, true)
	for j := range 3 {
		sum := 0.0
		for i := range n {
			sum += float64(codes.Row(i)[j])
		}
		if got := sum / n; math.Abs(got-mean[j]) > 5*math.Sqrt(covariance[4*j]/n) { // five standard errors
			t.Errorf("unit %d has the mean %v, want %v", j, got, mean[j])
		}
		for k := range 3 {
			sum := 0.0
			for i := range n {
				sum += (float64(codes.Row(i)[j]) - mean[j]) * (float64(codes.Row(i)[k]) - mean[k])
			}
			want := covariance[3*j+k]
			deviation := math.Sqrt((covariance[4*j]*covariance[4*k] + want*want) / n)
			if got := sum / n; math.Abs(got-want) > 5*deviation {
				t.Errorf("units %d and %d have the covariance %v, want %v", j, k, got, want)
			}
		}
	}
	for i := range 100 {
		if d := float64(codes.Row(i)[2]) - 0.5 - 2*(float64(codes.Row(i)[0])-1); math.Abs(d) > 1e-5 {
			t.Fatalf("the third unit is off from twice the first by %v", d)
		}
	}
	prior := nn.NewMatrix(n, 3)
	m.Draw(prior, 5, false)
	again := nn.NewMatrix(n, 3)
	m.Draw(again, 6, false)
	if prior.Data[0] == again.Data[0] {
		t.Error("another seed draws the same")
	}
}

func TestPriorsAreThoseThatTrainingAskedFor(t *testing.T) {
	s, _ := trained(t, `
version: 1
name: priors
data: {kind: digits, train_limit: 200, test_limit: 50}
model: {encoder: [8], code: 2}
train: {epochs: 1}
sweep:
  cases:
    plain: {}
    variational: {model.bottleneck: gaussian, regularisers: {kl: 1}}
    wasserstein: {regularisers: {mmd: 1}}
    sphere: {model.bottleneck: unit-norm}
    large: {model.code: 300}
`, Options{})
	got := map[string]string{}
	for _, record := range records(t, s) {
		m, err := LoadModel(s, record)
		if err != nil {
			t.Fatal(err)
		}
		places, err := s.Places([]string{record.ID})
		if err != nil {
			t.Fatal(err)
		}
		name := places[record.ID][0].Case
		fitted, err := m.Prior()
		switch {
		case err != nil:
			got[name] = "refused"
		case fitted:
			got[name] = "fitted"
		default:
			got[name] = "prior"
		}
	}
	want := map[string]string{"plain": "fitted", "variational": "prior", "wasserstein": "prior", "sphere": "refused", "large": "refused"}
	for name, way := range want {
		if got[name] != way {
			t.Errorf("%s: %s, want %s", name, got[name], way)
		}
	}
}

// TestModelsOfScaledSeries trains on windows, whose columns repeat at each step.
func TestModelsOfScaledSeries(t *testing.T) {
	dir := t.TempDir()
	table := "a,b\n" + strings.Repeat("1,20\n3,40\n5,70\n7,10\n", 10)
	if err := os.WriteFile(filepath.Join(dir, "series.csv"), []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "version: 1\nname: series\ndata: {kind: series, train: series.csv, window: 4, scaling: standard}\nmodel: {encoder: [], code: 2}\ntrain: {epochs: 1}\n"
	e, err := experiments.Read(filepath.Join(dir, "spec.yaml"), []byte(text), experiments.Edits{}, NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "hourglass.db"), e)
	if err := New(s, store.Machine{}, Options{Workers: 1}).Run(t.Context(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	m, err := LoadModel(s, records(t, s)[0])
	if err != nil {
		t.Fatal(err)
	}
	if units := m.units(); len(units.Offset) != 8 || units.Offset[1] != units.Offset[7] || units.Scale[0] != units.Scale[2] {
		t.Errorf("the units of 4 steps of 2 columns are %+v", units)
	}
	if _, err := m.Export("onnx", nn.ExportBoth); err != nil {
		t.Error(err)
	}
	examples := 0
	err = m.Examples(t.Context(), filepath.Join(dir, "series.csv"), nil, func(x *nn.Matrix, _ []string) error {
		examples += x.Rows
		return nil
	})
	if err != nil || examples != 37 { // 40 steps, in windows of 4 one step apart
		t.Errorf("%d windows, %v", examples, err)
	}
}

// Models that know noise take pictures that it led out of their range.
func TestModelsTakeTheNoiseThatTheyKnow(t *testing.T) {
	for name, c := range map[string]struct {
		model registry.Tree
		want  float64
	}{
		"none":             {registry.Tree{"kind": "autoencoder"}, 0},
		"normal":           {registry.Tree{"corruption": registry.Tree{"kind": "gaussian", "sigma": 0.5}}, 3},
		"clipped":          {registry.Tree{"corruption": registry.Tree{"kind": "gaussian", "sigma": 0.5, "clip": []any{0.0, 1.0}}}, 0},
		"masking":          {registry.Tree{"corruption": registry.Tree{"kind": "masking", "fraction": 0.5}}, 0},
		"denoising by PCA": {registry.Tree{"kind": "pca-denoising", "noise": 0.25}, 1.5},
	} {
		m := Model{Setting: registry.Tree{"model": c.model}}
		if got := m.noise(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

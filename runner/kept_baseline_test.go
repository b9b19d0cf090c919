package runner

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

const baselineSpec = `
version: 1
name: baselines
data: {kind: digits, validation: 200}
model: {encoder: [], code: 4}
train: {epochs: 1, keep: all}
baselines: [pca, mean, {kind: pca-denoising, noise: 0.3}, knn]
sweep: {grid: {model.code: [4, 8]}}
`

// The models of baselines that are kept have the errors that their trials were
// recorded with, and are written again as they were read.
func TestKeptBaselinesAgreeWithTheirTrials(t *testing.T) {
	s, e := trained(t, baselineSpec, Options{KeepBaselines: true})
	set, err := newDatasets(1, nil).get(context.Background(), e.Trials[0].Setting, e.Dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Trials(store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, record := range all {
		if record.Seed != nil {
			continue
		}
		m, err := LoadModel(s, record)
		if record.Family == "knn" {
			if !errors.Is(err, ErrNotTrained) || s.HasModel(record.ID) {
				t.Errorf("knn keeps no model: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		kinds[record.Family]++
		if got := nn.Measure(m.Coder(), set.Test, set.traits())["mse"]; got != record.Metrics["test.mse"] {
			t.Errorf("%s: the model's error is %v, the trial's %v", record.Family, got, record.Metrics["test.mse"])
		}
		again, err := m.Encode()
		content, _ := s.Model(record.ID)
		if err != nil || !bytes.Equal(again, content) {
			t.Errorf("%s: what was read is not written as it was: %v", record.Family, err)
		}
		damage(t, s, record, content)
	}
	if kinds["pca"] != 2 || kinds["mean"] != 1 || kinds["pca-denoising"] != 1 {
		t.Errorf("kept %v", kinds)
	}
	if problems, err := CheckModels(s); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
}

// damage holds that a model of which a bit of the mean is another is refused.
func damage(t *testing.T, s *store.Store, record store.Record, content []byte) {
	t.Helper()
	m, err := decodeModel(content)
	if err != nil {
		t.Fatal(err)
	}
	mean, _ := m.Projection.Numbers()
	at := bytes.Index(content, float64Bytes(mean[20:23]))
	if at < 0 {
		t.Fatal("the mean is not found in the file")
	}
	damaged := bytes.Clone(content)
	damaged[at] ^= 1
	if err := s.PutModel(record.ID, damaged); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadModel(s, record); !errors.Is(err, ErrNoModel) || !strings.Contains(err.Error(), "SHA-256") || !strings.Contains(err.Error(), "fits it again") {
		t.Errorf("%s, damaged: %v", record.Family, err)
	}
	if err := s.PutModel(record.ID, content); err != nil {
		t.Fatal(err)
	}
}

// The codes of 4 components of the last digit but one: scikit-learn 1.2.1, whose
// signs are turned so that the largest element of each component is positive.
func TestCodesOfKeptPCAAgreeWithScikitLearn(t *testing.T) {
	s, _ := trained(t, baselineSpec, Options{KeepBaselines: true})
	found, err := s.Trials(store.Filter{Family: "pca"})
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range found {
		m, err := LoadModel(s, record)
		if err != nil {
			t.Fatal(err)
		}
		if m.Projection.Components() != 4 {
			continue
		}
		var h []float32
		err = m.Examples(context.Background(), "test", nil, func(x *nn.Matrix, _ []string) error {
			h = append([]float32(nil), m.Coder().Encode(x).Row(x.Rows-2)...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{-0.36316092383825693, -0.38213287888810626, 0.8579779593117526, -0.49332483604925714} {
			if math.Abs(float64(h[i])-want) > 1e-6 {
				t.Errorf("unit %d is %v, want %v", i, h[i], want)
			}
		}
		if fitted, err := m.Prior(); err != nil || !fitted {
			t.Errorf("codes of PCA are drawn like those of training examples: %v", err)
		}
	}
}

func TestBaselinesAreKeptAsTheSpecSays(t *testing.T) {
	for keep, want := range map[string]bool{"all": true, "best": true, "none": false} {
		e := read(t, strings.Replace(baselineSpec, "keep: all", "keep: "+keep, 1))
		if got := KeepsBaselines(e.Trials); got != want {
			t.Errorf("train.keep: %s keeps baselines: %v", keep, got)
		}
	}
	e := read(t, baselineSpec)
	s := open(t, filepath.Join(t.TempDir(), "none.db"), e)
	if err := New(s, store.Machine{}, Options{}).Run(context.Background(), e.Dir, e.Trials); err != nil {
		t.Fatal(err)
	}
	for _, trial := range e.Trials {
		if trial.Baseline && s.HasModel(trial.ID) {
			t.Errorf("%s was not to be kept", trial.Family)
		}
	}
}

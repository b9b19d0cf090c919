package reports

import (
	"math"
	"testing"
)

func TestDeriveHoldsTrialsAgainstPCA(t *testing.T) {
	trial, other := trialOf(8, "mse", 1), trialOf(8, "mse", 2)
	trial.Metrics = map[string]float64{"test.mse": pcaError(8) / 2, "test.l1": 0.1}
	other.Data = "0" // its data are others: no PCA was run on them
	trials := derive([]Trial{pcaOf(8), pcaOf(32), meanOf(), trial, other})

	if got := trials[3].Metrics["test.gain_over_pca"]; math.Abs(got-0.5) > 1e-15 {
		t.Errorf("half of PCA's error is a gain of %v, want 0.5", got)
	}
	// pcaError(k) ≤ pcaError(8) / 2 from k = 8 + 20 ln 2 = 21.86 on.
	if got := trials[3].Metrics["test.pca_dims"]; got != 22 {
		t.Errorf("PCA needs %v components, want 22", got)
	}
	for _, i := range []int{0, 1, 2, 4} {
		for name := range trials[i].Metrics {
			if _, _, derived := isDerived(name); derived {
				t.Errorf("%s has %s, and nothing to hold it against", trials[i].Family, name)
			}
		}
	}
	if len(trial.Metrics) != 2 {
		t.Errorf("the metrics that were given changed: %v", trial.Metrics)
	}
}

// Where the code follows from the shapes, as in a convolutional net, the spec
// knows its size and the setting does not.
func TestDeriveHoldsCodesThatFollowFromShapesAgainstPCA(t *testing.T) {
	known, unknown := trialOf(8, "mse", 1), trialOf(8, "mse", 2)
	known.Metrics = map[string]float64{"test.mse": pcaError(8) / 2}
	unknown.Metrics = known.Metrics
	known.Setting = known.Setting.With("model.code", nil)
	unknown.Setting, known.Code = known.Setting, 8
	trials := derive([]Trial{pcaOf(8), pcaOf(32), known, unknown})
	if got := trials[2].Metrics["test.gain_over_pca"]; math.Abs(got-0.5) > 1e-15 {
		t.Errorf("half of the error of PCA with as wide a code is a gain of %v, want 0.5", got)
	}
	if got, ok := trials[3].Metrics["test.gain_over_pca"]; ok {
		t.Errorf("a code of unknown size has a gain of %v", got)
	}
}

func TestDeriveAtTheEndsOfTheLadder(t *testing.T) {
	best, worst := trialOf(8, "mse", 1), trialOf(8, "mse", 2)
	best.Metrics = map[string]float64{"test.mse": 0, "validation.mse": 1}
	worst.Metrics = map[string]float64{"test.mse": 1}
	zero := pcaOf(8)
	zero.Metrics = map[string]float64{"test.mse": 0}
	trials := derive([]Trial{zero, best, worst})
	if dims, ok := trials[1].Metrics["test.pca_dims"]; ok {
		t.Errorf("no number of components has no error, got %v", dims)
	}
	if dims := trials[2].Metrics["test.pca_dims"]; dims != 0 {
		t.Errorf("an error above that of the mean needs %v components, want 0", dims)
	}
	for _, trial := range trials[1:] {
		if gain, ok := trial.Metrics["test.gain_over_pca"]; ok {
			t.Errorf("a gain of %v over a PCA without error", gain)
		}
	}
}

func TestDirections(t *testing.T) {
	for metric, want := range map[string]Direction{
		"test.mse": Lower, "validation.loss": Lower, "test.corrupted.mse": Lower, "test.fvu": Lower, "seconds": Lower,
		"test.psnr": Higher, "test.corrupted.ssim": Higher, "test.gain_over_pca": Higher, "test.pca_dims": Higher,
		"test.probe(k=5).accuracy": Higher, "test.anomaly.auroc": Higher, "examples_per_second": Higher,
		"test.kl": Neither, "test.active_fraction": Neither, "test.sparse_kl": Neither, "test.decoder_jacobian": Neither, "parameters": Neither,
	} {
		if got := DirectionOf(metric); got != want {
			t.Errorf("%s: got %v, want %v", metric, got, want)
		}
	}
}

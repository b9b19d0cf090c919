package reports

import (
	"strings"
	"testing"

	"hourglass.dev/hourglass/store"
)

// noisy are a denoising autoencoder, and baselines: the identity is without error
// where nothing is damaged, and leaves all of the damage.
func noisy() []Trial {
	var trials []Trial
	add := func(family string, seed *int, clean, corrupted, gain float64) {
		trials = append(trials, Trial{Record: store.Record{ID: family, Family: family, Seed: seed, State: store.Done, Metrics: map[string]float64{
			"test.mse": clean, "test.corrupted.mse": corrupted, "test.denoising.sigma=0.3.psnr_gain": gain, "test.l1": clean,
		}}})
	}
	seed := 1
	add("denoising", &seed, 0.2, 0.21, 4)
	add("identity", nil, 0, 0.1, 5)
	add("mean", nil, 0.5, 0.5, 3)
	return trials
}

func TestTheIdentityIsRankedOnCorruptedInputAlone(t *testing.T) {
	metrics := []string{"test.mse", "test.corrupted.mse", "test.denoising.sigma=0.3.psnr_gain", "test.l1"}
	table, err := Compare(noisy(), Layout{Metrics: metrics, Rows: []string{"family"}})
	if err != nil {
		t.Fatal(err)
	}
	best := map[string]string{"test.mse": "denoising", "test.corrupted.mse": "identity", "test.denoising.sigma=0.3.psnr_gain": "identity", "test.l1": "denoising"}
	for i, metric := range table.Metrics {
		for _, line := range table.Lines {
			if got, want := line.Cells[0].Values[i].Best, best[metric] == line.Model; got != want {
				t.Errorf("%s of %s is the best: %v", metric, line.Model, got)
			}
		}
	}
	out := string(written(t, table.Text))
	if n := strings.Count(out, unrankedNote[:20]); n != 1 || !strings.Contains(out, "0¹") {
		t.Errorf("the note, once:\n%s", out)
	}
	for metric, want := range map[string]bool{"test.mse": false, "test.corrupted.mse": true} {
		table, err := Compare(noisy(), Layout{Metrics: []string{metric}, Rows: []string{"family"}, Reference: "identity"})
		if err != nil {
			t.Fatal(err)
		}
		if got := table.anyValue(0, func(v Value) bool { return v.Versus != nil }); got != want {
			t.Errorf("%s is compared with the identity's: %v", metric, got)
		}
	}
}

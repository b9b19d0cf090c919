package reports

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"hourglass.dev/hourglass/store"
)

// curveOf returns a curve whose validation loss is best before its end.
func curveOf(epochs int) []store.Epoch {
	var curve []store.Epoch
	for e := 1; e <= epochs; e++ {
		x := float64(e)
		curve = append(curve, store.Epoch{
			Epoch: e, Seconds: 0.91, Digest: fmt.Sprintf("%064x", 0x1234567890*e),
			Metrics: map[string]float64{
				"train.loss":      0.02 + 0.05/x,
				"validation.loss": 0.022 + 0.05/x + 0.00004*x*x,
			},
		})
	}
	return curve
}

func TestShowReads(t *testing.T) {
	trials := someTrials()
	done := *find(trials, 8, "mse", 1)
	done.Notes = []string{"kl beside reduce: mean weighs the penalty 784 times as much as the paper does, which usually surprises"}
	failed := *find(trials, 32, "mse", 1)
	diverged := *find(trials, 8, "l1", 1)
	broken := curveOf(3)
	broken[2].Metrics, broken[2].NotFinite = map[string]float64{}, []string{"train.loss", "validation.loss"}
	var pretrained []store.Epoch
	for _, e := range curveOf(6) {
		e.Metrics = map[string]float64{fmt.Sprintf("pretrain_%d.loss", (e.Epoch+2)/3): e.Metrics["train.loss"]}
		pretrained = append(pretrained, e)
	}
	for _, e := range curveOf(8) {
		e.Epoch += 6
		pretrained = append(pretrained, e)
	}
	for name, sheet := range map[string]Sheet{
		"show-pretrained": {Trial: done, Curve: pretrained},
		"show-done":       {Trial: done, Curve: curveOf(20)},
		"show-diverged":   {Trial: diverged, Curve: broken},
		"show-failed":     {Trial: failed},
		"show-waiting":    {Trial: *find(trials, 32, "l1", 1)},
		"show-pca":        {Trial: trials[1]},
	} {
		var text, object bytes.Buffer
		if err := sheet.Text(&text); err != nil {
			t.Fatal(err)
		}
		if err := sheet.JSON(&object); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", text.Bytes())
		golden(t, name+".json", object.Bytes())
	}
}

func TestSparklines(t *testing.T) {
	for _, test := range []struct {
		values []float64
		width  int
		want   string
	}{
		{[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 8, "▁▂▃▄▅▆▇█"},
		{[]float64{0, 0, 7, 7}, 2, "▁█"},
		{[]float64{5, 5, 5}, 9, "▁▁▁"},
		{[]float64{1, 0, math.NaN(), math.Inf(1)}, 4, "█▁××"},
		{nil, 4, ""},
	} {
		if got := sparkline(test.values, test.width); got != test.want {
			t.Errorf("%v: got %s, want %s", test.values, got, test.want)
		}
	}
}

func TestSettingsAreWrittenAsYAML(t *testing.T) {
	layers := make([]any, 6)
	for i := range layers {
		layers[i] = tree{"kind": "conv", "filters": 16.0, "kernel": 3.0}
	}
	var out strings.Builder
	writeSetting(&out, tree{
		"train": tree{"epochs": 2.0}, "loss": tree{"kind": "mse"}, "seedless": nil, "flag": true,
		"data":  tree{"kind": "csv", "path": "a b: c", "label": "no", "columns": []any{"x", "1"}},
		"model": tree{"kind": "autoencoder", "encoder": layers},
	}, 0)
	want := `data: {kind: csv, columns: [x, "1"], label: "no", path: "a b: c"}
model:
  kind: autoencoder
  encoder:
` + strings.Repeat("    - {kind: conv, filters: 16, kernel: 3}\n", 6) + `loss: mse
train: {epochs: 2}
flag: true
seedless: null
`
	if out.String() != want {
		t.Errorf("got\n%s", &out)
	}
}

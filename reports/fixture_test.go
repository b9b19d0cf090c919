package reports

import (
	"fmt"
	"math"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

type tree = experiments.Setting

var losses = []string{"mse", "l1", "bce"}

// trialOf returns a finished trial of a dense autoencoder whose errors depend
// on its code size, loss and seed.
func trialOf(code float64, loss string, seed int) Trial {
	rank := map[string]float64{"mse": 0, "l1": 1, "bce": 2}[loss]
	mse := 0.06*math.Pow(code, -0.5)*(1+0.07*rank) + 0.0004*float64(seed%3)/math.Sqrt(code)
	speed := 61234.5
	return Trial{
		Record: store.Record{
			ID: fmt.Sprintf("%02.0f%d%d%060x", code, int(rank), seed, 0xabcdef), State: store.Done,
			Setting: tree{
				"data": tree{"kind": "mnist", "validation": 5000.0},
				"model": tree{"kind": "autoencoder", "code": code, "encoder": []any{
					tree{"kind": "dense", "nodes": 512.0, "activation": "relu"},
					tree{"kind": "dense", "nodes": 256.0, "activation": "relu"},
				}},
				"loss":  tree{"kind": loss, "reduce": "mean"},
				"train": tree{"epochs": 20.0, "batch": 128.0, "optimiser": tree{"kind": "adam", "rate": 1e-3}},
			},
			Data: "da7a", Numerics: 1, Seed: &seed, Family: "undercomplete",
			Epochs: 20, Seconds: 18.25, ExamplesPerSecond: &speed, Parameters: 1100000 + int(code)*513,
			WeightsSHA256: fmt.Sprintf("%064x", int(code)*1000+seed),
			Metrics:       map[string]float64{"test.mse": mse, "test.psnr": -10 * math.Log10(mse), "test.l1": 1.7 * mse},
			Machine: store.Machine{Version: "v0.4.0", Commit: "1a0094c", Kernel: "avx512", Processor: "Xeon Platinum 8481C",
				OS: "linux", Arch: "amd64", PeakMemory: 412 << 20},
		},
		Places: []store.Place{{Experiment: "code-size", Values: map[string]string{"model.code": fmt.Sprint(code), "loss": loss}}},
	}
}

// pcaOf returns PCA with a code size. Its error with k components is
// 0.0673·exp(−k/20).
func pcaOf(code float64) Trial {
	t := Trial{
		Record: store.Record{
			ID: fmt.Sprintf("ca%02.0f%060x", code, 0xfedcba), State: store.Done,
			Setting: tree{"data": tree{"kind": "mnist", "validation": 5000.0}, "model": tree{"kind": "pca", "code": code}},
			Data:    "da7a", Numerics: 1, Family: "pca", Seconds: 1.5, Parameters: 784 * (int(code) + 1),
			Metrics: map[string]float64{"test.mse": pcaError(code), "test.psnr": -10 * math.Log10(pcaError(code))},
		},
		Places: []store.Place{{Experiment: "code-size", Values: map[string]string{"model.code": fmt.Sprint(code)}}},
		Series: map[string][]float64{},
	}
	for k := range 785 {
		t.Series["test.mse"] = append(t.Series["test.mse"], pcaError(float64(k)))
	}
	return t
}

func pcaError(k float64) float64 { return 0.0673 * math.Exp(-k/20) }

func meanOf() Trial {
	return Trial{Record: store.Record{
		ID: fmt.Sprintf("3ea0%060x", 0x123456), State: store.Done,
		Setting: tree{"data": tree{"kind": "mnist", "validation": 5000.0}, "model": tree{"kind": "mean"}},
		Data:    "da7a", Numerics: 1, Family: "mean", Seconds: 0.25, Parameters: 784,
		Metrics: map[string]float64{"test.mse": 0.0673, "test.psnr": -10 * math.Log10(0.0673)},
	}}
}

// codeSize returns the trials of an experiment over code size and loss, with
// baselines, in the order of work.
func codeSize(codes []float64, losses []string, seeds int) []Trial {
	trials := []Trial{meanOf()}
	for _, code := range codes {
		trials = append(trials, pcaOf(code))
	}
	for seed := 1; seed <= seeds; seed++ {
		for _, code := range codes {
			for _, loss := range losses {
				trials = append(trials, trialOf(code, loss, seed))
			}
		}
	}
	return trials
}

// layout returns a layout of the code-size experiment.
func layout(rows, columns []string, metrics ...string) Layout {
	return Layout{
		Experiment: "code-size", Question: "How small can the code be before a deep autoencoder is no better than PCA?",
		Axes: []string{"model.code", "loss"}, Rows: rows, Columns: columns, Metrics: metrics,
	}
}

// find returns the trial of that code size, loss and seed.
func find(trials []Trial, code float64, loss string, seed int) *Trial {
	id := trialOf(code, loss, seed).ID
	for i := range trials {
		if trials[i].ID == id {
			return &trials[i]
		}
	}
	panic("no such trial")
}

// unset takes metrics away from a trial and puts it in a state.
func (t *Trial) unset(state store.State) *Trial {
	t.State, t.Metrics, t.WeightsSHA256 = state, nil, ""
	return t
}

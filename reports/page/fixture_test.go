package page

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/reports"
	"hourglass.dev/hourglass/store"
)

type tree = experiments.Setting

// digits is the data of all trials here.
var digits = tree{"kind": "digits", "validation": 200.0}

// experiment is a sweep over code sizes and losses, with PCA and the mean.
func experiment(codes []float64, losses []string, seeds int) *experiments.Experiment {
	e := &experiments.Experiment{
		File: "code-size.yaml", Text: []byte("version: 1\nname: code-size # <b>not</b> bold\n"), Name: "code-size",
		Question: "How small can the code be before an autoencoder is no better than PCA?", Tags: []string{"digits"},
		Edits: []string{"--grid loss=[mse, bce]"}, Axes: []string{"model.code", "loss"},
		Expect: []experiments.Expectation{},
	}
	e.Compare.Columns = []string{"loss"}
	e.Trials = append(e.Trials, experiments.Trial{ID: id("mean", 0, 0), Setting: tree{"data": digits, "model": tree{"kind": "mean"}}, Data: "da7a", Baseline: true, Family: "mean"})
	for _, code := range codes {
		e.Trials = append(e.Trials, experiments.Trial{ID: id("pca", code, 0), Data: "da7a", Baseline: true, Family: "pca",
			Setting: tree{"data": digits, "model": tree{"kind": "pca", "code": code}}})
	}
	for seed := 1; seed <= seeds; seed++ {
		e.Seeds = append(e.Seeds, seed)
		for _, code := range codes {
			for _, loss := range losses {
				e.Trials = append(e.Trials, experiments.Trial{
					ID: id(loss, code, seed), Data: "da7a", Seed: seed, Family: "undercomplete",
					Setting: tree{
						"data": digits, "model": tree{"kind": "autoencoder", "code": code, "encoder": []any{}},
						"loss": tree{"kind": loss, "reduce": "mean"}, "train": tree{"epochs": 30.0},
					},
					Places: []experiments.Place{{Values: map[string]string{"model.code": fmt.Sprint(code), "loss": loss}}},
				})
			}
		}
	}
	return e
}

func id(kind string, code float64, seed int) string {
	return fmt.Sprintf("%02x%04.0f%04d%054x", len(kind)*16+int(kind[0])%16, code, seed, 0xabcdef)
}

// pcaError is PCA's error with k components.
func pcaError(k float64) float64 { return 0.0673 * math.Exp(-k/20) }

// filled is a store in which an experiment is done. Its numbers are made up.
func filled(t testing.TB, e *experiments.Experiment) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "test.db"))
	must(t, err)
	t.Cleanup(func() { s.Close() })
	must(t, s.Register(e, 1))
	for i, trial := range e.Trials {
		result := resultOf(trial)
		result.Machine = store.Machine{Version: "v1.0.0", Kernel: "avx2", Processor: "a processor", OS: "linux", Arch: "amd64"}
		must(t, s.Start(trial.ID, result.Machine))
		if i == len(e.Trials)-1 {
			result.Notes = []string{"1 of 8 code units is dead"}
		}
		if !trial.Baseline {
			must(t, s.Checkpoint(trial.ID, curveOf(result.Metrics["test.mse"], 30), nil, store.Progress{Epochs: 30}))
		}
		must(t, s.Finish(trial.ID, result))
	}
	return s
}

func resultOf(trial experiments.Trial) store.Result {
	code, _ := trial.Setting.At("model.code")
	size, _ := code.(float64)
	result := store.Result{State: store.Done, Parameters: int(size)*129 + 64, Seconds: 0.5, Metrics: map[string]float64{}}
	switch trial.Family {
	case "mean":
		result.Metrics["test.mse"] = pcaError(0)
	case "pca":
		result.Metrics["test.mse"] = pcaError(size)
		result.Series = map[string][]float64{"test.mse": nil}
		for k := range 65 {
			result.Series["test.mse"] = append(result.Series["test.mse"], pcaError(float64(k)))
		}
	default:
		rank := float64(len(trial.Setting["loss"].(tree).Kind()) + 10*strings.Count(trial.Setting["loss"].(tree).Kind(), "b"))
		result.Epochs, result.WeightsSHA256 = 30, strings.Repeat("7", 64)
		result.Metrics["test.mse"] = 0.06*math.Pow(size, -0.5)*(1+0.01*rank) + 0.001*float64(trial.Seed%3)/math.Sqrt(size)
		result.Metrics["health.dead_units"] = 0.125
	}
	return result
}

// curveOf is a learning curve that ends at a loss.
func curveOf(loss float64, epochs int) []store.Epoch {
	rows := make([]store.Epoch, epochs)
	for i := range rows {
		v := loss * (1 + 3*math.Exp(-float64(i)/5))
		rows[i] = store.Epoch{Epoch: i + 1, Metrics: map[string]float64{"train.loss": v, "validation.loss": 1.1 * v}}
	}
	return rows
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func gathered(t testing.TB, codes []float64, losses []string, seeds int) *reports.Report {
	t.Helper()
	e := experiment(codes, losses, seeds)
	r, err := reports.Gather(filled(t, e), e)
	must(t, err)
	return r
}

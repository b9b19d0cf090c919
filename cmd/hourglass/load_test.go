package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/runner"
	"hourglass.dev/hourglass/store"
)

// loadFolder keeps the large store between runs of the benchmark, as it takes
// minutes to make.
var loadFolder = flag.String("load", "", "folder in which BenchmarkLoad keeps its store")

// large is a spec of 100,000 trials: 50 code sizes, 200 rates and 10 seeds.
const large = `version: 1
name: large
data: {kind: digits, validation: 200}
model: {encoder: [16], code: 2}
train: {epochs: 20}
seeds: 10
sweep: {grid: {model.code: {range: [1, 50]}, train.optimiser.rate: {log: [1e-5, 1e-1], n: 200}}}
compare: {rows: model.code}
`

// BenchmarkLoad times the verbs that read on a store of 100,000 trials with
// 2,000,000 epochs, of which every tenth trial is still waiting. Goal: each
// under two seconds, and a plan of 10,000 under one.
func BenchmarkLoad(b *testing.B) {
	folder := *loadFolder
	if folder == "" {
		folder = b.TempDir()
	}
	spec, database := filepath.Join(folder, "large.yaml"), filepath.Join(folder, "hourglass.db")
	if err := os.WriteFile(spec, []byte(large), 0o666); err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(database); err != nil {
		fillLarge(b, spec, database)
	}
	for _, verb := range [][]string{
		{"status"}, {"status", spec}, {"list", "test.mse<0.01"}, {"list", spec, "model.code=8"}, {"compare", spec},
		{"compare", spec, "--rows", "model.code,train.optimiser.rate"}, {"plan", spec},
		{"plan", spec, "--set", "seeds=1"},
	} {
		b.Run(fmt.Sprint(verb), func(b *testing.B) {
			for b.Loop() {
				if code := run(context.Background(), append([]string{"--store", database}, verb...), io.Discard, os.Stderr); code != 0 {
					b.Fatal("exit code", code)
				}
			}
		})
	}
}

// fillLarge makes the store, without training anything.
func fillLarge(b *testing.B, spec, database string) {
	e, err := experiments.Load(spec, experiments.Edits{}, world{runner.NewWorld()})
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(database)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if err := s.Register(e, nn.Numerics); err != nil {
		b.Fatal(err)
	}
	rows := make([]store.Epoch, 20)
	for i := range rows {
		loss := 0.1 / float64(i+1)
		rows[i] = store.Epoch{Epoch: i + 1, Digest: fmt.Sprintf("%064x", i), Seconds: 0.01, Metrics: map[string]float64{
			"train.loss": loss, "train.objective": loss, "validation.loss": loss, "validation.objective": loss}}
	}
	for i, trial := range e.Trials {
		if i%10 == 9 {
			continue
		}
		if err := endTrial(s, trial, i, rows); err != nil {
			b.Fatal(err)
		}
	}
}

// endTrial records made-up results of a trial.
func endTrial(s *store.Store, trial experiments.Trial, i int, rows []store.Epoch) error {
	if err := s.Start(trial.ID, store.Machine{Version: "test", Kernel: "generic", Processor: "none"}); err != nil {
		return err
	}
	result := store.Result{State: store.Done, Seconds: 0.2, Metrics: map[string]float64{}}
	for j, name := range []string{"loss", "mse", "sse", "l1", "bce", "psnr", "fvu", "objective"} {
		for _, split := range splitNames {
			result.Metrics[split+"."+name] = float64(i%1000+1)/1e4 + float64(j)
		}
	}
	for _, split := range splitNames {
		result.Metrics[split+".mse"] = float64(i%1000+1) / 1e4
	}
	if trial.Baseline {
		if trial.Family == "pca" {
			ladder := make([]float64, 62)
			for k := range ladder {
				ladder[k] = 0.07 / float64(k+1)
			}
			result.Series = map[string][]float64{"test.mse": ladder, "validation.mse": ladder}
		}
		return s.Finish(trial.ID, result)
	}
	if err := s.Checkpoint(trial.ID, rows, nil, store.Progress{Epochs: len(rows)}); err != nil {
		return err
	}
	result.Epochs, result.Parameters, result.WeightsSHA256 = len(rows), 5000, trial.ID
	return s.Finish(trial.ID, result)
}

var splitNames = []string{"test", "validation"}

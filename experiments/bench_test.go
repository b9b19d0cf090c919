package experiments_test

import (
	"testing"

	"hourglass.dev/hourglass/experiments"
)

// BenchmarkRead resolves 10,000 trials: of 1,000 settings with 10 seeds, of
// settings that all differ in several sections, and of ones that all differ in
// one and share nothing.
func BenchmarkRead(b *testing.B) {
	specs := map[string]string{
		"seeds":    "seeds: 10\nsweep: {grid: {model.code: {range: [1, 10]}, train.epochs: {range: [1, 10]}, data.validation: {range: [1, 10]}}}\n",
		"sections": "sweep: {grid: {model.code: {range: [1, 10]}, train.epochs: {range: [1, 10]}, loss.reduce: [sum, mean], regularisers.l2: {range: [1, 50]}}}\n",
		"model":    "sweep: {grid: {model.code: {range: [1, 100]}, model.encoder: " + encoders + ", model.tied: [true, false]}}\n",
		"train":    "sweep: {grid: {train.epochs: {range: [1, 100]}, train.batch: {range: [1, 10]}, train.optimiser.rate: {log: [1e-4, 1], n: 10}}}\n",
	}
	for name, sweep := range specs {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			text := []byte(short + "baselines: [mean]\n" + sweep)
			for b.Loop() {
				e, err := experiments.Read("spec.yaml", text, experiments.Edits{}, world{1})
				if err != nil || len(e.Trials) < 10_000 {
					b.Fatal(len(e.Trials), err)
				}
			}
		})
	}
}

const encoders = `[[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7], [6, 7, 8], [7, 8, 9], [8, 9], [9], [10],
  [11, 2, 3], [12, 3, 4], [13, 4, 5], [14, 5, 6], [15, 6, 7], [16, 7, 8], [17, 8, 9], [18, 9], [19], [20],
  [21, 2, 3], [22, 3, 4], [23, 4, 5], [24, 5, 6], [25, 6, 7], [26, 7, 8], [27, 8, 9], [28, 9], [29], [30],
  [31, 2, 3], [32, 3, 4], [33, 4, 5], [34, 5, 6], [35, 6, 7], [36, 7, 8], [37, 8, 9], [38, 9], [39], [40],
  [41, 2, 3], [42, 3, 4], [43, 4, 5], [44, 5, 6], [45, 6, 7], [46, 7, 8], [47, 8, 9], [48, 9], [49], [50]]`

// BenchmarkSample draws 40 of a million combinations. Goal: under two seconds.
func BenchmarkSample(b *testing.B) {
	text := []byte(short + "baselines: [mean]\nsweep: {grid: {model.code: {range: [1, 100]}, train.epochs: {range: [1, 100]}, " +
		"train.optimiser.rate: {log: [1e-5, 1], n: 100}}, sample: {n: 40}}\n")
	for b.Loop() {
		e, err := experiments.Read("spec.yaml", text, experiments.Edits{}, world{1})
		if err != nil || len(e.Trials) != 41 {
			b.Fatal(err)
		}
	}
}

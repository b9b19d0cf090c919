package reports

import (
	"io"
	"testing"
)

// BenchmarkCompare lays out 10,000 trials: 1,000 code sizes, 2 losses, 5 seeds.
func BenchmarkCompare(b *testing.B) {
	codes := make([]float64, 1000)
	for i := range codes {
		codes[i] = float64(i + 1)
	}
	trials := codeSize(codes, losses[:2], 5)
	for i := range trials {
		if trials[i].Baseline() && i > 1 {
			trials[i].Series = nil // one ladder is enough
		}
	}
	for b.Loop() {
		table, err := Compare(trials, layout([]string{"model.code"}, []string{"loss"}))
		if err != nil {
			b.Fatal(err)
		}
		if err := table.Text(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

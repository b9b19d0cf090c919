package nn

import (
	"fmt"
	"testing"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// The nets of the benchmark: MNIST's shape, batches of 128, Adam.
var benchmarks = []struct {
	name    string
	encoder []any
	code    float64
	output  string
}{
	{"small", []any{128.0}, 32, "sigmoid"},
	{"mlp", []any{512.0, 256.0}, 32, "sigmoid"},
	{"deep", []any{1000.0, 500.0, 250.0}, 30, "sigmoid"},
}

// BenchmarkStep measures a training step: examples/s, and the share of the
// processor's fused multiply-add peak that the needed products come to.
func BenchmarkStep(b *testing.B) {
	const batch, pixels = 128, 784
	x := uniform(1024, pixels, 1)
	for _, net := range benchmarks {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads=%d", net.name, threads), func(b *testing.B) {
				model, mistakes := models.Resolve(registry.Tree{"encoder": net.encoder, "code": net.code, "output": net.output})
				if mistakes != nil {
					b.Fatal(mistakes)
				}
				loss, _ := losses.Resolve("mse")
				train, _ := trainings.Resolve(registry.Tree{"batch": float64(batch), "epochs": 1e6})
				d, err := NewDesign(registry.Tree{"model": model, "loss": loss, "train": train})
				if err != nil {
					b.Fatal(err)
				}
				trainer, err := NewTrainer(d, Traits{Shape: Shape{pixels}, High: 1}, x.Rows, 1)
				if err != nil {
					b.Fatal(err)
				}
				size, err := d.Size(Shape{pixels})
				if err != nil {
					b.Fatal(err)
				}
				defer trainer.Close()
				trainer.Threads(threads)
				peak := kernel.Peak()
				b.ReportAllocs()
				for b.Loop() {
					trainer.Step(x)
				}
				seconds := b.Elapsed().Seconds() / float64(b.N)
				b.ReportMetric(batch/seconds, "examples/s")
				b.ReportMetric(100*float64(size.TrainingFLOPs)*batch/seconds/1e9/peak, "%peak")
			})
		}
	}
}

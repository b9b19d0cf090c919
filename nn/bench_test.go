package nn

import (
	"fmt"
	"testing"

	"hourglass.dev/hourglass/nn/internal/kernel"
	"hourglass.dev/hourglass/registry"
)

// The nets of the benchmark: MNIST's shape, batches of 128, Adam.
var benchmarks = []struct {
	name  string
	model registry.Tree
}{
	{"small", registry.Tree{"encoder": []any{128.0}, "code": 32.0}},
	{"mlp", registry.Tree{"encoder": []any{512.0, 256.0}, "code": 32.0}},
	{"deep", registry.Tree{"encoder": []any{1000.0, 500.0, 250.0}, "code": 30.0}},
	{"conv", registry.Tree{
		"encoder": []any{filters(16), "max-pool", filters(8), "max-pool", filters(8)},
		"decoder": []any{"upsample", filters(8), "upsample", filters(16), filters(1)},
	}},
}

// filters is a convolution as the benchmark has them: 3 × 3, same.
func filters(n float64) registry.Tree { return registry.Tree{"kind": "conv", "filters": n} }

// BenchmarkStep measures a training step: examples/s, and the share of the
// processor's fused multiply-add peak that the products come to; convolutions
// over upsampled pictures count as they are declared, though they need fewer.
func BenchmarkStep(b *testing.B) {
	const batch = 128
	shape := Shape{28, 28, 1}
	x := uniform(1024, shape.Size(), 1)
	for _, net := range benchmarks {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads=%d", net.name, threads), func(b *testing.B) {
				net.model["output"] = "sigmoid"
				model, mistakes := models.Resolve(net.model)
				if mistakes != nil {
					b.Fatal(mistakes)
				}
				loss, _ := losses.Resolve("mse")
				train, _ := trainings.Resolve(registry.Tree{"batch": float64(batch), "epochs": 1e6})
				d, err := NewDesign(registry.Tree{"model": model, "loss": loss, "train": train})
				if err != nil {
					b.Fatal(err)
				}
				trainer, err := NewTrainer(d, Traits{Shape: shape, High: 1}, x.Rows, 1)
				if err != nil {
					b.Fatal(err)
				}
				size, err := d.Size(shape)
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

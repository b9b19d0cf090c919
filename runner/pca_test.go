package runner

import (
	"context"
	"fmt"
	"math"
	"testing"

	"hourglass.dev/hourglass/data"
	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// mnist returns MNIST with all 60,000 training images, where it is in the
// user's cache, and otherwise skips: tests read no network.
func mnist(t testing.TB, threads int) *dataset {
	t.Helper()
	if _, complete, err := data.Cached("mnist"); err != nil || !complete {
		t.Skip("mnist is not in the cache (hourglass data fetch mnist)")
	}
	setting := experiments.Setting{"data": registry.Tree{"kind": "mnist", "validation": 0.0}}
	set, err := newDatasets(threads, nil).get(context.Background(), setting, "")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// pcaSSE is what PCA of the 60,000 training images leaves of the test images,
// summed over the elements of an image, by the number of components: figures
// computed with LAPACK and rounded to 1e-4. Hinton and Salakhutdinov (Science
// 313, 2006, figure 2) report 13.87 with 30.
var pcaSSE = map[int]float64{
	0: 52.8965, 2: 43.6449, 8: 29.3537, 10: 26.7139, 16: 21.0585, 20: 18.4539,
	30: 13.8663, 32: 13.1933, 50: 9.0043, 64: 7.0927, 100: 4.4028, 128: 3.2970,
}

func TestPCAReproducesPublishedErrorsOfMNIST(t *testing.T) {
	set := mnist(t, 2)
	ladder, err := set.ladder(set.Test)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range pcaSSE {
		if got := 784 * ladder[k]; math.Abs(got-want) > 1e-4 {
			t.Errorf("%d components leave %.5f, want %.4f", k, got, want)
		}
	}
	model, err := (&nn.PCA{Code: 30}).Fit(set.statistics)
	if err != nil {
		t.Fatal(err)
	}
	if got := nn.Measure(model, set.Test, set.traits())["sse"]; math.Abs(got-pcaSSE[30]) > 1e-4 {
		t.Errorf("reconstructions with 30 components are off by %.5f, want %.4f", got, pcaSSE[30])
	}
}

// BenchmarkPCA measures how long it takes to find the principal components of MNIST.
func BenchmarkPCA(b *testing.B) {
	for _, threads := range []int{1, 2} {
		set := mnist(b, threads)
		b.Run(fmt.Sprintf("mnist/threads=%d", threads), func(b *testing.B) {
			for b.Loop() {
				if _, err := nn.NewStatistics(set.Train, threads).Decomposition(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

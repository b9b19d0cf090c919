package kernel

import (
	"flag"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

var exhaustive = flag.Bool("exhaustive", false, "try elementary functions on all 2³² inputs, which takes minutes")

// worstError is the largest error so far, in ulp, and the bits of the input that has it.
type worstError struct {
	ulps float64
	at   uint32
}

// TestExhaustively tries every float32 there is: the doc comments of these functions state the errors that it finds, and
// every path returns the bits of the generic one.
func TestExhaustively(t *testing.T) {
	if !*exhaustive {
		t.Skip("takes minutes: run it with -exhaustive")
	}
	generic := map[string]func(y, x []float32){
		"exp": expGeneric, "log": logGeneric, "tanh": tanhGeneric, "sigmoid": sigmoidGeneric, "softplus": softplusGeneric,
	}
	functions := map[string]func(y, x []float32){"exp": Exp, "log": Log, "tanh": Tanh, "sigmoid": Sigmoid, "softplus": Softplus}
	best := Current()
	onEveryPath(t, func(t *testing.T) {
		for _, a := range accuracies {
			f := functions[a.name]
			if f == nil || Current() == "generic" && best != "generic" {
				continue
			}
			t.Run(a.name, func(t *testing.T) {
				truth := a.want
				if Current() != best {
					truth = nil // the bits are those of the best path, if those of the generic one
				}
				worst, apart := tryAll(f, generic[a.name], truth)
				if apart != 0 {
					t.Errorf("%d results differ from those of the generic path", apart)
				}
				if truth == nil {
					return
				}
				x := math.Float32frombits(worst.at)
				t.Logf("largest error %.3f ulp at %g", worst.ulps, x)
				if worst.ulps > a.bound {
					t.Errorf("error of %.3f ulp at %g, want at most %g", worst.ulps, x, a.bound)
				}
			})
		}
	})
}

// tryAll compares f with its definition and its truth on all float32. It returns the largest error, and on how many
// inputs f and the definition differ.
func tryAll(f, definition func(y, x []float32), truth func(float64) float64) (worst worstError, apart uint64) {
	const chunk = 1 << 16
	var next, differing atomic.Uint64
	var working sync.WaitGroup
	var mutex sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		working.Go(func() {
			x, y, z := make([]float32, chunk), make([]float32, chunk), make([]float32, chunk)
			own := worstError{}
			for first := next.Add(chunk) - chunk; first < 1<<32; first = next.Add(chunk) - chunk {
				for i := range x {
					x[i] = math.Float32frombits(uint32(first) + uint32(i))
				}
				f(y, x)
				definition(z, x)
				for i := range y {
					if !sameBits(y[i], z[i]) {
						differing.Add(1)
					}
				}
				if truth != nil {
					own.try(x, y, truth)
				}
			}
			mutex.Lock()
			defer mutex.Unlock()
			if own.ulps > worst.ulps {
				worst = own
			}
		})
	}
	working.Wait()
	return worst, differing.Load()
}

// try takes note of the errors of y = truth(x).
func (w *worstError) try(x, y []float32, truth func(float64) float64) {
	for i, v := range x {
		if u := ulps(y[i], truth(float64(v))); u > w.ulps {
			*w = worstError{u, math.Float32bits(v)}
		}
	}
}

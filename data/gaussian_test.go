package data

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/registry"
)

// TestGaussianHasItsSpectrum compares the eigenvalues of the sample covariance
// with those of the formula.
func TestGaussianHasItsSpectrum(t *testing.T) {
	const examples, features, sigma = 20000, 12, 0.1
	source, _ := resolve(t, registry.Tree{
		"kind": "gaussian", "examples": float64(examples), "features": float64(features), "spectrum": []any{4.0, 1.0, 0.25}, "noise": sigma, "validation": 10.0,
	})
	set := load(t, source, "")
	if set.Train.Rows != examples-10 || set.Validation.Rows != 10 || set.Test.Rows != 2000 {
		t.Errorf("%d, %d, %d rows", set.Train.Rows, set.Validation.Rows, set.Test.Rows)
	}
	got := eigenvalues(set.Train)
	for i, want := range []float64{4, 1, 0.25, 0, 0, 0, 0, 0, 0, 0, 0, 0} {
		want += sigma * sigma
		// The standard deviation of a sample eigenvalue is λ·√(2/n) = λ/100;
		// those of the noise, all equal, spread by about 2√(p/n) around it.
		if math.Abs(got[i]/want-1) > 0.06 {
			t.Errorf("eigenvalue %d is %v, wanted %v", i+1, got[i], want)
		}
	}
}

func eigenvalues(x *nn.Matrix) []float64 {
	values := make([]float64, len(x.Data))
	for i, v := range x.Data {
		values[i] = float64(v)
	}
	var covariance mat.SymDense
	stat.CovarianceMatrix(&covariance, mat.NewDense(x.Rows, x.Cols, values), nil)
	var eigen mat.EigenSym
	eigen.Factorize(&covariance, false)
	found := eigen.Values(nil)
	slices.Reverse(found)
	return found
}

func TestGaussianDirectionsAreOrthonormal(t *testing.T) {
	g := &Gaussian{Features: 20, Rank: 20, Decay: 1, Seed: 3}
	q := g.directions()
	for i := range q {
		for j := range q {
			want := 0.0
			if i == j {
				want = 1
			}
			// Gram-Schmidt twice over is orthogonal to a few roundings of float64.
			if got := dot(q[i], q[j]); math.Abs(got-want) > 1e-14 {
				t.Errorf("q%d·q%d = %v, wanted %v", i+1, j+1, got, want)
			}
		}
	}
}

func TestGaussianDrawsDoNotDisturbEachOther(t *testing.T) {
	base := registry.Tree{"kind": "gaussian", "examples": 50.0, "test_count": 20.0, "features": 6.0, "rank": 2.0}
	set := func(given registry.Tree) *Set {
		source, _ := resolve(t, given)
		return load(t, source, "")
	}
	first := set(base)
	more := set(base.With("examples", 80.0))
	if !slices.Equal(more.Train.Data[:300], first.Train.Data) || !slices.Equal(more.Test.Data, first.Test.Data) {
		t.Error("more examples change the first ones")
	}
	if !slices.Equal(set(base.With("test_count", 90.0)).Train.Data, first.Train.Data) {
		t.Error("more test examples change the training examples")
	}
	if slices.Equal(set(base.With("seed", 2.0)).Train.Data, first.Train.Data) {
		t.Error("another seed gives the same examples")
	}
	if slices.Equal(first.Train.Data[:120], first.Test.Data) {
		t.Error("the test examples are the training examples")
	}
}

// The numbers of generated data never change: trials are named by them. They
// were obtained from this generator, and are the same on every architecture.
func TestGaussianIsFixed(t *testing.T) {
	source, _ := resolve(t, registry.Tree{"kind": "gaussian", "examples": 3.0, "test_count": 1.0, "features": 2.0, "rank": 1.0})
	set := load(t, source, "")
	bits := make([]uint32, 0, 8)
	for _, v := range slices.Concat(set.Train.Data, set.Test.Data) {
		bits = append(bits, math.Float32bits(v))
	}
	want := []uint32{0xbe87a5ef, 0xbfb1f735, 0xbe9e337d, 0xbf9caf0d, 0x3e9c8058, 0x3f75f17f, 0xbdb923aa, 0xbf11aa2b}
	if !slices.Equal(bits, want) {
		t.Errorf("bits %#v, wanted %#v", bits, want)
	}
	if print, err := source.Fingerprint(""); err != nil || print != "1d632b2cc139da4461cf6fcb0634c631d2a4b456120fb97ca0c85f112f1e363a" {
		t.Errorf("fingerprint %s: %v", print, err)
	}
}

func TestGaussianMistakes(t *testing.T) {
	list := []any{1.0, 0.5}
	cases := []struct {
		given registry.Tree
		want  string
	}{
		{registry.Tree{"rank": 65.0}, "rank: rank must be at most the number of features, 64, got 65"},
		{registry.Tree{"spectrum": list, "rank": 3.0}, "rank: rank must be the number of variances in spectrum, 2, got 3 (leave it out)"},
		{registry.Tree{"spectrum": list, "decay": 0.5}, "decay: decay has no effect beside a list of variances"},
		{registry.Tree{"spectrum": []any{}}, "spectrum must be geometric or have at least one variance"},
		{registry.Tree{"spectrum": []any{1.0, 0.0}}, "spectrum[1]: spectrum must lie in (0, inf), got 0"},
		{registry.Tree{"validation": 10000.0}, "validation must leave examples to train on, got 10000 of 10000"},
	}
	for _, c := range cases {
		_, mistakes := sources.Resolve(c.given.With("kind", "gaussian"))
		if len(mistakes) == 0 {
			t.Errorf("%v: no mistake, wanted %q", c.given, c.want)
			continue
		}
		mustFail(t, mistakes, c.want)
	}
	_, resolved := resolve(t, registry.Tree{"kind": "gaussian", "spectrum": list})
	if resolved["rank"] != 2.0 || resolved["decay"] != nil {
		t.Errorf("a list of variances resolves to %v", resolved)
	}
}

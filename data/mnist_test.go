package data

import (
	"math"
	"testing"

	"hourglass.dev/hourglass/registry"
)

// TestMNIST reads the real files where they are in the user's cache, and
// otherwise is skipped: tests read no network.
func TestMNIST(t *testing.T) { testRealPictures(t, "mnist") }

// TestFashionMNIST is the same for Fashion-MNIST.
func TestFashionMNIST(t *testing.T) { testRealPictures(t, "fashion-mnist") }

func testRealPictures(t *testing.T, name string) {
	if _, complete, err := Cached(name); err != nil || !complete {
		t.Skipf("%s is not in the cache (hourglass data fetch %s)", name, name)
	}
	source, _ := resolve(t, registry.Tree{"kind": name, "validation": 5000.0})
	set := load(t, source, "")
	facts, err := source.Describe("")
	if err != nil {
		t.Fatal(err)
	}
	if set.Train.Rows != 55000 || set.Validation.Rows != 5000 || set.Test.Rows != 10000 || set.Train.Cols != 784 {
		t.Errorf("%d, %d and %d rows of %d", set.Train.Rows, set.Validation.Rows, set.Test.Rows, set.Train.Cols)
	}
	if facts.Train != 55000 || facts.Validation != 5000 || facts.Test != 10000 || set.Shape.String() != "28×28×1" {
		t.Errorf("described as %+v, shape %v", facts, set.Shape)
	}
	low, high := set.Train.Data[0], set.Train.Data[0]
	for _, v := range set.Train.Data {
		low, high = min(low, v), max(high, v)
	}
	if low != 0 || high != 1 || set.Low != 0 || set.High != 1 {
		t.Errorf("values in [%v, %v], declared [%v, %v], wanted [0, 1]", low, high, set.Low, set.High)
	}
	named, err := find(name)
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]int, 10)
	for _, label := range append(set.TrainLabels, set.ValidationLabels...) {
		counts[label]++
	}
	for class, want := range named.trainCounts {
		if counts[class] != want {
			t.Errorf("class %d has %d training examples, declared %d", class, counts[class], want)
		}
	}
}

// TestPixels checks that a byte becomes what dividing in float32 gives.
func TestPixels(t *testing.T) {
	pixels := make([]float32, 256)
	decodeElements(pixels, count(256), idxUint8, 255)
	for i, got := range pixels {
		if want := float32(i) / 255; got != want {
			t.Errorf("byte %d becomes %v, wanted %v", i, got, want)
		}
	}
}

// The fingerprints of named data never change: trials are named by them.
func TestFingerprintsAreFixed(t *testing.T) {
	wanted := map[string]string{
		"mnist":         "9698fcd66a90fd483239e0db7cf42d5c9e8643954b78b8dbb9b1a179a12f28fa",
		"fashion-mnist": "b8a7f4d21b469717411f4ee5c8c1225355ca994d81ee7c15d2f2980561c7635d",
		"digits":        "1e908b4f4b68d7fa57c7e26a2f4ff2808aa25f2a7568307b6fe6ac24cdb82e29",
	}
	for _, name := range Names() {
		source, _ := resolve(t, registry.Tree{"kind": name, "validation": 10.0})
		if got, err := source.Fingerprint(""); err != nil || got != wanted[name] {
			t.Errorf("%s has the fingerprint %s, wanted %s: %v", name, got, wanted[name], err)
		}
	}
}

// TestMNISTAroundItsMean measures the test pictures against the mean training
// picture: the squared error summed over pixels is 52.8965 per picture, the
// figure of PCA with no components.
func TestMNISTAroundItsMean(t *testing.T) {
	if _, complete, err := Cached("mnist"); err != nil || !complete {
		t.Skip("mnist is not in the cache (hourglass data fetch mnist)")
	}
	source, _ := resolve(t, registry.Tree{"kind": "mnist"})
	set := load(t, source, "")
	mean := make([]float64, set.Train.Cols)
	for i := range set.Train.Rows {
		for j, v := range set.Train.Row(i) {
			mean[j] += float64(v)
		}
	}
	sum := 0.0
	for i := range set.Test.Rows {
		for j, v := range set.Test.Row(i) {
			d := float64(v) - mean[j]/float64(set.Train.Rows)
			sum += float64(d * d)
		}
	}
	if got := sum / float64(set.Test.Rows); math.Abs(got-52.8965) > 5e-5 { // the figure has four decimals
		t.Errorf("error %v, wanted 52.8965", got)
	}
}

package nn

import (
	"math"
	"testing"
)

// Examples of 60 elements whose variances fall by a factor of 0.8 from one
// direction to the next: found by chance, the first components are those of the
// whole covariance.
func TestComponentsFoundByChanceAreTheExactOnes(t *testing.T) {
	x := NewMatrix(500, 60)
	drawn := make([]float32, 500*60)
	GeneratorNormals(drawn, 7, 0)
	scale := float32(1)
	for j := range x.Cols {
		for i := range x.Rows {
			e := scale * drawn[i*60+j]
			for c := range x.Cols { // spread over all elements, by a reflection
				v := float32(-2.0 / 60)
				if c == j {
					v++
				}
				x.Row(i)[c] += v*e + 0.1
			}
		}
		scale *= float32(math.Sqrt(0.8))
	}
	s := NewStatistics(x, 1)
	exact, err := s.Decomposition()
	if err != nil {
		t.Fatal(err)
	}
	found, err := decomposeWide(x, s.Mean(), 12)
	if err != nil {
		t.Fatal(err)
	}
	if found.Rank() != 12 {
		t.Fatalf("want 12 components, got %d", found.Rank())
	}
	for i, v := range found.Variances {
		holds(t, "variance", v/exact.Variances[i], 1, 1e-9)
		holds(t, "component", innerProduct(found.Components.RawRowView(i), exact.Components.RawRowView(i)), 1, 1e-6)
	}
	test := made(40, 60, 3)
	want := exact.Ladder(test)
	for k, mse := range found.Ladder(test) {
		holds(t, "error", mse/want[k], 1, 1e-9)
	}
}

// More elements than the covariance is worked out for.
func TestWideDataHaveComponents(t *testing.T) {
	x := made(30, ExactColumns+4, 1)
	d, err := NewStatistics(x, 1).Decomposition()
	if err != nil {
		t.Fatal(err)
	}
	if d.Rank() != 29 {
		t.Errorf("30 examples lie in 29 dimensions about their mean, got %d", d.Rank())
	}
	if ladder := d.Ladder(x); ladder[29] > 1e-6*ladder[0] {
		t.Errorf("all components leave %v of %v", ladder[29], ladder[0])
	}
}

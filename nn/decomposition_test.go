package nn

import (
	"math"
	"slices"
	"testing"
)

func TestLadderAgreesWithReconstructions(t *testing.T) {
	train, test := uniform(300, 7, 1), uniform(50, 7, 2)
	s := NewStatistics(train, 1)
	d, err := s.Decomposition()
	if err != nil {
		t.Fatal(err)
	}
	ladder := d.Ladder(test)
	if len(ladder) != 8 || d.Rank() != 7 {
		t.Fatalf("7 components, got rank %d and a ladder of %d", d.Rank(), len(ladder))
	}
	for k, want := range ladder {
		p := newProjection(s.Mean(), d.First(k))
		got := Measure(p, test, Traits{Shape: Shape{7}, High: 1})["mse"]
		// Reconstructions are rounded to float32.
		if math.Abs(got-want) > 1e-7 {
			t.Errorf("%d components: %g, ladder %g", k, got, want)
		}
	}
}

func TestComponentsAreOrthonormalAndSigned(t *testing.T) {
	d, err := NewStatistics(uniform(100, 9, 3), 1).Decomposition()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		largest := 0.0
		for j := range 9 {
			dot := 0.0
			for k := range 9 {
				dot += d.Components.At(i, k) * d.Components.At(j, k)
			}
			want := 0.0
			if i == j {
				want = 1
			}
			if math.Abs(dot-want) > 1e-12 {
				t.Errorf("component %d·%d = %g", i, j, dot)
			}
			if e := d.Components.At(i, j); math.Abs(e) > math.Abs(largest) {
				largest = e
			}
		}
		if largest <= 0 {
			t.Errorf("component %d: its largest element is %g", i, largest)
		}
	}
}

func TestCodeBeyondTheRankUsesAllComponents(t *testing.T) {
	x := uniform(4, 6, 1) // 4 examples span 3 dimensions
	p, err := (&PCA{Code: 5}).fit(NewStatistics(x, 1))
	if err != nil {
		t.Fatal(err)
	}
	if p.Components() != 3 {
		t.Errorf("3 components, got %d", p.Components())
	}
}

func TestThreadsChangeNoBitsOfPCA(t *testing.T) {
	x := uniform(300, 60, 4)
	fit := func(threads int) ([]float64, []float64) {
		d, err := NewStatistics(x, threads).Decomposition()
		if err != nil {
			t.Fatal(err)
		}
		return d.Components.RawMatrix().Data, d.Ladder(x)
	}
	components, ladder := fit(1)
	for _, threads := range []int{2, 8} {
		c, l := fit(threads)
		if !slices.Equal(c, components) || !slices.Equal(l, ladder) {
			t.Errorf("%d threads give other bits than 1", threads)
		}
	}
}

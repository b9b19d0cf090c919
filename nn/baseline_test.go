package nn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// The figures are scipy.ndimage.median_filter's with mode='nearest'.
func TestMediansAgreeWithScipy(t *testing.T) {
	x := made(1, 20, 4)
	y := make([]float32, 20)
	medians(y, x.Data, Shape{4, 5, 1}, 1, nil)
	want := []float32{
		0.378, 0.462, 0.462, 0.462, 0.836, 0.294, 0.378, 0.462, 0.481, 0.565,
		0.649, 0.397, 0.397, 0.481, 0.565, 0.668, 0.668, 0.397, 0.397, 0.481,
	}
	for i, v := range want {
		if y[i] != v {
			t.Errorf("pixel %d is %v, want %v", i, y[i], v)
		}
	}
	medians(y, x.Data, Shape{4, 5, 1}, 2, nil)
	sum := 0.0
	for _, v := range y {
		sum += float64(v)
	}
	holds(t, "sum", sum, 10.299998, 1e-5)
}

// The scores are the mean distances that scikit-learn's NearestNeighbors finds, and
// reconstructions the means of the five examples that sorting finds.
func TestNearestNeighboursAgreeWithScikitLearn(t *testing.T) {
	model, err := (&NearestNeighbours{K: 5}).Fit(NewStatistics(made(120, 4, 0), 1))
	if err != nil {
		t.Fatal(err)
	}
	scores := model.(scorer).scores(made(80, 4, 77))
	mean := 0.0
	for _, score := range scores {
		mean += score / 80
	}
	holds(t, "first score", scores[0], 0.229735345057261, 1e-7) // float32 rounds the differences
	holds(t, "mean", mean, 0.19860324295130893, 1e-7)
	train, test := made(120, 4, 0), made(80, 4, 77)
	y := model.Forward(test)
	for i := range test.Rows {
		rows := make([]int, train.Rows)
		for row := range rows {
			rows[row] = row
		}
		slices.SortFunc(rows, func(a, b int) int {
			return cmp.Compare(kernel.SquaredError(train.Row(a), test.Row(i)), kernel.SquaredError(train.Row(b), test.Row(i)))
		})
		for j := range test.Cols {
			mean := 0.0
			for _, row := range rows[:5] {
				mean += float64(train.Row(row)[j]) / 5
			}
			holds(t, fmt.Sprintf("example %d, element %d", i, j), float64(y.Row(i)[j]), mean, 1e-6)
		}
	}
}

// A picture that is smooth, with noise: each filter takes noise away, less than
// is needed leaves it, and the choice is the best of all that are tried.
func TestDenoisingBaselinesTakeNoiseAway(t *testing.T) {
	const side = 12
	data := Traits{Shape: Shape{side, side, 1}, Low: 0, High: 1, Validation: true}
	x := NewMatrix(120, side*side)
	for i := range x.Rows {
		for j := range x.Cols {
			x.Row(i)[j] = float32(0.5 + 0.4*math.Sin(float64(i)+float64(j%side)/4)*math.Cos(float64(i*i)+float64(j/side)/5))
		}
	}
	s := NewStatistics(x.Slice(0, 60), 1).With(data, x.Slice(60, 90))
	test := x.Slice(90, 120)
	damaged := noisy(test, 0.2)
	before := Measure(same{}, damaged, data)["mse"]
	if before != 0 {
		t.Errorf("identity reconstructs all of it, got %v", before)
	}
	splits := &Splits{Traits: data, Train: s.x, Test: test, Statistics: s}
	left := NewSubject(same{}, splits).measure(damaged, test)["mse"]
	holds(t, "noise", left, 0.04, 0.005) // its variance
	for name, baseline := range map[string]Baseline{"median": &MedianFilter{0.2}, "gaussian-filter": &GaussianFilter{0.2}, "pca-denoising": &DenoisingPCA{0.2}} {
		model, err := baseline.Fit(s)
		if err != nil {
			t.Fatal(err)
		}
		subject := NewSubject(model, splits)
		if got := subject.measure(subject.reconstruct(damaged), test)["mse"]; got > left/3 {
			t.Errorf("%s leaves %v of %v", name, got, left)
		}
	}
	for _, particular := range []particular{&MedianFilter{}, &GaussianFilter{}} {
		if particular.Check(Traits{Shape: Shape{9}}) == nil || particular.Check(data) != nil {
			t.Errorf("%T takes pictures alone", particular)
		}
	}
}

// The examples lie on a plane, so that two components hold all of them, and
// further ones hold noise alone.
func TestDenoisingPCAKeepsWhatHoldsMoreThanNoise(t *testing.T) {
	x := NewMatrix(400, 10)
	noise := make([]float32, 800)
	GeneratorNormals(noise, 4, 0)
	for i := range x.Rows {
		for j := range x.Cols {
			x.Row(i)[j] = noise[2*i]*float32(j) + noise[2*i+1]*float32(j*j%7) + 0.001*float32((i*7919+j*31)%100)
		}
	}
	s := NewStatistics(x.Slice(0, 300), 1).With(Traits{Shape: Shape{10}}, x.Slice(300, 400))
	model, err := (&DenoisingPCA{Noise: 0.5}).Fit(s)
	if err != nil {
		t.Fatal(err)
	}
	if kept := model.(*Projection).Components(); kept != 2 {
		t.Errorf("2 components hold more than the noise, got %d", kept)
	}
}

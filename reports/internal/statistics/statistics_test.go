package statistics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// darwin are the differences in height, in eighths of an inch, of crossed and
// self-fertilised maize (Darwin 1876), on which Fisher showed the test.
var darwin = []float64{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48}

// Two settings over 8 seeds. What scipy 1.10 says of them stands in the tests.
var (
	first  = []float64{0.0197, 0.0203, 0.0191, 0.0212, 0.0199, 0.0188, 0.0207, 0.0201}
	second = []float64{0.0205, 0.0201, 0.0204, 0.0215, 0.0209, 0.0193, 0.0206, 0.0213}
)

func differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: want %v ± %v, got %v", what, want, tolerance, got)
	}
}

func TestSignFlipEqualsWhatWasPublished(t *testing.T) {
	// Fisher counts 863 of 32,768 patterns to the side of the sum.
	near(t, "Darwin's maize, one-sided", OneSided(darwin), 863.0/32768, 0)
	near(t, "Darwin's maize, two-sided", SignFlip(darwin), 1726.0/32768, 0)
	// scipy.stats.permutation_test(…, permutation_type="samples", n_resamples=inf)
	near(t, "two settings, two-sided", SignFlip(differences(first, second)), 0.0390625, 0)
	near(t, "two settings, one-sided", OneSided(differences(first, second)), 0.01953125, 0)
	near(t, "with ties among the sums", SignFlip([]float64{0.3, -0.1, 0.25, 0.4, 0.05}), 0.1875, 0)
}

func TestSignFlipByHand(t *testing.T) {
	tests := []struct {
		differences []float64
		want        float64
	}{
		{nil, 1},
		{[]float64{3}, 1},
		{[]float64{1, 1}, 0.5},
		{[]float64{1, -1}, 1},
		{[]float64{0, 0, 0}, 1},
		{[]float64{1, 2, 4}, 0.25}, // 7 and −7 of 8
		{[]float64{1, 2, -4}, 1},   // only ±1 of ±1, ±3, ±5, ±7 is as near: all are as far
		{[]float64{-1, 2, 4}, 0.5}, // ±5, ±7
		{[]float64{0.1, 0.2, 0.3, 0}, 0.25},
	}
	for _, test := range tests {
		if got := SignFlip(test.differences); got != test.want {
			t.Errorf("%v: want %v, got %v", test.differences, test.want, got)
		}
	}
}

// The counting from halves is the plain loop over all patterns.
func TestSignFlipCountsAllPatterns(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 3))
	for n := 1; n <= 13; n++ {
		d := make([]float64, n)
		actual := 0.0
		for i := range d {
			d[i] = math.Round(source.NormFloat64() * 4) // small whole numbers tie often
			actual += d[i]
		}
		extreme := 0
		for pattern := range 1 << n {
			sum := 0.0
			for i, x := range d {
				sum += x * float64(1-2*(pattern>>i&1))
			}
			if math.Abs(sum) >= math.Abs(actual) {
				extreme++
			}
		}
		if got, want := SignFlip(d), float64(extreme)/math.Ldexp(1, n); got != want {
			t.Errorf("%v: want %v, got %v", d, want, got)
		}
	}
}

// Of 35 differences, p is 0.037210 (counted in numpy from the sums of halves).
// 100,000 patterns leave a standard error of 0.0006.
func TestSignFlipOfManyIsEstimated(t *testing.T) {
	var d []float64
	d = append(d, darwin...)
	for _, x := range darwin {
		d = append(d, x/2+3)
	}
	for _, x := range darwin[:5] {
		d = append(d, x-20)
	}
	near(t, "35 differences", SignFlip(d), 0.03720951807918027, 0.002)
	if SignFlip(d) != SignFlip(d) {
		t.Error("it depends on more than the differences")
	}
}

func TestOneSidedByHand(t *testing.T) {
	for _, test := range []struct {
		differences []float64
		want        float64
	}{
		{[]float64{-1}, 0.5},
		{[]float64{-1, -2, -3}, 1.0 / 8},
		{[]float64{-1, -2, 3}, 5.0 / 8}, // sum 0: −−−, and all patterns with a sum of at least 0
		{[]float64{1, 2, 3, 4}, 1.0 / 16},
		{[]float64{1, -2, 3, 4}, 3.0 / 16}, // sums 10, 8 and 6
	} {
		if got := OneSided(test.differences); got != test.want {
			t.Errorf("%v: want %v, got %v", test.differences, test.want, got)
		}
	}
}

func TestNeededIsTheLeastThatCanDecide(t *testing.T) {
	// 2^(1−6) = 0.03125 is the first at most 0.05; of 10 comparisons, 10·2^(1−9) = 0.039.
	for comparisons, want := range map[int]int{1: 6, 10: 9} {
		if got := Needed(comparisons, 0.05); got != want {
			t.Errorf("%d comparisons: want %d, got %d", comparisons, want, got)
		}
	}
	near(t, "least p of 5", Floor(5), SignFlip([]float64{1, 1, 1, 1, 1}), 0)
}

// The example of Holm's correction in R's documentation of p.adjust is random;
// these are by hand: 3·0.01, then 2·0.02 but not below, then 0.04.
func TestHolm(t *testing.T) {
	got := Holm([]float64{0.04, 0.01, 0.02})
	for i, want := range []float64{0.04, 0.03, 0.04} {
		near(t, "corrected", got[i], want, 1e-15)
	}
	got = Holm([]float64{0.5, 0.6})
	near(t, "at most 1", got[0], 1, 0)
	near(t, "not below the one before", got[1], 1, 0)
	if len(Holm(nil)) != 0 {
		t.Error("none of none")
	}
}

func TestDescriptions(t *testing.T) {
	mean, deviation := Mean([]float64{2, 4, 4, 4, 5, 5, 7, 9})
	near(t, "mean", mean, 5, 1e-15)
	near(t, "deviation", deviation, math.Sqrt(32.0/7), 1e-15)
	mean, deviation = Mean([]float64{0.1, 0.1, 0.1})
	near(t, "mean of equal numbers", mean, 0.1, 0)
	near(t, "deviation of equal numbers", deviation, 0, 0)
	near(t, "median of an odd number", Median([]float64{5, 1, 3}), 3, 0)
	near(t, "median of an even number", Median([]float64{4, 1, 3, 2}), 2.5, 0)
	// Computed in numpy: d = −1.0513, times 1 − 3/27.
	near(t, "effect", Effect(differences(first, second)), -0.9345021920672835, 1e-12)
	if !math.IsNaN(Effect([]float64{1, 2})) {
		t.Error("two differences have an effect")
	}
}

// scipy.stats.bootstrap with 400,000 resamples; its ends vary by about a
// hundredth of the width with 9,999.
func TestIntervalsEqualThoseOfScipy(t *testing.T) {
	tests := []struct {
		name      string
		of        func([]float64, float64) (float64, float64)
		values    []float64
		low, high float64
	}{
		{"mean", MeanInterval, first, 0.0194625, 0.020475},
		{"mean of a skewed sample", MeanInterval, []float64{1, 2, 3, 4, 100}, 2.0, 80.6},
		{"mean of Darwin's", MeanInterval, darwin, -1.6666666666666667, 36.333333333333336},
		// Of 11 numbers, 6 or more draws of 11 fall on the lowest 2 with a chance of 0.008, on the lowest 3 of 0.05.
		{"median of 11", MedianInterval, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 3, 9},
		{"median of a skewed sample", MedianInterval, []float64{1, 2, 3, 4, 100}, 1, 100},
	}
	for _, test := range tests {
		low, high := test.of(test.values, 0.95)
		tolerance := 0.03 * (test.high - test.low)
		near(t, test.name+", low", low, test.low, tolerance)
		near(t, test.name+", high", high, test.high, tolerance)
	}
	if low, high := MeanInterval([]float64{3, 3, 3}, 0.95); low != 3 || high != 3 {
		t.Errorf("equal numbers: got %v to %v", low, high)
	}
}

// An interval of 95 % from 20 normal numbers holds the mean in about 93 of 100
// samples (bootstraps of few numbers are known to be narrow); the standard
// error of 400 samples is 0.013.
func TestIntervalCoversTheMean(t *testing.T) {
	source := rand.New(rand.NewPCG(4, 4))
	covered := 0
	for range 400 {
		values := make([]float64, 20)
		for i := range values {
			values[i] = source.NormFloat64()
		}
		if low, high := MeanInterval(values, 0.95); low <= 0 && 0 <= high {
			covered++
		}
	}
	near(t, "coverage", float64(covered)/400, 0.93, 0.04)
}

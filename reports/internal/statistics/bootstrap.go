package statistics

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// resamples is how many resamples an interval rests on.
const resamples = 9999

// MeanInterval returns the bootstrap interval of a mean, bias-corrected and
// accelerated (Efron 1987, Better bootstrap confidence intervals, section 3),
// from 9,999 resamples of a fixed seed. Few numbers make it too narrow, as they
// do every bootstrap; for fewer than two it is the number itself.
func MeanInterval(values []float64, level float64) (low, high float64) {
	mean := func(some []float64) float64 {
		m, _ := Mean(some)
		return m
	}
	drawn, ok := bootstrap(values, mean)
	if !ok {
		return values[0], values[0]
	}
	normal := distuv.UnitNormal
	bias := normal.Quantile(shareBelow(drawn, mean(values)))
	acceleration := accelerationOf(values)
	end := func(alpha float64) float64 {
		z := bias + normal.Quantile(alpha)
		return quantile(drawn, normal.CDF(bias+z/(1-acceleration*z)))
	}
	return end((1 - level) / 2), end((1 + level) / 2)
}

// MedianInterval returns the percentile bootstrap interval of a median (Efron
// 1979): the jackknife that acceleration needs fails for medians.
func MedianInterval(values []float64, level float64) (low, high float64) {
	drawn, ok := bootstrap(values, Median)
	if !ok {
		return values[0], values[0]
	}
	return quantile(drawn, (1-level)/2), quantile(drawn, (1+level)/2)
}

// bootstrap returns the statistic of resamples with replacement, ascending. It
// reports false where all numbers are equal.
func bootstrap(values []float64, statistic func([]float64) float64) ([]float64, bool) {
	if slices.Min(values) == slices.Max(values) {
		return nil, false
	}
	source := rand.NewPCG(2, 2)
	sample, out := make([]float64, len(values)), make([]float64, resamples)
	for r := range out {
		for i := range sample {
			sample[i] = values[draw(source.Uint64(), len(values))]
		}
		out[r] = statistic(sample)
	}
	slices.Sort(out)
	return out, true
}

// shareBelow is the share of drawn statistics below the actual one, half of the
// equal ones among them.
func shareBelow(drawn []float64, actual float64) float64 {
	margin := 1e-12 * (math.Abs(drawn[0]) + math.Abs(drawn[len(drawn)-1]))
	below, _ := slices.BinarySearch(drawn, actual-margin)
	upTo, _ := slices.BinarySearch(drawn, actual+margin)
	return float64(below+upTo) / 2 / float64(len(drawn))
}

// accelerationOf is how fast the standard error of a mean changes with it, by
// the jackknife: the third moment of the numbers about their mean over six times
// the 3/2 power of the second.
func accelerationOf(values []float64) float64 {
	mean, _ := Mean(values)
	var second, third float64
	for _, v := range values {
		// The mean without v lies (mean − v)/(n − 1) above the mean.
		d := v - mean
		second += d * d
		third += d * d * d
	}
	return third / (6 * math.Pow(second, 1.5))
}

// quantile interpolates linearly between ascending numbers.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-2)
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

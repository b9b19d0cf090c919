package nn

import "slices"

// informationBins is how many intervals of equal width units of the code, and
// factors of more values, are cut into (Locatello et al. 2019, appendix C).
const informationBins = 20

// informationGap is the mutual information gap of Chen et al. 2018: for each
// factor, how much more the unit of the code that tells most of it tells than the
// next, as a share of the factor's entropy; the mean over factors that vary.
func informationGap(h, factors *Matrix) float64 {
	gap, varying := 0.0, 0
	for j := range factors.Cols {
		factor, values := cut(factors, j)
		var told []float64
		entropy := 0.0
		for unit := range h.Cols {
			code, bins := cut(h, unit)
			var mutual float64
			entropy, _, mutual = information(contingency(factor, code, values, bins))
			told = append(told, mutual)
		}
		if entropy == 0 {
			continue
		}
		varying++
		slices.Sort(told)
		most := told[len(told)-1]
		if len(told) > 1 {
			most -= told[len(told)-2]
		}
		gap += most / entropy
	}
	return gap / float64(max(1, varying))
}

// cut numbers the values of a column, or the intervals that they lie in where
// there are more than informationBins.
func cut(x *Matrix, column int) (numbers []int32, n int) {
	values := make([]float32, x.Rows)
	for i := range values {
		values[i] = x.Row(i)[column]
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(values)))
	numbers = make([]int32, x.Rows)
	if len(distinct) <= informationBins {
		for i, v := range values {
			at, _ := slices.BinarySearch(distinct, v)
			numbers[i] = int32(at)
		}
		return numbers, len(distinct)
	}
	low, high := float64(distinct[0]), float64(distinct[len(distinct)-1])
	for i, v := range values {
		numbers[i] = min(int32((float64(v)-low)/(high-low)*informationBins), informationBins-1)
	}
	return numbers, informationBins
}

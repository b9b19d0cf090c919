package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// ordered returns the distinct tuples of values, sorted by the first value,
// then the second: numbers by size where all values in that position are
// numbers or absent, words as they first appeared.
func ordered(tuples [][]string) [][]string {
	if len(tuples) == 0 {
		return nil
	}
	ranks := make([]map[string]float64, len(tuples[0]))
	for i := range ranks {
		ranks[i] = rank(tuples, i)
	}
	seen := map[string]bool{}
	var out [][]string
	for _, tuple := range tuples {
		if key := keyOf(tuple); !seen[key] {
			seen[key] = true
			out = append(out, tuple)
		}
	}
	slices.SortStableFunc(out, func(a, b []string) int {
		for i, rank := range ranks {
			if order := cmp.Compare(rank[a[i]], rank[b[i]]); order != 0 {
				return order
			}
		}
		return 0
	})
	return out
}

// rank gives each value in position i its place in the order.
func rank(tuples [][]string, i int) map[string]float64 {
	first, size := map[string]float64{}, map[string]float64{}
	for _, tuple := range tuples {
		value := tuple[i]
		if _, ok := first[value]; ok {
			continue
		}
		first[value] = float64(len(first))
		if value == "" {
			size[value] = math.Inf(-1)
		} else if number, err := strconv.ParseFloat(value, 64); err == nil {
			size[value] = number
		}
	}
	if len(size) == len(first) {
		return size
	}
	return first
}

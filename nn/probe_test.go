package nn

import (
	"cmp"
	"math"
	"slices"
	"testing"
)

// made is a matrix of thousandths, of which Python makes the same:
// ((i·7919 + j·104729 + i·j·31 + i² · 17 + salt) mod 1000)/1000 as float32.
func made(rows, cols, salt int) *Matrix {
	m := NewMatrix(rows, cols)
	for i := range rows {
		for j := range cols {
			m.Row(i)[j] = float32(float64((i*7919+j*104729+i*j*31+i*i*17+salt)%1000) / 1000)
		}
	}
	return m
}

// madeLabels are (a + 0.7·b > 0.6) + (c > 0.7) of the first three columns, in
// float32 as numpy has it.
func madeLabels(m *Matrix) []int32 {
	labels := make([]int32, m.Rows)
	for i := range labels {
		row := m.Row(i)
		if row[0]+float32(row[1]*0.7) > 0.6 {
			labels[i]++
		}
		if row[2] > 0.7 {
			labels[i]++
		}
	}
	return labels
}

func holds(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %.17g, want %.17g", what, got, want)
	}
}

// The figures are those of scikit-learn 1.2.1 on the same arrays:
// RidgeClassifier behind StandardScaler, KNeighborsClassifier(5),
// trustworthiness(n_neighbors=5).
func TestProbesAgreeWithScikitLearn(t *testing.T) {
	train, test := made(120, 4, 0), made(80, 4, 77)
	trainLabels, testLabels := madeLabels(train), madeLabels(test)
	holds(t, "linear probe", linearProbe(train, trainLabels, test, testLabels, 3), 0.7, 1e-12)
	holds(t, "nearest-neighbour probe", knnProbe(train, trainLabels, test, testLabels, 3, 5), 0.775, 1e-12)
	first := NewMatrix(80, 2)
	for i := range first.Rows {
		copy(first.Row(i), test.Row(i)[:2])
	}
	holds(t, "trustworthiness", trustworthiness(test, first, 5), 0.8433333333333333, 1e-12)
	holds(t, "trustworthiness of the examples themselves", trustworthiness(test, test, 5), 1, 0)
}

// normalized_mutual_info_score, mutual_info_score and linear_sum_assignment.
func TestContingencyAgreesWithScikitLearn(t *testing.T) {
	a, b := make([]int32, 80), make([]int32, 80)
	for i := range a {
		a[i], b[i] = int32(i%3), int32((i*7/5)%4)
	}
	counts := contingency(a, b, 3, 4)
	_, _, mutual := information(counts)
	holds(t, "mutual information", mutual, 0.04168960947403816, 1e-14)
	holds(t, "normalised", normalisedInformation(counts), 0.033556385066538186, 1e-14)
	holds(t, "matched", matched(counts), 0.3625, 1e-14)
}

func TestAssignmentIsTheBestOfAll(t *testing.T) {
	costs := made(6, 6, 3)
	cost := func(i, j int) int { return int(1000*costs.Row(i)[j] + 0.5) }
	least := math.MaxInt
	permute(6, func(of []int) {
		sum := 0
		for j, i := range of {
			sum += cost(i, j)
		}
		least = min(least, sum)
	})
	sum := 0
	for j, i := range assignment(6, cost) {
		sum += cost(i, j)
	}
	if sum != least {
		t.Errorf("the assignment costs %d, the best of all %d", sum, least)
	}
}

// permute calls do with each permutation of 0 … n − 1.
func permute(n int, do func(of []int)) {
	of, taken := make([]int, 0, n), make([]bool, n)
	var place func()
	place = func() {
		if len(of) == n {
			do(of)
			return
		}
		for i := range n {
			if taken[i] {
				continue
			}
			taken[i], of = true, append(of, i)
			place()
			taken[i], of = false, of[:len(of)-1]
		}
	}
	place()
}

func TestKMeansFindsClustersThatLieApart(t *testing.T) {
	x := made(90, 3, 1)
	labels := make([]int32, 90)
	for i := range x.Rows {
		labels[i] = int32(i % 3)
		x.Row(i)[i%3] += 10
	}
	holds(t, "accuracy", matched(contingency(labels, kMeans(x, 3), 3, 3)), 1, 0)
}

// The unbiased estimate with scipy's distances, and the leave-one-out accuracy
// of the nearest neighbour.
func TestTwoSamplesAgreeWithScipy(t *testing.T) {
	x, y := made(30, 3, 5), made(40, 3, 333)
	for i, v := range y.Data {
		y.Data[i] = float32(float64(v)*0.8 + 0.1)
	}
	apart := newTwoSamples(x, y)
	holds(t, "squared discrepancy", apart.squaredMMD(), 0.035088543075008194, 1e-8) // distances are float32's
	holds(t, "accuracy", apart.nearestAccuracy(), 0.4857142857142857, 1e-12)
}

func TestNeighboursAreTheNearest(t *testing.T) {
	x, q := made(1500, 5, 9), made(70, 5, 500)
	newNeighbours(x).nearest(q, 7, func(i int) int { return i }, func(i int, found []neighbour) {
		closer := 0
		last := found[len(found)-1]
		for j := range x.Rows {
			d := 0.0
			for c, v := range x.Row(j) {
				e := float64(v) - float64(q.Row(i)[c])
				d += e * e
			}
			if j != i && d < last.squared-1e-6 {
				closer++
			}
		}
		if len(found) != 7 || closer > 6 {
			t.Errorf("row %d: %d rows are closer than the seventh of %v", i, closer, found)
		}
	})
}

// Far from the origin, where float32 products know distances to some 100 alone, the
// neighbours are those that distances in float64 make nearest.
func TestNeighboursFarFromTheOrigin(t *testing.T) {
	x, q := made(1500, 5, 9), made(70, 5, 500)
	for _, m := range []*Matrix{x, q} {
		for i := range m.Data {
			m.Data[i] += float32(20_000 + 1000*(i%5))
		}
	}
	newNeighbours(x).nearest(q, 7, nil, func(i int, found []neighbour) {
		distances := make([]float64, x.Rows)
		for j := range distances {
			for c, v := range x.Row(j) {
				e := float64(v) - float64(q.Row(i)[c])
				distances[j] += e * e
			}
		}
		for k, want := range sorted(distances)[:7] {
			if got := distances[found[k].row]; math.Abs(got-want) > 1e-9 {
				t.Errorf("row %d: neighbour %d is %v away, want %v", i, k, got, want)
			}
		}
	})
}

// Clusters whose width is lost in the products of their centres, equal rows among
// them: distances in float64 settle it, and of equal ones the first row counts.
func TestNeighboursInClustersFarApart(t *testing.T) {
	x, q := made(900, 3, 9), made(60, 3, 500)
	for _, m := range []*Matrix{x, q} {
		for i := range m.Rows {
			for j := range m.Row(i) {
				m.Row(i)[j] = m.Row(i)[j]/64 + float32(4000*(i%2)-2000)
			}
		}
	}
	for i := 100; i < 120; i++ {
		copy(x.Row(i), x.Row(100))
	}
	copy(q.Row(0), x.Row(100))
	newNeighbours(x).nearest(q, 5, func(i int) int { return 100 - i }, func(i int, found []neighbour) {
		var all []neighbour
		for j := range x.Rows {
			d := 0.0
			for c, v := range x.Row(j) {
				e := float64(v) - float64(q.Row(i)[c])
				d += e * e
			}
			if j != 100-i {
				all = append(all, neighbour{j, d})
			}
		}
		slices.SortStableFunc(all, func(a, b neighbour) int { return cmp.Compare(a.squared, b.squared) })
		for k, want := range all[:5] {
			if found[k].row != want.row {
				t.Errorf("row %d: neighbour %d is %v, want %v", i, k, found[k], want)
			}
		}
	})
}

// With independent factors, a code that is a factor each tells all of it by one
// unit: the gap is 1. Where two units are the same, there is none.
func TestInformationGap(t *testing.T) {
	h, factors := NewMatrix(100, 3), NewMatrix(100, 2)
	for i := range h.Rows {
		factors.Row(i)[0], factors.Row(i)[1] = float32(i%10), float32(i/10)
		h.Row(i)[0], h.Row(i)[1], h.Row(i)[2] = float32(i%10), float32(-i/10), 4
	}
	holds(t, "gap", informationGap(h, factors), 1, 1e-12)
	for i := range h.Rows {
		h.Row(i)[2] = h.Row(i)[0]
	}
	holds(t, "gap of a code that says one thing twice", informationGap(h, factors), 0.5, 1e-12)
}

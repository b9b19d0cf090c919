package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// clusterStarts is how often k-means begins anew; the tightest clusters count.
const clusterStarts = 10

// kMeans returns the cluster of each row of x, of k that Lloyd's algorithm finds
// from centres drawn as k-means++ does (Arthur and Vassilvitskii 2007).
func kMeans(x *Matrix, k int) []int32 {
	k = min(k, x.Rows)
	var found []int32
	least := math.Inf(1)
	for start := range clusterStarts {
		centres := firstCentres(x, k, start)
		clusters := make([]int32, x.Rows)
		inertia := math.Inf(1)
		for range 300 {
			now := assign(clusters, x, centres)
			if now >= inertia {
				break
			}
			inertia = now
			recentre(centres, x, clusters)
		}
		if inertia < least {
			least, found = inertia, clusters
		}
	}
	return found
}

// firstCentres draws rows, each with a chance that grows with the squared
// distance from those drawn before.
func firstCentres(x *Matrix, k, start int) []float64 {
	drawn := make([]float32, k)
	kernel.Stream{Purpose: purposeEvaluation, Epoch: evaluationClusters, Step: uint32(start)}.Uniforms(drawn, 0)
	centres := make([]float64, 0, k*x.Cols)
	squared := make([]float64, x.Rows)
	for i := range squared {
		squared[i] = 1
	}
	for c := range k {
		total := 0.0
		for _, d := range squared {
			total += d
		}
		left, row := float64(float64(drawn[c])*total), 0
		for row < x.Rows-1 && left >= squared[row] {
			left -= squared[row]
			row++
		}
		for _, v := range x.Row(row) {
			centres = append(centres, float64(v))
		}
		for i := range squared {
			d := squaredTo(x.Row(i), centres[c*x.Cols:])
			if c == 0 || d < squared[i] {
				squared[i] = d
			}
		}
	}
	return centres
}

func squaredTo(row []float32, centre []float64) float64 {
	sum := 0.0
	for j, v := range row {
		d := float64(v) - centre[j]
		sum += float64(d * d)
	}
	return sum
}

// assign sets the cluster of each row to the nearest centre, and returns the sum
// of squared distances.
func assign(clusters []int32, x *Matrix, centres []float64) float64 {
	inertia := 0.0
	for i := range clusters {
		least := math.Inf(1)
		for c := 0; c*x.Cols < len(centres); c++ {
			if d := squaredTo(x.Row(i), centres[c*x.Cols:]); d < least {
				least, clusters[i] = d, int32(c)
			}
		}
		inertia += least
	}
	return inertia
}

// recentre moves centres to the means of their clusters. An empty one stays.
func recentre(centres []float64, x *Matrix, clusters []int32) {
	sums, counts := make([]float64, len(centres)), make([]int, len(centres)/x.Cols)
	for i, c := range clusters {
		counts[c]++
		for j, v := range x.Row(i) {
			sums[int(c)*x.Cols+j] += float64(v)
		}
	}
	for c, n := range counts {
		for j := range x.Cols {
			if n > 0 {
				centres[c*x.Cols+j] = sums[c*x.Cols+j] / float64(n)
			}
		}
	}
}

// contingency counts how often values of a and b, below n and m, come together.
func contingency(a, b []int32, n, m int) [][]int {
	counts := make([][]int, n)
	for i := range counts {
		counts[i] = make([]int, m)
	}
	for i, v := range a {
		counts[v][b[i]]++
	}
	return counts
}

// information returns the entropies of rows and columns of a contingency table,
// and their mutual information, in nats.
func information(counts [][]int) (rows, columns, mutual float64) {
	total := 0
	byColumn := make([]int, len(counts[0]))
	byRow := make([]int, len(counts))
	for i, row := range counts {
		for j, n := range row {
			total += n
			byRow[i] += n
			byColumn[j] += n
		}
	}
	rows, columns = entropyOf(byRow, total), entropyOf(byColumn, total)
	for i, row := range counts {
		for j, n := range row {
			if n > 0 {
				p := float64(n) / float64(total)
				mutual += float64(p * kernel.Log64(float64(n)*float64(total)/(float64(byRow[i])*float64(byColumn[j]))))
			}
		}
	}
	return rows, columns, mutual
}

func entropyOf(counts []int, total int) float64 {
	sum := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(total)
			sum -= float64(p * kernel.Log64(p))
		}
	}
	return sum
}

// normalisedInformation is the mutual information divided by the mean of the
// entropies, as scikit-learn's normalized_mutual_info_score is.
func normalisedInformation(counts [][]int) float64 {
	rows, columns, mutual := information(counts)
	if rows+columns == 0 {
		return 1
	}
	return 2 * mutual / (rows + columns)
}

// matched returns the largest share of examples that a one-to-one match of rows
// and columns puts together: the assignment problem, by shortest augmenting
// paths (Jonker and Volgenant 1987).
func matched(counts [][]int) float64 {
	n, total, together := max(len(counts), len(counts[0])), 0, 0
	cost := func(i, j int) int {
		if i < len(counts) && j < len(counts[0]) {
			return -counts[i][j]
		}
		return 0
	}
	for _, row := range counts {
		for _, c := range row {
			total += c
		}
	}
	of := assignment(n, cost)
	for j, i := range of {
		together -= cost(i, j)
	}
	return float64(together) / float64(total)
}

// assignment returns the row of each column in the cheapest one-to-one match.
func assignment(n int, cost func(i, j int) int) []int {
	u, v := make([]int, n+1), make([]int, n+1)
	match, way := make([]int, n+1), make([]int, n+1) // counted from 1; 0 is none
	for i := 1; i <= n; i++ {
		match[0] = i
		j := 0
		least, used := make([]int, n+1), make([]bool, n+1)
		for k := range least {
			least[k] = math.MaxInt
		}
		for match[j] != 0 {
			used[j] = true
			row, delta, next := match[j], math.MaxInt, 0
			for k := 1; k <= n; k++ {
				if used[k] {
					continue
				}
				if c := cost(row-1, k-1) - u[row] - v[k]; c < least[k] {
					least[k], way[k] = c, j
				}
				if least[k] < delta {
					delta, next = least[k], k
				}
			}
			for k := range n + 1 {
				if used[k] {
					u[match[k]] += delta
					v[k] -= delta
				} else if least[k] != math.MaxInt {
					least[k] -= delta
				}
			}
			j = next
		}
		for j != 0 {
			match[j], j = match[way[j]], way[j]
		}
	}
	for k := range n {
		match[k] = match[k+1] - 1
	}
	return match[:n]
}

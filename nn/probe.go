package nn

import (
	"math"

	"hourglass.dev/hourglass/nn/internal/kernel"
)

// ridge is the penalty of linear probes, as large as scikit-learn's
// RidgeClassifier takes by default.
const ridge = 1.0

// linearProbe fits a linear classifier to codes, by least squares with a ridge
// on targets of 1 for the class and −1 for others, and returns its accuracy on
// other codes. Codes are centred and divided by their deviation in training: it is
// scikit-learn's RidgeClassifier behind a StandardScaler.
func linearProbe(train *Matrix, trainLabels []int32, test *Matrix, testLabels []int32, classes int) float64 {
	x, z := standardised(train, train), standardised(train, test)
	n := train.Cols
	gram, target := make([]float64, n*n), make([]float64, n*classes)
	offset := make([]float64, classes) // the mean of the targets
	for i, label := range trainLabels {
		row := x[i*n : (i+1)*n]
		for j, a := range row {
			for k, b := range row[:j+1] {
				gram[j*n+k] += float64(a * b)
			}
			for c := range classes {
				target[j*classes+c] += float64(a * sign(int(label) == c))
			}
		}
		for c := range classes {
			offset[c] += sign(int(label) == c) / float64(len(trainLabels))
		}
	}
	for j := range n {
		gram[j*n+j] += ridge
		for k := range j {
			gram[k*n+j] = gram[j*n+k]
		}
	}
	weights := solve(Cholesky(gram, n), target, n, classes)
	right := 0
	for i, label := range testLabels {
		if best(z[i*n:(i+1)*n], weights, offset) == int(label) {
			right++
		}
	}
	return float64(right) / float64(len(testLabels))
}

func sign(positive bool) float64 {
	if positive {
		return 1
	}
	return -1
}

// best returns the class with the largest score.
func best(row, weights, offset []float64) int {
	chosen, largest := 0, math.Inf(-1)
	for c, score := range offset {
		for j, v := range row {
			score += float64(v * weights[j*len(offset)+c])
		}
		if score > largest {
			chosen, largest = c, score
		}
	}
	return chosen
}

// standardised returns the rows of x, less the mean of those of by, divided by
// their deviation (as it is in the population) where there is any.
func standardised(by, x *Matrix) []float64 {
	n := by.Cols
	mean, covariance := codeMoments(by)
	out := make([]float64, len(x.Data))
	for i, v := range x.Data {
		j := i % n
		out[i] = float64(v) - mean[j]
		if deviation := math.Sqrt(covariance[j*n+j]); deviation > 0 {
			out[i] /= deviation
		}
	}
	return out
}

// solve returns x with L·Lᵀ·x = b, given L, n × n, and b, n × columns.
func solve(l, b []float64, n, columns int) []float64 {
	x := make([]float64, len(b))
	copy(x, b)
	for c := range columns {
		for i := range n {
			for k := range i {
				x[i*columns+c] -= float64(l[i*n+k] * x[k*columns+c])
			}
			x[i*columns+c] /= l[i*n+i]
		}
		for i := n - 1; i >= 0; i-- {
			for k := i + 1; k < n; k++ {
				x[i*columns+c] -= float64(l[k*n+i] * x[k*columns+c])
			}
			x[i*columns+c] /= l[i*n+i]
		}
	}
	return x
}

// knnProbe returns how often most of the k nearest codes of training examples
// are of an example's class; of several that are equally frequent the first
// counts, as in scikit-learn's KNeighborsClassifier.
func knnProbe(train *Matrix, trainLabels []int32, test *Matrix, testLabels []int32, classes, k int) float64 {
	right := 0
	newNeighbours(train).nearest(test, k, nil, func(i int, found []neighbour) {
		votes := make([]int, classes)
		for _, n := range found {
			votes[trainLabels[n.row]]++
		}
		if most(votes) == int(testLabels[i]) {
			right++
		}
	})
	return float64(right) / float64(len(testLabels))
}

func most(votes []int) int {
	at := 0
	for i, n := range votes {
		if n > votes[at] {
			at = i
		}
	}
	return at
}

// trustworthiness tells how far the k nearest neighbours among codes h are
// neighbours among the examples x (Venna and Kaski 2001), as scikit-learn does:
// 1 − 2/(n·k·(2n − 3k − 1)) · Σ max(0, rank among examples − k).
func trustworthiness(x, h *Matrix, k int) float64 {
	n := x.Rows
	squared := make([]float64, n) // distances among the examples
	penalty := 0
	newNeighbours(h).nearest(h, k, func(i int) int { return i }, func(i int, found []neighbour) {
		for j := range squared {
			squared[j] = kernel.SquaredError(x.Row(i), x.Row(j))
		}
		for _, e := range found {
			rank := 1
			for j, d := range squared {
				if j != i && (d < squared[e.row] || d == squared[e.row] && j < e.row) {
					rank++
				}
			}
			penalty += max(0, rank-k)
		}
	})
	scale := 2 / (float64(n) * float64(k) * float64(2*n-3*k-1))
	return 1 - float64(scale*float64(penalty))
}

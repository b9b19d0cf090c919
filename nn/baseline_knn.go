package nn

import (
	"math"

	"hourglass.dev/hourglass/registry"
)

func init() {
	registry.Add[NearestNeighbours](baselines, "knn", "the nearest training examples: their mean as reconstruction, their distance as anomaly score")
}

// NearestNeighbours reconstructs an example as the mean of its nearest training
// examples. Its anomaly score is the mean distance to them (Ramaswamy, Rastogi and
// Shim 2000; Angiulli and Pizzuti 2002).
type NearestNeighbours struct {
	K int `default:"5" range:"[1, 100]" short:"yes" doc:"number of neighbours"`
}

// Fit keeps the training split.
func (n *NearestNeighbours) Fit(s *Statistics) (Fitted, error) {
	return &nearest{k: n.K, among: newNeighbours(s.x), y: newBuffer(evaluationRows, s.x.Cols)}, nil
}

type nearest struct {
	k     int
	among *neighbours
	y     buffer
}

func (n *nearest) Forward(x *Matrix) *Matrix {
	y := n.y.of(x.Rows)
	sum := make([]float64, x.Cols)
	n.among.nearest(x, n.k, nil, func(i int, found []neighbour) {
		clear(sum)
		for _, e := range found {
			for j, v := range n.among.x.Row(e.row) {
				sum[j] += float64(v)
			}
		}
		for j, v := range sum {
			y.Row(i)[j] = float32(v / float64(len(found)))
		}
	})
	return y
}

func (n *nearest) scores(x *Matrix) []float64 {
	scores := make([]float64, x.Rows)
	n.among.nearest(x, n.k, nil, func(i int, found []neighbour) {
		for _, e := range found {
			scores[i] += math.Sqrt(e.squared) / float64(len(found))
		}
	})
	return scores
}

// Parameters counts the numbers that are kept.
func (n *nearest) Parameters() int { return len(n.among.x.Data) }

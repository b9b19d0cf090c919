package nn

import (
	"cmp"
	"slices"
)

// ranking is how well scores tell positive examples from negative ones. All
// its figures are those of scikit-learn.
type ranking struct {
	scores               []float64
	positive             []bool
	order                []int // falling scores
	positives, negatives int
}

func newRanking(scores []float64, positive []bool) *ranking {
	r := &ranking{scores: scores, positive: positive, order: make([]int, len(scores))}
	for i := range r.order {
		r.order[i] = i
		if positive[i] {
			r.positives++
		} else {
			r.negatives++
		}
	}
	slices.SortStableFunc(r.order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	return r
}

// steps calls do after each group of equal scores, from the highest down, with
// how many positive and negative examples score as high or higher.
func (r *ranking) steps(do func(truePositives, falsePositives int)) {
	truePositives, falsePositives := 0, 0
	for i, at := range r.order {
		if r.positive[at] {
			truePositives++
		} else {
			falsePositives++
		}
		if i == len(r.order)-1 || r.scores[r.order[i+1]] != r.scores[at] {
			do(truePositives, falsePositives)
		}
	}
}

// auroc is the area under the receiver operating characteristic: the
// probability that a positive example scores higher than a negative one, where
// equal scores count half.
func (r *ranking) auroc() float64 {
	area, t, f := 0.0, 0, 0
	r.steps(func(truePositives, falsePositives int) {
		area += float64(float64(falsePositives-f) * (float64(truePositives+t) / 2))
		t, f = truePositives, falsePositives
	})
	return area / (float64(r.positives) * float64(r.negatives))
}

// averagePrecision is Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the thresholds, R being recall and
// P precision.
func (r *ranking) averagePrecision() float64 {
	sum, t := 0.0, 0
	r.steps(func(truePositives, falsePositives int) {
		sum += float64(float64(truePositives-t) * (float64(truePositives) / float64(truePositives+falsePositives)))
		t = truePositives
	})
	return sum / float64(r.positives)
}

// curve returns points of the receiver operating characteristic, false
// positives against true ones, at most some 200 of them.
func (r *ranking) curve() [][2]float64 {
	points, last := [][2]float64{{0, 0}}, [2]float64{}
	r.steps(func(truePositives, falsePositives int) {
		last = [2]float64{float64(falsePositives) / float64(r.negatives), float64(truePositives) / float64(r.positives)}
		before := points[len(points)-1]
		if last[0]-before[0]+last[1]-before[1] >= 0.01 {
			points = append(points, last)
		}
	})
	if points[len(points)-1] != last {
		points = append(points, last)
	}
	return points
}

// at returns what comes of calling positive what scores above a threshold. F1
// is 0 where nothing is found.
func (r *ranking) at(threshold float64) (f1, falsePositiveRate, recall float64) {
	found, wrong := 0, 0
	for i, score := range r.scores {
		switch {
		case score <= threshold:
		case r.positive[i]:
			found++
		default:
			wrong++
		}
	}
	if found > 0 {
		f1 = 2 * float64(found) / float64(found+wrong+r.positives)
	}
	return f1, float64(wrong) / float64(r.negatives), float64(found) / float64(r.positives)
}

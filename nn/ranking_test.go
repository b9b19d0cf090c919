package nn

import (
	"math"
	"testing"
)

// The scores of ten examples, with ties across the classes, and what
// scikit-learn 1.2 makes of them: roc_auc_score, average_precision_score, and
// f1_score at scores above 0.5.
var (
	rankedScores   = []float64{0.1, 0.4, 0.35, 0.8, 0.8, 0.55, 0.4, 0.9, 0.05, 0.7}
	rankedPositive = []bool{false, false, true, true, false, true, true, true, false, false}
)

func TestRankingAgreesWithScikitLearn(t *testing.T) {
	r := newRanking(rankedScores, rankedPositive)
	f1, falsePositives, recall := r.at(0.5)
	for name, pair := range map[string][2]float64{
		"auroc":               {r.auroc(), 0.68},
		"average precision":   {r.averagePrecision(), 0.6926190476190477},
		"f1":                  {f1, 0.6},
		"false-positive rate": {falsePositives, 0.4},
		"recall":              {recall, 0.6},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-12 {
			t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
		}
	}
	// The area under the curve that is drawn, by trapezia, is the same.
	area, points := 0.0, r.curve()
	for i := 1; i < len(points); i++ {
		area += (points[i][0] - points[i-1][0]) * (points[i][1] + points[i-1][1]) / 2
	}
	if math.Abs(area-0.68) > 1e-12 {
		t.Errorf("the curve has area %v", area)
	}
}

func TestThresholds(t *testing.T) {
	scores := make([]float64, 19)
	for i := range scores {
		scores[i] = float64(i + 1)
	}
	for label, pair := range map[string][2]float64{
		"quantile=0.9": {(&QuantileThreshold{0.9}).Of(scores), 17.2}, // numpy.quantile(range(1, 20), 0.9)
		"deviations=2": {(&DeviationThreshold{2}).Of(scores), 10 + 2*math.Sqrt(570.0/18)},
		// ⌈20 · 0.95⌉ = 19, the largest; ⌈20 · 0.9⌉ = 18
		"conformal=0.05": {(&ConformalThreshold{0.05}).Of(scores), 19},
		"conformal=0.1":  {(&ConformalThreshold{0.1}).Of(scores), 18},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-12 {
			t.Errorf("%s is %v, want %v", label, pair[0], pair[1])
		}
	}
	for rate, needs := range map[float64]int{0.05: 19, 0.1: 9, 0.01: 99, 0.3: 3, 0.5: 1} {
		if got := (&ConformalThreshold{rate}).Needs(); got != needs {
			t.Errorf("a rate of %v needs %d scores, got %d", rate, needs, got)
		}
		if rank := (&ConformalThreshold{rate}).rank(needs); rank > needs {
			t.Errorf("a rate of %v takes score %d of %d", rate, rank, needs)
		}
	}
}

// Over many draws of n calibration scores and one more, all exchangeable, the
// last lies above the threshold in at most Rate of them: here in
// 1 − ⌈(n + 1)·(1 − Rate)⌉/(n + 1), exactly, by symmetry.
func TestConformalThresholdKeepsItsRate(t *testing.T) {
	const n, draws = 24, 20000
	c := &ConformalThreshold{0.1}
	values := make([]float32, (n+1)*draws)
	GeneratorNormals(values, 1, 0)
	above := 0
	for i := range draws {
		scores := make([]float64, n)
		for j := range scores {
			scores[j] = float64(values[i*(n+1)+j])
		}
		if float64(values[i*(n+1)+n]) > c.Of(sorted(scores)) {
			above++
		}
	}
	want := 1 - 23.0/25
	deviation := math.Sqrt(want * (1 - want) / draws)
	if rate := float64(above) / draws; rate > c.Rate || math.Abs(rate-want) > 4*deviation {
		t.Errorf("false positives in %v, want %v ± %v", rate, want, 4*deviation)
	}
}

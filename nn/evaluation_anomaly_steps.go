package nn

import (
	"fmt"
	"strings"
)

// bySteps scores the steps of a series that windows cover. The score of a model
// that scores whole windows is that of each of their steps.
func (a *Anomaly) bySteps(s *Subject, x *Matrix, w *Windows) *scored {
	d := &scored{steps: []int32{}}
	join := a.Join
	if join == "" {
		join = JoinMean
	}
	take := func(step int, score float64) error {
		d.steps, d.scores = append(d.steps, int32(step)), append(d.scores, score)
		if w.Labels != nil {
			d.classes = append(d.classes, w.Labels[step])
		}
		return nil
	}
	if own, ok := s.model.(scorer); ok {
		whole := NewJoiner(s.Shape[0], 1, join, func(step int, scores []float64) error { return take(step, scores[0]) })
		room := make([]float64, s.Shape[0])
		s.eachBatch(x, w, func(starts []int32, rows *Matrix) {
			for i, score := range own.scores(rows) {
				for t := range room {
					room[t] = score
				}
				must(whole.Add(int(starts[i]), room))
			}
		})
		must(whole.End())
		return d
	}
	errors := NewStepErrors(s.Shape, a.Score, join, take)
	s.eachBatch(x, w, func(starts []int32, rows *Matrix) {
		y := s.model.Forward(rows)
		for i, start := range starts {
			must(errors.Add(int(start), y.Row(i), rows.Row(i)))
		}
	})
	must(errors.End())
	return d
}

// eachBatch calls do with the windows of a split and their first steps, some at
// a time.
func (s *Subject) eachBatch(x *Matrix, w *Windows, do func(starts []int32, rows *Matrix)) {
	chunks(x, func(first int, rows *Matrix) {
		s.begin(first)
		do(w.Starts[first:first+rows.Rows], rows)
	})
	if w.Rest != nil {
		s.begin(x.Rows)
		do([]int32{w.RestStart}, w.Rest)
	}
}

// alongSeries adds what makes sense of steps alone: the point-adjusted F1, and
// how series and scores go.
func (a *Anomaly) alongSeries(s *Subject, test *scored, anomalous []bool, threshold float64, found bool, f *Findings) {
	name := strings.TrimSuffix(a.prefix(), ".")
	scores := Line{Name: "score", Steps: test.steps}
	for _, score := range test.scores {
		scores.Values = append(scores.Values, float32(score))
	}
	spans := spansOf(test.steps, anomalous)
	course := &Course{Lines: []Line{scores.thinned()}, Spans: spans, SpansName: "labelled anomalous"}
	if found {
		f.Metrics[a.prefix()+a.Threshold.Label()+".point_adjusted_f1"] = pointAdjustedF1(test, anomalous, threshold)
		course.Level, course.LevelName = threshold, "threshold"
	}
	if n := len(test.steps); int(test.steps[n-1]-test.steps[0])+1 > n {
		f.note(fmt.Sprintf("anomaly: %d %s steps between windows are in none, and are not scored", int(test.steps[n-1]-test.steps[0])+1-n, s.split))
	}
	if _, guarantees := a.Threshold.(*ConformalThreshold); guarantees {
		f.note("anomaly: a conformal threshold keeps its rate where what is scored is exchangeable, and steps of a series resemble their neighbours")
	}
	f.Charts = append(f.Charts,
		Chart{Name: "series." + name, Kind: "series", Title: s.seriesTitle(), X: "step", Y: "value", Series: &Course{Lines: s.testSeries(), Spans: spans, SpansName: course.SpansName}},
		Chart{Name: "step-scores." + name, Kind: "series", Title: "scores along the test series", X: "step", Y: "score", Series: course})
}

// pointAdjustedF1 is the F1 of steps where each stretch of anomalous steps counts as
// found as a whole once one of its steps scores above the threshold (Xu et al.
// 2018). It flatters: random scores reach high values where stretches are long
// (Kim et al. 2022, section 3), so that it says something only beside figures
// that were come by in the same way.
func pointAdjustedF1(d *scored, anomalous []bool, threshold float64) float64 {
	found, wrong, positives := 0, 0, 0
	for i := 0; i < len(d.scores); {
		if !anomalous[i] {
			if d.scores[i] > threshold {
				wrong++
			}
			i++
			continue
		}
		first, hit := i, false
		for ; i < len(d.scores) && anomalous[i] && (i == first || d.steps[i] == d.steps[i-1]+1); i++ {
			hit = hit || d.scores[i] > threshold
		}
		positives += i - first
		if hit {
			found += i - first
		}
	}
	if found == 0 {
		return 0
	}
	return 2 * float64(found) / float64(found+wrong+positives)
}

// spansOf returns the stretches of steps that are anomalous.
func spansOf(steps []int32, anomalous []bool) [][2]int32 {
	var spans [][2]int32
	for i, step := range steps {
		if !anomalous[i] {
			continue
		}
		if last := len(spans) - 1; i > 0 && anomalous[i-1] && steps[i-1] == step-1 {
			spans[last][1] = step
			continue
		}
		spans = append(spans, [2]int32{step, step})
	}
	return spans
}

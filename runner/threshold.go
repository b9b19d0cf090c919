package runner

import (
	"strings"

	"hourglass.dev/hourglass/nn"
	"hourglass.dev/hourglass/store"
)

// Threshold is one that an anomaly evaluation of a trial set.
type Threshold struct {
	Name    string // such as anomaly.conformal=0.05
	Measure string // of errors, one of nn.ErrorMeasures
	Join    string // of the errors of windows of a series
	Value   float64
}

// Thresholds returns those that the anomaly evaluations of a trial set. Their twins,
// which look at the validation split, set the same and do not tell them again.
func Thresholds(s *store.Store, id string) ([]Threshold, error) {
	evaluations, err := s.Evaluations([]string{id})
	if err != nil {
		return nil, err
	}
	var set []Threshold
	for _, e := range evaluations[id] {
		if e.Setting.Kind() == "anomaly" {
			set = append(set, thresholdsIn(e)...)
		}
	}
	return set, nil
}

// thresholdsIn returns the threshold of an evaluation, if it set one.
func thresholdsIn(e store.Evaluation) (set []Threshold) {
	measure, _ := e.Setting["score"].(string)
	join, _ := e.Setting["join"].(string)
	if join == "" {
		join = nn.JoinMean
	}
	for metric, value := range e.Metrics {
		name, is := strings.CutSuffix(metric, ".threshold")
		if name, of := strings.CutPrefix(name, "test."); is && of {
			set = append(set, Threshold{name, measure, join, value})
		}
	}
	return set
}

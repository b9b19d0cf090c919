package nn

import "fmt"

// lacks says why a threshold cannot be set by so many normal examples or
// steps, or "".
func (a *Anomaly) lacks(held, training int, what string) string {
	needs := a.Threshold.Needs()
	if _, guarantees := a.Threshold.(*ConformalThreshold); guarantees && held == 0 {
		return fmt.Sprintf("a conformal threshold needs %d normal %s in the validation split, and there is none: those that were trained on guarantee nothing", needs, what)
	}
	if held == 0 {
		held = training
	}
	if held < needs {
		return fmt.Sprintf("the threshold %s needs %d normal %s to be set by, and there are %d", a.Threshold.Label(), needs, what, held)
	}
	return ""
}

// judge sets the threshold, and measures what comes of it. It is found where
// there is enough to set it by.
func (a *Anomaly) judge(s *Subject, normal []bool, r *ranking, f *Findings) (threshold float64, found bool) {
	split, labels, windows := s.Validation, s.ValidationLabels, s.ValidationWindows
	held := split != nil
	if !held {
		split, labels, windows = s.Train, s.TrainLabels, s.TrainWindows
		f.note("anomaly: the threshold is set by training examples, which score lower than unseen ones; set data.validation")
	}
	known := a.score(s, split, labels, windows)
	var by []float64
	for i, score := range known.scores {
		if known.classes == nil || normal[known.classes[i]] {
			by = append(by, score)
		}
	}
	if lacks := a.lacksNormal(held, len(by), known.what()); lacks != "" {
		f.note("anomaly: " + lacks)
		return 0, false
	}
	threshold = a.Threshold.Of(sorted(by))
	at := a.prefix() + a.Threshold.Label() + "."
	f1, falsePositiveRate, recall := r.at(threshold)
	f.Metrics[at+"f1"], f.Metrics[at+"recall"] = f1, recall
	if s.split == splitTest {
		f.Metrics[at+"threshold"], f.Metrics[at+"false_positive_rate"] = threshold, falsePositiveRate
	}
	return threshold, true
}

// lacksNormal is lacks for what was found in the split that the threshold is set by.
func (a *Anomaly) lacksNormal(held bool, normal int, what string) string {
	if held {
		return a.lacks(normal, 0, what)
	}
	return a.lacks(0, normal, what)
}

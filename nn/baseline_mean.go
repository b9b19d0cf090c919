package nn

import "hourglass.dev/hourglass/registry"

func init() {
	registry.Add[Mean](baselines, "mean", "every reconstruction is the mean of the training split")
}

// Mean reconstructs every example as the mean of the training split.
type Mean struct{}

// Fit keeps no component.
func (*Mean) Fit(s *Statistics) (Fitted, error) { return newProjection(s.Mean(), nil), nil }

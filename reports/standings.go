package reports

import (
	"strings"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// Standings knows which trial is the best so far, and how PCA with its code
// size does.
type Standings struct {
	metric    string
	direction Direction
	pca       map[coded]float64
	best      *Trial
	value     float64
	label     func(Trial) string
	memo      memo
}

// Standing is the best trial so far.
type Standing struct {
	ID, Label string
	Metric    string
	Value     float64
	PCA       *float64 // with a code of the same size; nil where there is none
}

// NewStandings returns the standings of an experiment before any trial is done.
// They go by its first metric, or the error from which that is derived.
func NewStandings(e *experiments.Experiment) *Standings {
	metric := complete(LayoutOf(e)).asked[0]
	if split, _, derived := isDerived(metric); derived {
		metric = split + ".mse"
	}
	paths := LayoutOf(e).Axes
	return &Standings{
		metric: metric, direction: DirectionOf(metric), pca: map[coded]float64{}, memo: memo{},
		label: func(t Trial) string { return labelAt(t, t.places()[0], paths) },
	}
}

// Ended takes a trial into account. One that is not done changes nothing.
func (s *Standings) Ended(t Trial) {
	value, ok := metricOf(t.Record, s.metric)
	switch {
	case !ok || t.State != store.Done:
	case t.Family == "pca":
		s.pca[s.memo.codedOf(t)] = value
	case !t.Baseline() && (s.best == nil || s.direction.Better(value, s.value)):
		s.best, s.value = &t, value
	}
}

// Best returns the best trial so far, or nil where none is done or the metric
// knows no better.
func (s *Standings) Best() *Standing {
	if s.best == nil || s.direction == Neither {
		return nil
	}
	out := &Standing{ID: s.best.ID, Label: s.label(*s.best), Metric: s.metric, Value: s.value}
	if pca, ok := s.pca[s.memo.codedOf(*s.best)]; ok {
		out.PCA = &pca
	}
	return out
}

// pieces is the line of a board that names the best.
func (s *Standing) pieces() []piece {
	line := []piece{{noColour, "best "}, {bold, s.Metric + " " + FormatNumber(s.Value)}, {noColour, " (" + s.Label + ")"}}
	if s.PCA == nil {
		return line
	}
	text := ", PCA " + FormatNumber(*s.PCA)
	if _, isError := strings.CutSuffix(s.Metric, ".mse"); isError && *s.PCA > 0 {
		text += ": " + percent(Value{Mean: 1 - s.Value / *s.PCA}) + "%"
	}
	return append(line, piece{faint, text})
}

// LabelOf names a trial by its case, the values of the axes and its seed.
func LabelOf(e *experiments.Experiment, trial experiments.Trial) string {
	t := trialIn(e, trial)
	label := labelAt(t, t.places()[0], LayoutOf(e).Axes)
	if !t.Baseline() {
		label += ", seed " + FormatNumber(float64(trial.Seed))
	}
	return label
}

// trialIn returns a trial of a spec as one of which nothing is recorded.
func trialIn(e *experiments.Experiment, wanted experiments.Trial) Trial {
	t := Trial{Record: store.Record{ID: wanted.ID, State: store.Waiting, Data: wanted.Data, Setting: wanted.Setting, Family: wanted.Family}}
	if !wanted.Baseline {
		t.Seed = &wanted.Seed
	}
	for _, place := range wanted.Places {
		t.Places = append(t.Places, store.Place{Experiment: e.Name, Case: place.Case, Values: place.Values})
	}
	return t
}

// EndedTrial returns a trial of a spec that ended in a result.
func EndedTrial(e *experiments.Experiment, trial experiments.Trial, result store.Result) Trial {
	t := trialIn(e, trial)
	t.State, t.Metrics, t.Seconds = result.State, result.Metrics, result.Seconds
	return t
}

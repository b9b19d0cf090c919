package reports

import (
	"slices"

	"hourglass.dev/hourglass/experiments"
	"hourglass.dev/hourglass/store"
)

// ReadExperiment returns the trials of an experiment, in its order of work,
// with what the store knows of them. Those that it does not know are waiting.
// s is nil where there is no store yet. With metrics, those alone are read, and
// what they are derived from, which saves time where there are many trials.
func ReadExperiment(s *store.Store, e *experiments.Experiment, metrics ...string) ([]Trial, error) {
	known, numerics := map[string]Trial{}, 0 // the same for all, as their ids hold it
	if s != nil {
		trials, err := readDerived(s, store.Filter{IDs: e.IDs(), Metrics: metrics})
		if err != nil {
			return nil, err
		}
		for _, t := range trials {
			known[t.ID], numerics = t, t.Numerics
		}
	}
	trials := make([]Trial, len(e.Trials))
	for i, wanted := range e.Trials {
		t, ok := known[wanted.ID]
		if !ok {
			t.Record = store.Record{ID: wanted.ID, State: store.Waiting, Data: wanted.Data, Numerics: numerics}
		}
		// Place, seed and setting are those of the spec in hand.
		t.Setting, t.Family, t.Code, t.Seed, t.Places = wanted.Setting, wanted.Family, wanted.Code, nil, nil
		if !wanted.Baseline {
			t.Seed = &wanted.Seed
		}
		for _, place := range wanted.Places {
			t.Places = append(t.Places, store.Place{Experiment: e.Name, Case: place.Case, Values: place.Values})
		}
		trials[i] = t
	}
	return trials, nil
}

// withSources adds to metrics what derived ones among them are derived from.
func withSources(metrics []string) []string {
	out := slices.Clone(metrics)
	for _, metric := range metrics {
		if split, _, derived := isDerived(metric); derived {
			out = append(out, split+".mse")
		}
	}
	return out
}

// DerivedMetrics are the full names of the metrics that are derived when read.
func DerivedMetrics() []string {
	var names []string
	for _, split := range splits {
		names = append(names, split+"."+gainOverPCA, split+"."+pcaDims)
	}
	return names
}
